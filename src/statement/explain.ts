/** Asks Druid's planner about a query and reads its answer, which is shaped differently from version to version. */

import type { DruidHttpError } from "../base/errors";
import { isRecord } from "../base/json";
import { positionAt } from "../base/tokens";
import type { ExplainRow } from "../druid/client";
import { granularityName } from "./granularity";
import { splitSql, submittableText } from "./prelude";

const EXPLAIN = "EXPLAIN PLAN FOR ";

/** What the planner says about a query that its text does not tell for certain; what it did not say is absent. */
export interface Explained {
  /** In the words of `StatementFacts.partitionedBy`. */
  partitionedBy?: string;
  /** `ALL`, or intervals in ISO 8601 with commas between. */
  replaceTimeChunks?: string;
}

/** What a plan of several queries comes from; a view (its schema is `view`) may hide each of them. */
const OF_SEVERAL_QUERIES = /^(?:union|values|"?view"?)$/i;

/** Whether Druid's planner might make more than one query of it, each a task of its own. */
export function mayBeSeveralTasks(sql: string): boolean {
  return splitSql(sql).tokens.some(({ text }) => OF_SEVERAL_QUERIES.test(text));
}

/** The query as a question to the planner; what the SQL sets stays in front, where Druid wants it. */
export function explainText(sql: string): string {
  const text = submittableText(sql);
  const at = statementOffset(text);
  return text.slice(0, at) + EXPLAIN + text.slice(at);
}

/** A position that Druid told about `explainText(sql)`, as a position in `sql`. */
export function positionInQuery(
  sql: string,
  position: { line: number; column: number },
): { line: number; column: number } {
  const start = positionAt(sql, statementOffset(sql));
  const isShifted = position.line === start.line && position.column >= start.column;
  return isShifted ? { ...position, column: Math.max(start.column, position.column - EXPLAIN.length) } : position;
}

/** What Druid said of `explainText(sql)`, with the place in `sql`. */
export function refusalInQuery(sql: string, error: DruidHttpError): DruidHttpError {
  return error.position === undefined ? error : error.at(positionInQuery(sql, error.position));
}

export function readExplain({ attributes }: ExplainRow): Explained {
  const explained: Explained = {};
  const { partitionedBy, replaceTimeChunks } = attributes;
  const granularity = readGranularity(partitionedBy);
  if (granularity !== undefined) explained.partitionedBy = granularity;
  if (typeof replaceTimeChunks === "string") {
    explained.replaceTimeChunks = /^all$/i.test(replaceTimeChunks) ? "ALL" : replaceTimeChunks;
  }
  return explained;
}

function statementOffset(sql: string): number {
  const { tokens, start } = splitSql(sql);
  return tokens[start]?.offset ?? sql.length;
}

/** `"DAY"`, `{"type":"all"}` or `{"type":"period","period":"P2W",…}`. */
function readGranularity(granularity: unknown): string | undefined {
  if (typeof granularity === "string") return granularityName(granularity);
  if (!isRecord(granularity)) return undefined;
  if (typeof granularity.period === "string") return granularityName(granularity.period);
  return granularity.type === "all" ? "ALL" : undefined;
}
