/** Reads the names of a query's columns, as far as the SQL states them. */
import { readCompoundName, readName } from "../base/names";
import { isSymbol, isWord, type Token } from "../base/tokens";

const LIST_ENDS =
  "FROM WHERE GROUP HAVING WINDOW QUALIFY ORDER LIMIT OFFSET FETCH UNION INTERSECT EXCEPT MINUS PARTITIONED CLUSTERED".split(
    " ",
  );
/** Words that may end an expression without being an alias. */
const NO_ALIAS = (
  "END NULL TRUE FALSE UNKNOWN SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR " +
  "CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP LOCALTIME LOCALTIMESTAMP"
).split(" ");

/** In order, up to the first `*`; undefined for an unnamed expression. A UNION takes the names of its first SELECT. */
export function columnNames(tokens: readonly Token[], from: number, to: number): (string | undefined)[] {
  let at = from;
  while (isSymbol(tokens[at], "(")) at += 1;
  if (isWord(tokens[at], "WITH")) at = mainSelect(tokens, at, to);
  if (!isWord(tokens[at], "SELECT")) return [];
  at += 1;
  while (tokens[at]?.kind === "hint" || isWord(tokens[at], "DISTINCT", "ALL")) at += 1;
  const names: (string | undefined)[] = [];
  for (;;) {
    const end = itemEnd(tokens, at, to);
    if (end === at || isSymbol(tokens[end - 1], "*")) return names;
    names.push(nameOf(tokens, at, end));
    if (!isSymbol(tokens[end], ",")) return names;
    at = end + 1;
  }
}

/** Index of the SELECT after `WITH a AS (…), b AS (…)`. */
function mainSelect(tokens: readonly Token[], from: number, to: number): number {
  let depth = 0;
  for (let index = from; index < to; index += 1) {
    const token = tokens[index];
    if (isSymbol(token, "(")) depth += 1;
    if (isSymbol(token, ")")) depth -= 1;
    if (depth === 0 && isWord(token, "SELECT")) return index;
  }
  return to;
}

function itemEnd(tokens: readonly Token[], from: number, to: number): number {
  let depth = 0;
  for (let index = from; index < to; index += 1) {
    const token = tokens[index];
    const closes = isSymbol(token, ")") || isSymbol(token, "]");
    const isList = isSymbol(token, ",") || (isWord(token, ...LIST_ENDS) && !isWord(tokens[index - 1], "DISTINCT"));
    if (depth === 0 && (closes || isList)) return index;
    if (isSymbol(token, "(") || isSymbol(token, "[")) depth += 1;
    if (closes) depth -= 1;
  }
  return to;
}

/** `… AS name`, `… name`, `name`, `t.name`. */
function nameOf(tokens: readonly Token[], from: number, to: number): string | undefined {
  const whole = readCompoundName(tokens, from);
  if (whole?.next === to) return whole.value.at(-1);
  // `U&"…" UESCAPE '!'` is three tokens.
  const last = isWord(tokens[to - 2], "UESCAPE") ? to - 3 : to - 1;
  const name = readName(tokens, last);
  if (name?.next !== to) return undefined;
  const before = tokens[last - 1];
  if (isWord(before, "AS")) return name.value;
  const token = tokens[last];
  const isInterval = before?.kind === "string" && isWord(tokens[last - 2], "INTERVAL");
  if (isInterval || (token?.kind === "word" && isWord(token, ...NO_ALIAS))) return undefined;
  const endsExpression =
    before?.kind === "quotedIdentifier" ||
    before?.kind === "number" ||
    before?.kind === "string" ||
    before?.kind === "parameter" ||
    isSymbol(before, ")") ||
    isSymbol(before, "]") ||
    isWord(before, "END");
  if (endsExpression) return name.value;
  // `t.a b`: a compound name followed by its alias.
  return readCompoundName(tokens, from)?.next === last ? name.value : undefined;
}
