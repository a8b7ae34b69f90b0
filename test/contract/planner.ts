/**
 * What Druid's planner says of a statement, read from EXPLAIN's own answer: what our reading of its text is held to.
 */
import { isRecord } from "../../src/base/json";

export interface Planned {
  statementType: unknown;
  dataSource: string | undefined;
  clusteredBy: string[] | undefined;
  resources: string[];
}

/** One row of an EXPLAIN, as Druid answers it. */
export function readPlanned(row: { ATTRIBUTES: string; RESOURCES: string }): Planned {
  const { statementType, targetDataSource, clusteredBy } = JSON.parse(row.ATTRIBUTES);
  const resources: { name: string }[] = JSON.parse(row.RESOURCES);
  return {
    statementType,
    dataSource: readTarget(targetDataSource),
    clusteredBy: readColumns(clusteredBy),
    resources: [...new Set(resources.map(({ name }) => name))].sort(),
  };
}

/** A name; in 29 `{"type":"table","tableName":"t"}`. An export's target is of another type and no datasource. */
function readTarget(target: unknown): string | undefined {
  if (typeof target === "string") return target;
  const isTable = isRecord(target) && target.type === "table" && typeof target.tableName === "string";
  return isTable ? String(target.tableName) : undefined;
}

/** An array, or one text with a back-quoted name for each column. */
function readColumns(columns: unknown): string[] | undefined {
  if (Array.isArray(columns)) return columns.filter((column) => typeof column === "string");
  if (typeof columns !== "string") return undefined;
  return splitColumns(columns).map((column) => (/^`[^`]*`$/.test(column) ? column.slice(1, -1) : column));
}

/** At the commas that stand in no quotes and no parentheses. */
function splitColumns(text: string): string[] {
  const columns = [""];
  let depth = 0;
  for (const [piece] of text.matchAll(/`[^`]*`|'[^']*'|"[^"]*"|[\s\S]/g)) {
    if (piece === "(") depth += 1;
    if (piece === ")") depth -= 1;
    if (piece === "," && depth === 0) columns.push("");
    else columns.push((columns.pop() ?? "") + piece);
  }
  return columns.map((column) => column.trim()).filter((column) => column !== "");
}
