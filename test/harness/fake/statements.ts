/** As much SQL as the fake has to know: what kind of statement it is, its target, which tables it reads. */

/** Counted from 1; the end is part of it. */
export interface Place {
  line: number;
  column: number;
  endColumn: number;
}

export interface FakeStatement {
  kind: "INSERT" | "REPLACE" | "SELECT" | "EXPORT";
  explain: boolean;
  /** Undefined for SELECT and exports. */
  target: string | undefined;
  partitionedBy: string | undefined;
  clusteredBy: string | undefined;
  /** What stands behind OVERWRITE: `ALL` or a condition. */
  overwrite: string | undefined;
  tables: { name: string; place: Place }[];
  readsExtern: boolean;
  /** Parts of its UNION ALL; 1 where it has none. */
  parts: number;
  /** All of its parts are plain tables, which one query can read together. */
  unitesTables: boolean;
  /** The first semicolon behind a SET. */
  set: Place | undefined;
}

/** Blanks out comments and literals, keeping every position. */
function blank(sql: string): string {
  const same = (match: string) => match.replace(/[^\n]/g, " ");
  // A doubled quote makes two literals of one, and no stack is too small for a long one.
  return sql.replace(/'[^']*'|(?:--|\/\/)[^\r\n]*|\/\*[\s\S]*?\*\//g, same);
}

/** A branch of a union up to its end, or up to what ends the statement: columns of a table, nothing else. */
const PLAIN_TABLE = /\bSELECT\s+[\w",.*\s]+?\s+FROM\s+(?:"[^"]+"|\w+)[\s)]*(?:\b(?:PARTITIONED|CLUSTERED)\b.*)?$/is;

/** Undefined where Druid's parser would not take it either (so far as this one looks). */
export function readStatement(sql: string): FakeStatement | undefined {
  const whole = blank(sql);
  const plain = whole.replace(/^(\s*SET\s+[^;]*;)+/i, (prelude) => prelude.replace(/[^\n]/g, " "));
  const explain = /^\s*EXPLAIN\s+PLAN\s+FOR\b/i.test(plain);
  const rest = explain ? plain.replace(/EXPLAIN\s+PLAN\s+FOR/i, (words) => " ".repeat(words.length)) : plain;
  const verb = /^\s*(INSERT|REPLACE|SELECT|WITH)\b/i.exec(rest)?.[1]?.toUpperCase();
  if (verb === undefined) return undefined;
  const into = /^\s*(?:INSERT|REPLACE)\s+INTO\s+(?:(EXTERN)\s*\(|"((?:[^"]|"")+)"|([\w.]+))/i.exec(rest);
  if (verb !== "SELECT" && verb !== "WITH" && into === null) return undefined;
  const named = new Set([...rest.matchAll(/(?:\bWITH|,)\s*"?(\w+)"?\s+AS\s*\(/gi)].map((match) => match[1]));
  const tables = [...rest.matchAll(/\b(?:FROM|JOIN)\s+("(?:[^"]|"")+"|[\w-]+)(?!\w|\s*[.(])/gi)]
    .map((match) => {
      const [all, written = ""] = match;
      const place = placeOf(rest, match.index + all.length - written.length, written.length);
      return { name: written.replace(/^"|"$/g, "").replaceAll('""', '"'), place };
    })
    .filter(({ name }) => !named.has(name));
  const parts = rest.split(/\bUNION\s+ALL\b/i);
  const kind = into?.[1] !== undefined ? "EXPORT" : verb === "WITH" ? "SELECT" : (verb as FakeStatement["kind"]);
  return {
    kind,
    explain,
    target: into?.[1] === undefined ? (into?.[2]?.replaceAll('""', '"') ?? into?.[3]) : undefined,
    partitionedBy: /\bPARTITIONED\s+BY\s+(ALL\s+TIME|\w+)/i.exec(rest)?.[1]?.toUpperCase(),
    clusteredBy: /\bCLUSTERED\s+BY\s+([^;]+?)\s*;?\s*$/i.exec(rest)?.[1],
    overwrite: overwriteOf(sql, rest),
    tables,
    parts: parts.length,
    unitesTables: parts.length > 1 && parts.every((part) => PLAIN_TABLE.test(part)),
    set: plain === whole ? undefined : placeOf(whole, whole.indexOf(";"), 1),
    readsExtern: /\bEXTERN\s*\(/i.test(rest.slice(into?.[0].length ?? 0)),
  };
}

/** The condition with its literals, which contain the times. */
function overwriteOf(sql: string, blanked: string): string | undefined {
  const found = /(\bOVERWRITE\s+)(?:ALL|WHERE\s[\s\S]+?)\s+(?=(?:SELECT|WITH)\b)/i.exec(blanked);
  if (found === null) return undefined;
  const [all, head = ""] = found;
  return sql.slice(found.index + head.length, found.index + all.length).trim();
}

export function placeOf(sql: string, at: number, length: number): Place {
  const lines = sql.slice(0, at).split("\n");
  const column = (lines.at(-1) ?? "").length + 1;
  return { line: lines.length, column, endColumn: column + length - 1 };
}

/** Where nothing can stand before FROM, as in `SELECT a, FROM`. */
export function danglingToken(sql: string): { token: string; place: Place } | undefined {
  const found = /[+,=]\s+FROM\b/i.exec(blank(sql));
  return found ? { token: found[0], place: placeOf(sql, found.index, 1) } : undefined;
}
