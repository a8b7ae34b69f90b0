/** As much SQL as the fake has to know: what kind of statement it is, its target, which tables it reads. */

export interface FakeStatement {
  kind: "INSERT" | "REPLACE" | "SELECT" | "EXPORT";
  explain: boolean;
  /** Undefined for SELECT and exports. */
  target: string | undefined;
  partitionedBy: string | undefined;
  clusteredBy: string | undefined;
  /** What stands behind OVERWRITE: `ALL` or a condition. */
  overwrite: string | undefined;
  /** Tables behind FROM and JOIN, with their position counted from 1. */
  tables: { name: string; line: number; column: number }[];
  readsExtern: boolean;
}

/** Blanks out comments and literals, keeping every position. */
function blank(sql: string): string {
  const same = (match: string) => match.replace(/[^\n]/g, " ");
  return sql.replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, same);
}

/** Undefined where Druid's parser would not take it either (so far as this one looks). */
export function readStatement(sql: string): FakeStatement | undefined {
  const plain = blank(sql).replace(/^(\s*SET\s+[^;]*;)+/i, (prelude) => prelude.replace(/[^\n]/g, " "));
  const explain = /^\s*EXPLAIN\s+PLAN\s+FOR\b/i.test(plain);
  const rest = explain ? plain.replace(/EXPLAIN\s+PLAN\s+FOR/i, (words) => " ".repeat(words.length)) : plain;
  const verb = /^\s*(INSERT|REPLACE|SELECT|WITH)\b/i.exec(rest)?.[1]?.toUpperCase();
  if (verb === undefined) return undefined;
  const into = /^\s*(?:INSERT|REPLACE)\s+INTO\s+(?:(EXTERN)\s*\(|"((?:[^"]|"")+)"|([\w.]+))/i.exec(rest);
  if (verb !== "SELECT" && verb !== "WITH" && into === null) return undefined;
  const named = new Set([...rest.matchAll(/(?:\bWITH|,)\s*"?(\w+)"?\s+AS\s*\(/gi)].map((match) => match[1]));
  const tables = [...rest.matchAll(/\b(?:FROM|JOIN)\s+("(?:[^"]|"")+"|[\w-]+)(?!\w|\s*[.(])/gi)]
    .map((match) => {
      const at = match.index + match[0].length - (match[1] ?? "").length;
      const lines = rest.slice(0, at).split("\n");
      const name = (match[1] ?? "").replace(/^"|"$/g, "");
      return { name, line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
    })
    .filter(({ name }) => !named.has(name));
  const kind = into?.[1] !== undefined ? "EXPORT" : verb === "WITH" ? "SELECT" : (verb as FakeStatement["kind"]);
  return {
    kind,
    explain,
    target: into?.[1] === undefined ? (into?.[2]?.replaceAll('""', '"') ?? into?.[3]) : undefined,
    partitionedBy: /\bPARTITIONED\s+BY\s+(ALL\s+TIME|\w+)/i.exec(rest)?.[1]?.toUpperCase(),
    clusteredBy: /\bCLUSTERED\s+BY\s+([^;]+?)\s*;?\s*$/i.exec(rest)?.[1],
    overwrite: /\bOVERWRITE\s+(ALL|WHERE\s[\s\S]+?)\s+(?:SELECT|WITH)\b/i.exec(rest)?.[1],
    tables,
    readsExtern: /\bEXTERN\s*\(/i.test(rest.slice(into?.[0].length ?? 0)),
  };
}
