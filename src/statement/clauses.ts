/** Reads the parts of an INSERT or REPLACE around its query: target, OVERWRITE, PARTITIONED BY, CLUSTERED BY. */

import { readCompoundName, readName, render } from "../base/names";
import { isSymbol, isWord, type Token } from "../base/tokens";
import { columnNames } from "./columns";
import { readGranularity } from "./granularity";

/** `EXPORT`: an `INSERT INTO EXTERN(…)`, which writes files instead of a datasource. */
export type StatementKind = "INSERT" | "REPLACE" | "SELECT" | "EXPORT";

export interface IngestHead {
  kind: StatementKind;
  /** Absent if the name cannot be a datasource. */
  dataSource?: string;
  overwrite?: string;
  /** Index of the first token within `EXTERN(…)`, for an export. */
  destination?: number;
  /** Index of the query's first token. */
  query: number;
}

export interface IngestTail {
  partitionedBy?: string;
  clusteredBy?: string[];
  /** Index after the query's last token. */
  queryEnd: number;
}

/** Index of the first token outside parentheses that `accept` takes. */
export function topLevel(
  tokens: readonly Token[],
  from: number,
  to: number,
  accept: (token: Token, index: number) => boolean,
): number | undefined {
  let depth = 0;
  for (let index = from; index < to; index += 1) {
    const token = tokens[index];
    if (token === undefined) return undefined;
    if (isSymbol(token, ")")) depth -= 1;
    if (depth === 0 && accept(token, index)) return index;
    if (isSymbol(token, "(")) depth += 1;
  }
  return undefined;
}

/** Reads from `INSERT` or `REPLACE` at `start` to the query. */
export function readHead(tokens: readonly Token[], start: number, end: number, verb: "INSERT" | "REPLACE"): IngestHead {
  const name = start + (isWord(tokens[start + 1], "INTO") ? 2 : 1);
  const isExport = isWord(tokens[name], "EXTERN") && isSymbol(tokens[name + 1], "(");
  const target = isExport ? undefined : readCompoundName(tokens, name);
  const behind = target?.next ?? name;
  const query = topLevel(tokens, behind, end, (token, index) => opensQuery(tokens, token, index)) ?? end;
  const overwrite = topLevel(tokens, behind, query, (token, index) => isOverwrite(tokens, token, index));
  const head: IngestHead = { kind: isExport ? "EXPORT" : verb, query };
  const dataSource = target === undefined ? undefined : dataSourceOf(target.value);
  if (dataSource !== undefined) head.dataSource = dataSource;
  if (isExport) head.destination = name + 2;
  if (overwrite !== undefined && verb === "REPLACE") head.overwrite = readOverwrite(tokens, overwrite + 1, query);
  return head;
}

/** Reads the clauses after the query. The last match counts, because the query itself may contain the same words. */
export function readTail(tokens: readonly Token[], query: number, end: number): IngestTail {
  const clause = (keyword: string): number | undefined => {
    let last: number | undefined;
    topLevel(tokens, query, end, (token, index) => {
      if (isWord(token, keyword) && isWord(tokens[index + 1], "BY")) last = index;
      return false;
    });
    return last;
  };
  const partitioned = clause("PARTITIONED");
  const clustered = clause("CLUSTERED");
  const tail: IngestTail = { queryEnd: partitioned ?? clustered ?? end };
  if (partitioned !== undefined) {
    const granularity = readGranularity(tokens, partitioned + 2, clustered ?? end);
    if (granularity !== undefined) tail.partitionedBy = granularity;
  }
  if (clustered !== undefined) {
    const names = columnNames(tokens, query, tail.queryEnd);
    tail.clusteredBy = readColumns(tokens, clustered + 2, end, names);
  }
  return tail;
}

function isOverwrite(tokens: readonly Token[], token: Token, index: number): boolean {
  return isWord(token, "OVERWRITE") && isWord(tokens[index + 1], "ALL", "WHERE");
}

/** `ALL`, or the condition with its WHERE. */
function readOverwrite(tokens: readonly Token[], from: number, to: number): string {
  return isWord(tokens[from], "ALL") ? "ALL" : `WHERE ${render(tokens, from + 1, to)}`;
}

/** Whether a query begins here, perhaps in parentheses, and not a column list or a condition in parentheses. */
function opensQuery(tokens: readonly Token[], token: Token, index: number): boolean {
  let first = index;
  while (isSymbol(tokens[first], "(")) first += 1;
  return isWord(tokens[first], "SELECT", "WITH", "VALUES") || isWord(token, "TABLE");
}

/** `t` and `druid.t` are datasources; names in other schemas are not. */
function dataSourceOf(name: readonly string[]): string | undefined {
  if (name.length === 1) return name[0];
  return name.length === 2 && name[0] === "druid" ? name[1] : undefined;
}

/** A number means the column at that position, also in parentheses; it stays a number if that column has no name. */
function readColumns(
  tokens: readonly Token[],
  from: number,
  to: number,
  names: readonly (string | undefined)[],
): string[] {
  const columns: string[] = [];
  for (let start = from; start < to; ) {
    const comma = topLevel(tokens, start, to, (token) => isSymbol(token, ",")) ?? to;
    const last = isWord(tokens[comma - 1], "ASC") && comma - 1 > start ? comma - 1 : comma;
    columns.push(readColumn(tokens, start, last, names) ?? render(tokens, start, last));
    start = comma + 1;
  }
  return columns;
}

function readColumn(
  tokens: readonly Token[],
  from: number,
  to: number,
  names: readonly (string | undefined)[],
): string | undefined {
  let [first, end] = [from, to];
  while (isSymbol(tokens[first], "(") && isSymbol(tokens[end - 1], ")")) [first, end] = [first + 1, end - 1];
  const name = readName(tokens, first);
  if (name?.next === end) return name.value;
  const number = isSymbol(tokens[first], "+") ? first + 1 : first;
  if (tokens[number]?.kind !== "number" || number + 1 !== end) return undefined;
  return names[Number(tokens[number]?.text) - 1] ?? tokens[number]?.text;
}
