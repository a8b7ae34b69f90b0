/**
 * Makes sure that a statement becomes exactly one task that Druid can run. Checked in preview and again before a
 * submit, because in preview the cluster may have been down, the query unknown, or the check switched off.
 */
import { DruidIngestionError, isHttpError } from "../../base/errors";
import type { CallOptions, DruidClient, ExplainRow, SqlRequest } from "../../druid/client";
import { isTransient } from "../../druid/transport/retry";
import { majorOf, SINCE } from "../../druid/versions";
import { explainText, mayBeSeveralTasks, refusalInQuery } from "../../statement/explain";
import type { Session } from "../session";

/** The same as for a submit. */
const PATIENCE_MS = 60_000;

/** All tasks get the same id, so Druid accepts the first and loses the others. Tested on 27, also the alternatives. */
export const SEVERAL_TASKS =
  `Druid would run only its first part: before Druid ${SINCE.unions} each part of a UNION ALL, and each row of VALUES ` +
  "that contains an expression, becomes a separate task, all with the same id; list all files in one EXTERN, or use a " +
  "separate ingestion for each part: INSERT, or REPLACE with OVERWRITE WHERE for a time range of its own";

const UNION_OF_TABLES =
  `SQL tasks can read a UNION ALL of tables only since Druid ${SINCE.unions}; use a separate ingestion for each ` +
  "table: INSERT, or REPLACE with OVERWRITE WHERE for a time range of its own";

/** Why the planned query must not be submitted; undefined if one task loads all of it. */
export async function faultOfPlan(
  client: DruidClient,
  { nativeQueries, unitesTables }: ExplainRow,
  options: CallOptions,
): Promise<string | undefined> {
  if (nativeQueries > 1) return SEVERAL_TASKS;
  if (!unitesTables) return undefined;
  // If the version is unknown, the task may fail because of the union, but then it loads nothing.
  const version = majorOf(await client.version(options)) ?? SINCE.unions;
  return version < SINCE.unions ? UNION_OF_TABLES : undefined;
}

/**
 * Does not contact Druid if the text cannot become several tasks. If Druid does not answer, nothing may be submitted.
 * @throws DruidIngestionError of kind `invalidInput`, or the planner's error.
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

/**
 * How many tasks Druid would make of the query. Returns 1 if the planner now rejects the query, because that does not
 * tell how many it made in the past.
 */
export async function countTasks({ client, signal }: Session, explain: SqlRequest): Promise<number> {
  try {
    return (await client.explain(explain, { signal, patienceMs: PATIENCE_MS })).nativeQueries;
  } catch (error) {
    const isRejected = isHttpError(error) && !isTransient(error) && ![401, 403, 404].includes(error.status);
    if (isRejected) return 1;
    throw error;
  }
}
