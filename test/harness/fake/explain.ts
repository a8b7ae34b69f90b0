/** What EXPLAIN PLAN FOR answers, in the shape of each version. */
import { externalsOf, timeOf } from "./extern";
import type { Plan } from "./plan";
import type { FakeStatement } from "./statements";

/** Before 28 each part of a union is a query, and so a task, unless all are plain tables. */
export function queriesOf({ parts, unitesTables }: FakeStatement, version: number): number {
  return version < 28 && !unitesTables ? parts : 1;
}

export function explainRow(
  statement: FakeStatement,
  version: number,
  queries: number,
  columns: Plan["writes"],
  sql: string,
): Record<string, string> {
  const { kind, target, tables, readsExtern, partitionedBy, clusteredBy, overwrite } = statement;
  const type = statement.unitesTables ? "union" : readsExtern ? "external" : "table";
  const externals = readsExtern ? externalsOf(sql) : [];
  const dataSource = externals.length > 1 ? { type: "join", parts: externals } : (externals[0] ?? { type });
  const time = timeOf(sql);
  const named = columns.map(([name, type], index) => {
    const queryColumn = name === "__time" && time !== undefined ? time.column : `v${index + 1}`;
    return { name, type, queryColumn };
  });
  const nativeQuery = {
    query: {
      queryType: "scan",
      dataSource,
      ...(time?.virtualColumns.length && { virtualColumns: time.virtualColumns }),
    },
    signature: named.map(({ queryColumn, type }) => ({ name: queryColumn, type })),
    columnMappings: named.map(({ name, queryColumn }) => ({ queryColumn, outputColumn: name })),
  };
  const resources = [
    ...(readsExtern ? [{ name: "EXTERNAL", type: "EXTERNAL" }] : []),
    ...tables.map(({ name }) => ({ name, type: "DATASOURCE" })),
    ...(target === undefined ? [] : [{ name: target, type: "DATASOURCE" }]),
  ];
  const attributes = {
    statementType: kind === "EXPORT" ? "INSERT" : kind,
    ...(target !== undefined && { targetDataSource: version === 29 ? { type: "table", tableName: target } : target }),
    ...(partitionedBy !== undefined && {
      partitionedBy: /^ALL/.test(partitionedBy) ? { type: "all" } : partitionedBy,
    }),
    ...(clusteredBy !== undefined && {
      clusteredBy: version < 27 ? clusteredBy : clusteredBy.split(/\s*,\s*/).map(unquoted),
    }),
    ...(kind === "REPLACE" && { replaceTimeChunks: chunksOf(overwrite) }),
  };
  return {
    PLAN: JSON.stringify(Array.from({ length: queries }, () => nativeQuery)),
    RESOURCES: JSON.stringify(resources),
    ...(version >= 26 && { ATTRIBUTES: JSON.stringify(attributes) }),
  };
}

function unquoted(column: string): string {
  return column.replace(/^"(\w+)"$/, "$1");
}

/** The times in a condition, in its order. */
function chunksOf(overwrite: string | undefined): string | undefined {
  if (overwrite?.toUpperCase() === "ALL") return "all";
  const [from, to] = [...(overwrite ?? "").matchAll(/\d{4}-\d\d-\d\d/g)].map(([day]) => `${day}T00:00:00.000Z`);
  return from === undefined || to === undefined ? overwrite : `${from}/${to}`;
}
