/**
 * One statement is one task, and one that Druid can run. Asked in preview, and again before a submit: preview may have
 * had no cluster to ask, or a query that was not known yet, or it was told not to ask.
 */
import { DruidIngestionError, isHttpError } from "../../base/errors";
import type { CallOptions, DruidClient, ExplainRow, SqlRequest } from "../../druid/client";
import { majorOf, SINCE } from "../../druid/versions";
import { explainText, mayBeSeveralTasks, refusalInQuery } from "../../statement/explain";
import type { Session } from "../session";

/** As long as a submit goes on. */
const PATIENCE_MS = 60_000;

/** Run on 27, also what to write instead: all tasks get the one id, so that the first is taken and the rest are lost. */
export const SEVERAL_TASKS =
  `Druid would run only its first part: before Druid ${SINCE.unions} each part of a UNION ALL, and each row of VALUES ` +
  "that holds an expression, becomes a task, all of them under one id; list all files in one EXTERN, or give each " +
  "part an ingestion of its own: INSERT, or REPLACE with OVERWRITE WHERE over times that only this part has";

const UNION_OF_TABLES =
  `SQL tasks can read a UNION ALL of tables since Druid ${SINCE.unions} only; give each table an ingestion of its ` +
  "own: INSERT, or REPLACE with OVERWRITE WHERE over times that only this table has";

/** Why no task may be made of what the planner answered about; undefined where one task loads all that it says. */
export async function faultOfPlan(
  client: DruidClient,
  { nativeQueries, unitesTables }: ExplainRow,
  options: CallOptions,
): Promise<string | undefined> {
  if (nativeQueries > 1) return SEVERAL_TASKS;
  if (!unitesTables) return undefined;
  // Where the version is not told, the task itself may fail over it, and loads nothing then.
  const version = majorOf(await client.version(options)) ?? SINCE.unions;
  return version < SINCE.unions ? UNION_OF_TABLES : undefined;
}

/**
 * Asks nothing where the text cannot become more than one task. Where Druid does not answer, nothing may be submitted.
 * @throws DruidIngestionError of kind `invalidInput`, or what the planner answered.
 */
export async function assertOneTask({ client, signal }: Session, request: SqlRequest): Promise<void> {
  if (!mayBeSeveralTasks(request.query)) return;
  const options = { signal, patienceMs: PATIENCE_MS };
  const question = { ...request, query: explainText(request.query) };
  const row = await client.explain(question, options).catch((error: unknown) => {
    throw isHttpError(error) ? refusalInQuery(request.query, error) : error;
  });
  const fault = await faultOfPlan(client, row, options);
  if (fault) throw new DruidIngestionError("invalidInput", `the query is not supported: ${fault}`);
}
