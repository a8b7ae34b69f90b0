/** Asks Druid's planner to explain a query and reads its answer, whose shape differs between versions. */

import type { DruidHttpError } from "../base/errors";
import { excerptAt } from "../base/excerpt";
import { isRecord } from "../base/json";
import { positionAt } from "../base/tokens";
import type { ExplainRow } from "../druid/client";
import { granularityName } from "./granularity";
import { splitSql, submittableText } from "./prelude";

const EXPLAIN = "EXPLAIN PLAN FOR ";

/** What the planner says about a query that its text does not tell for certain; what it did not say is absent. */
export interface Explained {
  /** In the notation of `StatementFacts.partitionedBy`. */
  partitionedBy?: string;
  /** `ALL`, or ISO 8601 intervals separated by commas. */
  replaceTimeChunks?: string;
}

/** Constructs that can lead to a plan of several queries; a view (schema `view`) may contain any of them. */
const OF_SEVERAL_QUERIES = /^(?:union|values|"?view"?)$/i;

/** Whether Druid's planner might split it into several queries, each with its own task. */
export function mayBeSeveralTasks(sql: string): boolean {
  return splitSql(sql).tokens.some(({ text }) => OF_SEVERAL_QUERIES.test(text));
}

/** The query with `EXPLAIN PLAN FOR`; SET statements stay in front, where Druid requires them. */
export function explainText(sql: string): string {
  const text = submittableText(sql);
  const at = statementOffset(text);
  return text.slice(0, at) + EXPLAIN + text.slice(at);
}

/** Converts a position in `explainText(sql)`, as Druid reports it, into a position in `sql`. */
export function positionInQuery(
  sql: string,
  position: { line: number; column: number },
): { line: number; column: number } {
  const start = positionAt(sql, statementOffset(sql));
  const isShifted = position.line === start.line && position.column >= start.column;
  return isShifted ? { ...position, column: Math.max(start.column, position.column - EXPLAIN.length) } : position;
}

/** Druid's error about `explainText(sql)`, with its position converted to `sql`. */
export function refusalInQuery(sql: string, error: DruidHttpError): DruidHttpError {
  if (error.position === undefined) return error;
  const position = positionInQuery(sql, error.position);
  return error.at(position, excerptAt(sql, position));
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

/** Whether Druid's words say that a table does not exist. */
export const namesMissingTable = (error: DruidHttpError): boolean => error.says(/Object '?[^' ]*'? not found/i);
