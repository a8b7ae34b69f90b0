/** What is surely wrong with a query, said better than Druid's parser says it, each with its place. */
import { isSymbol, isWord, positionAt, type SqlFault, type Token } from "../base/tokens";
import { characterFaults, codeOf } from "./characters";
import { readHead, topLevel } from "./clauses";
import { contextFaults } from "./context";
import type { Setting, SplitSql } from "./prelude";

/** As many faulty settings are told. */
const SETTINGS_MAX = 20;
/** What goes on with a statement and begins none. */
const GOES_ON = (
  "PARTITIONED CLUSTERED FROM WHERE GROUP HAVING WINDOW QUALIFY ORDER LIMIT OFFSET FETCH UNION INTERSECT EXCEPT MINUS " +
  "OVERWRITE EXTEND JOIN INNER LEFT RIGHT FULL CROSS ON USING AS AND OR"
).split(" ");

/** Faults that Druid may not tell, or not where they are; a query that has any is not sent. */
export function mistakes(sql: string, split: SplitSql): SqlFault[] {
  const characters = characterFaults(sql, split.tokens);
  if (split.fault !== undefined) return [...characters, split.fault];
  // What an odd character has split is not the user's second mistake.
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

/** Something stands behind a `;`. */
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
      `The ";" stands too early: "${words.toUpperCase()}" behind it belongs to the same statement; take the ";" out`,
    );
  }
  const verb = verbOf(tokens[start]);
  const hasQuery = verb === undefined || readHead(tokens, start, end, verb).query < end;
  if (!hasQuery && isWord(second, "SELECT", "WITH", "VALUES")) {
    return at(tokens[end], `The ";" stands too early: the query of the ${verb} comes behind it; take the ";" out`);
  }
  if (isWord(second, "SET")) return at(second, 'A "SET" stands behind the statement; put it before');
  return at(second, "A second statement begins here; give each statement a resource of its own");
}

function faultOfKind(sql: string, split: SplitSql): SqlFault | undefined {
  const { tokens, start, end, settings } = split;
  const token = tokens[start];
  const fault = (message: string): SqlFault => ({ message, ...positionAt(sql, token?.offset ?? sql.length) });
  if (token === undefined || start === end) {
    return fault(
      settings.length > 0
        ? 'The query has SET alone: no statement follows, or no ";" stands between'
        : "The query is empty",
    );
  }
  if (isWord(token, "EXPLAIN")) return fault('"EXPLAIN" starts nothing; leave it out, preview asks Druid to explain');
  let first = start;
  while (isSymbol(tokens[first], "(")) first += 1;
  if (first === start && isWord(token, "INSERT", "REPLACE")) return faultOfOverwrite(sql, split);
  if (isWord(tokens[first], "WITH")) return faultOfWith(sql, split);
  if (isWord(tokens[first], "SELECT", "VALUES", "TABLE")) return undefined;
  // Druid takes some invisible characters for letters, and letters of other alphabets look like ours.
  const odd = token.kind === "word" ? /[^\0-\x7f]/u.exec(token.text)?.[0] : undefined;
  return fault(
    `The query is no INSERT, REPLACE or SELECT statement${odd === undefined ? "" : `: its first word holds ${codeOf(odd)}`}`,
  );
}

/** OVERWRITE stands between the target and the query of a REPLACE, and nowhere else. */
function faultOfOverwrite(sql: string, { tokens, start, end }: SplitSql): SqlFault | undefined {
  const verb = verbOf(tokens[start]) ?? "INSERT";
  const fault = (index: number, message: string): SqlFault => ({
    message,
    ...positionAt(sql, tokens[index]?.offset ?? sql.length),
  });
  const instead = "write REPLACE INTO … OVERWRITE ALL (or OVERWRITE WHERE …), or leave OVERWRITE out to append";
  // `INSERT OVERWRITE [INTO|TABLE] t`, as other databases have it; no INTO: else it would be a name.
  if (isWord(tokens[start + 1], "OVERWRITE")) {
    return fault(start + 1, `OVERWRITE stands before the target; ${instead}`);
  }
  const { query } = readHead(tokens, start, end, verb);
  const isClause = (token: Token, index: number) =>
    isWord(token, "OVERWRITE") && isWord(tokens[index + 1], "ALL", "WHERE") && index > start + 2;
  const before = topLevel(tokens, start + 1, query, isClause);
  if (before !== undefined && verb === "INSERT") {
    return fault(before, `OVERWRITE belongs to REPLACE, and this is an INSERT; ${instead}`);
  }
  // `FROM t overwrite WHERE …` is a name.
  const behind = topLevel(
    tokens,
    query,
    end,
    (token, index) => isClause(token, index) && isWord(tokens[index + 1], "ALL"),
  );
  return behind === undefined
    ? undefined
    : fault(behind, "OVERWRITE stands behind the query; write REPLACE INTO … OVERWRITE ALL SELECT …");
}

/** Other databases take WITH in front; Druid wants it where the query begins. */
function faultOfWith(sql: string, { tokens, start, end }: SplitSql): SqlFault | undefined {
  const late = tokens.find(
    (token, index) =>
      index > start && index < end && isWord(token, "INSERT", "REPLACE") && isWord(tokens[index + 1], "INTO"),
  );
  if (late === undefined) return undefined;
  const verb = late.text.toUpperCase();
  return { message: `"${verb}" stands behind WITH; put WITH behind ${verb} INTO …`, ...positionAt(sql, late.offset) };
}

export function verbOf(token: Token | undefined): "INSERT" | "REPLACE" | undefined {
  return (["INSERT", "REPLACE"] as const).find((keyword) => isWord(token, keyword));
}
