/** Shows the line of a query at which something is wrong, without the values in it. Pure. */
import { isSecretName } from "./credentials";
import type { Position } from "./errors";
import { isSymbol, offsetAt, type Token, tokenize } from "./tokens";

const WIDTH_MAX = 100;
/** Dates, times and periods are shown: they are not secret, and are often the mistake. */
const TIME =
  /^(?:\d{4}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01])(?:[T ]\d\d(?::\d\d(?::\d\d(?:\.\d{1,9})?)?)?Z?)?)?|P(?:\d+[YMWD])*(?:T(?:\d+[HMS])+)?)$/;

/** Whether a literal is a point or a period of time, e.g. `2024-01-31` or `P1D`. */
export function isTime(value: string): boolean {
  return value.length > 1 && TIME.test(value);
}

/**
 * The line with a caret below the position; undefined if the query has no such position. Literals become `'…'`, and
 * comments are left out. After quotes that do not match nothing is shown, because what looks like a name there may be
 * part of a literal.
 */
export function excerptAt(sql: string, position: Position): string | undefined {
  const offset = offsetAt(sql, position);
  if (offset === undefined || offset < 0 || offset > sql.length) return undefined;
  const start = lineStart(sql, offset);
  const end = lineEnd(sql, offset);
  const { tokens: all, fault } = tokenize(sql);
  if (fault !== undefined) return undefined;
  const odd = all.findIndex((token, index) => touchesLiteral(all[index - 1], token));
  const tokens = odd === -1 ? all : all.slice(0, odd);
  if (odd !== -1 && offset >= (all[odd]?.offset ?? 0)) return undefined;
  let text = "";
  let caret: number | undefined;
  tokens.forEach((token, index) => {
    const from = Math.max(token.offset, start);
    const to = Math.min(token.offset + token.text.length, end);
    if (from >= to) return;
    text = text.padEnd(text.length + gap(sql, tokens[index - 1], token, start));
    if (caret === undefined && offset < to)
      caret = text.length + (isShownWhole(tokens, index) ? Math.max(0, offset - from) : 0);
    text += isShownWhole(tokens, index) ? sql.slice(from, to) : masked(token);
  });
  if (text.trim() === "") return undefined;
  return drawn(text, caret ?? text.length, String(position.line));
}

/** Whether quotes do not match here, as in `'it's'`: then what follows may be part of a literal. */
export function touchesLiteral(before: Token | undefined, { kind, offset }: Token): boolean {
  return before?.kind === "string" && before.offset + before.text.length === offset && kind !== "symbol";
}

/** Number of spaces before a token: an indent is kept up to 8, anything else, also a comment, becomes one space. */
function gap(sql: string, before: Token | undefined, token: Token, start: number): number {
  const from = Math.max(start, before === undefined ? 0 : before.offset + before.text.length);
  const between = sql.slice(from, token.offset);
  if (between === "") return 0;
  return /^[ \t]*$/.test(between) && from === start ? Math.min(between.length, 8) : 1;
}

function isShownWhole(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index] as Token;
  if (token.kind === "hint") return false;
  if (token.kind === "string") return isTime(token.text.slice(1, -1));
  if (token.kind === "number") return token.text.length < 6;
  // Hides the value of a secret argument that has the wrong quotes or none, and so looks like a name.
  const isArgument = isSymbol(tokens[index - 1], "=>") || isSymbol(tokens[index - 1], "=");
  return token.kind === "symbol" || !isArgument || !isSecretName(tokens[index - 2]?.text.replaceAll('"', "") ?? "");
}

function masked({ kind }: Token): string {
  return kind === "string" ? "'…'" : kind === "hint" ? "/*+ … */" : "…";
}

function drawn(line: string, caret: number, number: string): string {
  const from = line.length <= WIDTH_MAX ? 0 : Math.max(0, Math.min(caret - WIDTH_MAX / 2, line.length - WIDTH_MAX));
  const cut = line.slice(from, from + WIDTH_MAX);
  const shown = `${from > 0 ? "…" : ""}${cut}${from + WIDTH_MAX < line.length ? "…" : ""}`;
  const at = caret - from + (from > 0 ? 1 : 0);
  return `  ${number} | ${shown}\n  ${" ".repeat(number.length)} | ${" ".repeat(at)}^`;
}

function lineStart(sql: string, offset: number): number {
  const before = sql.slice(0, offset);
  return Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) + 1;
}

function lineEnd(sql: string, offset: number): number {
  const length = /[\r\n]/.exec(sql.slice(offset))?.index;
  return length === undefined ? sql.length : offset + length;
}
