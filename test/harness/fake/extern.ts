/** As much of EXTERN as the planner of the fake Druid tells: what is read, and how `__time` comes of it. */

const EXTERN = /EXTERN\(\s*'([^']*)'\s*,\s*'([^']*)'\s*\)\s*\)\s*EXTEND\s*\(([^)]*)\)/gi;
const TYPES: Readonly<Record<string, string>> = { BIGINT: "LONG", VARCHAR: "STRING", DOUBLE: "DOUBLE" };

export function externalsOf(sql: string): Record<string, unknown>[] {
  return [...sql.matchAll(EXTERN)].map(([, inputSource = "{}", inputFormat = "{}", columns = ""]) => ({
    type: "external",
    inputSource: JSON.parse(inputSource),
    inputFormat: JSON.parse(inputFormat),
    signature: [...columns.matchAll(/"(\w+)"\s+(\w+)/g)].map(([, name, type = ""]) => ({ name, type: TYPES[type] })),
  }));
}

/** The column that becomes `__time`, and the virtual one that it may be. */
export function timeOf(sql: string): { column: string; virtualColumns: Record<string, unknown>[] } | undefined {
  const [, times, column = "", factor] =
    /(?:(MILLIS_TO_TIMESTAMP)|TIME_PARSE)\("(\w+)"(?: \* (\d+))?\) AS __time/.exec(sql) ?? [];
  if (column === "") return undefined;
  const quoted = JSON.stringify(column);
  if (times !== undefined && factor === undefined) return { column, virtualColumns: [] };
  const expression = times === undefined ? `timestamp_parse(${quoted},null,'UTC')` : `(${quoted} * ${factor})`;
  return { column: "v0", virtualColumns: [{ type: "expression", name: "v0", expression, outputType: "LONG" }] };
}
