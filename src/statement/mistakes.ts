/** Finds certain mistakes in a query and explains them better than Druid's parser does, each with its position. */
import { isSymbol, isWord, positionAt, type SqlFault, type Token } from "../base/tokens";
import { characterFaults, codeOf } from "./characters";
import { readHead, topLevel } from "./clauses";
import { contextFaults } from "./context";
import type { Setting, SplitSql } from "./prelude";

/** How many faulty settings are reported at most. */
const SETTINGS_MAX = 20;
/** Words that continue a statement and never begin one. */
const GOES_ON = (
  "PARTITIONED CLUSTERED FROM WHERE GROUP HAVING WINDOW QUALIFY ORDER LIMIT OFFSET FETCH UNION INTERSECT EXCEPT MINUS " +
  "OVERWRITE EXTEND JOIN INNER LEFT RIGHT FULL CROSS ON USING AS AND OR"
).split(" ");

/** Faults that Druid may not report, or not at the right position; a query with any of them is not sent. */
export function mistakes(sql: string, split: SplitSql): SqlFault[] {
  const characters = characterFaults(sql, split.tokens);
  if (split.fault !== undefined) return [...characters, split.fault];
  // An invalid character splits tokens, and the faults of the parts would only repeat the same mistake.
  if (characters.length > 0) return characters;
  const found = faultOfEnd(sql, split) ?? faultOfKind(sql, split);
  return found === undefined ? [] : [found];
}

export function settingMistakes(sql: string, settings: readonly Setting[]): SqlFault[] {
  return settings
    .flatMap(({ key, value, offset }) => contextFaults({ [key]: value }).map(({ reason }) => ({ key, reason, offset })))
    .slice(0, SETTINGS_MAX)
    .map(({ key, reason, offset }) => ({ message: `"${key}" ${reason}`, ...positionAt(sql, offset) }));
}

/** Something follows the `;` of the statement. */
function faultOfEnd(sql: string, { tokens, start, end, second }: SplitSql): SqlFault | undefined {
  if (second === undefined) return undefined;
  const at = (token: Token | undefined, message: string): SqlFault => ({
    message,
    ...positionAt(sql, token?.offset ?? sql.length),
  });
  const next = tokens[tokens.indexOf(second, end) + 1];
  if (isWord(second, ...GOES_ON) || isSymbol(second, ",") || isSymbol(second, ")")) {
    const words = isWord(next, "BY") ? `${second.text} BY` : second.text;
    return at(
      tokens[end],
      `The ";" comes too early: "${words.toUpperCase()}" after it belongs to the same statement; remove the ";"`,
    );
  }
  const verb = verbOf(tokens[start]);
  const hasQuery = verb === undefined || readHead(tokens, start, end, verb).query < end;
  if (!hasQuery && isWord(second, "SELECT", "WITH", "VALUES")) {
    return at(tokens[end], `The ";" comes too early: the query of the ${verb} follows it; remove the ";"`);
  }
  if (isWord(second, "SET")) return at(second, 'A "SET" follows the statement; put it before the statement');
  return at(second, "A second statement begins here; use a separate resource for each statement");
}

function faultOfKind(sql: string, split: SplitSql): SqlFault | undefined {
  const { tokens, start, end, settings } = split;
  const token = tokens[start];
  const fault = (message: string): SqlFault => ({ message, ...positionAt(sql, token?.offset ?? sql.length) });
  if (token === undefined || start === end) {
    return fault(
      settings.length > 0
        ? 'The query consists of SET only: no statement follows, or the ";" between them is missing'
        : "The query is empty",
    );
  }
  if (isWord(token, "EXPLAIN")) return fault('"EXPLAIN" loads nothing; remove it, preview explains the query anyway');
  let first = start;
  while (isSymbol(tokens[first], "(")) first += 1;
  if (first === start && isWord(token, "INSERT", "REPLACE")) return faultOfOverwrite(sql, split);
  if (isWord(tokens[first], "WITH")) return faultOfWith(sql, split);
  if (isWord(tokens[first], "SELECT", "VALUES", "TABLE")) return undefined;
  // Druid accepts some invisible characters as letters, and letters of other alphabets can look Latin.
  const odd = token.kind === "word" ? /[^\0-\x7f]/u.exec(token.text)?.[0] : undefined;
  return fault(
    `The query is not an INSERT, REPLACE or SELECT statement${odd === undefined ? "" : `: its first word contains ${codeOf(odd)}`}`,
  );
}

/** OVERWRITE is valid only between the target and the query of a REPLACE. */
function faultOfOverwrite(sql: string, { tokens, start, end }: SplitSql): SqlFault | undefined {
  const verb = verbOf(tokens[start]) ?? "INSERT";
  const fault = (index: number, message: string): SqlFault => ({
    message,
    ...positionAt(sql, tokens[index]?.offset ?? sql.length),
  });
  const instead = "write REPLACE INTO … OVERWRITE ALL (or OVERWRITE WHERE …), or remove OVERWRITE to append";
  // `INSERT OVERWRITE [INTO|TABLE] t`, the syntax of other databases. After INTO it would be a table name.
  if (isWord(tokens[start + 1], "OVERWRITE")) {
    return fault(start + 1, `OVERWRITE comes before the target; ${instead}`);
  }
  const { query } = readHead(tokens, start, end, verb);
  const isClause = (token: Token, index: number) =>
    isWord(token, "OVERWRITE") && isWord(tokens[index + 1], "ALL", "WHERE") && index > start + 2;
  const before = topLevel(tokens, start + 1, query, isClause);
  if (before !== undefined && verb === "INSERT") {
    return fault(before, `OVERWRITE belongs to REPLACE, and this is an INSERT; ${instead}`);
  }
  // In `FROM t overwrite WHERE …` it is an alias.
  const behind = topLevel(
    tokens,
    query,
    end,
    (token, index) => isClause(token, index) && isWord(tokens[index + 1], "ALL"),
  );
  return behind === undefined
    ? undefined
    : fault(behind, "OVERWRITE comes after the query; write REPLACE INTO … OVERWRITE ALL SELECT …");
}

/** Other databases allow WITH before INSERT; Druid requires it at the start of the query. */
function faultOfWith(sql: string, { tokens, start, end }: SplitSql): SqlFault | undefined {
  const late = tokens.find(
    (token, index) =>
      index > start && index < end && isWord(token, "INSERT", "REPLACE") && isWord(tokens[index + 1], "INTO"),
  );
  if (late === undefined) return undefined;
  const verb = late.text.toUpperCase();
  return { message: `"${verb}" comes after WITH; put WITH after ${verb} INTO …`, ...positionAt(sql, late.offset) };
}

export function verbOf(token: Token | undefined): "INSERT" | "REPLACE" | undefined {
  return (["INSERT", "REPLACE"] as const).find((keyword) => isWord(token, keyword));
}
