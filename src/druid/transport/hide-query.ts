/** Removes the query's values and text from Druid's error messages. */
import { type Find, maskFound, type Span } from "../../base/found";
import type { Token } from "../../base/tokens";
import { tokenize } from "../../base/tokens";
import type { SqlRequest } from "../client";
import { MIN_LENGTH, queryValues } from "./query-values";

const MASK = "[value]";

/** Druid's text without the values of the query. */
export function hideQuery(detail: string, request: SqlRequest | undefined): string {
  if (request === undefined) return withoutSource(detail);
  return hideValues(withoutSource(maskToken(detail, request.query)), queryValues(request));
}

/** Druid's JSON parser quotes the invalid word and the beginning of its input, cut at an arbitrary point. */
function withoutSource(detail: string): string {
  return detail
    .replace(
      /[ \n]{0,3}at \[Source: \([^)]*\)[\s\S]*; line: (\d+), column: (\d+)\]/,
      " (line $1, column $2 of the JSON)",
    )
    .replace(/\s*at \[Source: REDACTED \([^)]*\); line: (\d+), column: (\d+)\]/, " (line $1, column $2 of the JSON)")
    .replace(/\[Source: \([^)]*\)[\s\S]*/, "[Source: [value]")
    .replace(/(Unrecognized token '|from String ")[^'"]*/g, `$1${MASK}`);
}

/**
 * Masks the token that the parser rejected: `unexpected token [\'x\']` since 27, `Encountered "x"` before, and
 * `Encountered: "x" (120), after : "…"` from the lexer. These escape non-ASCII characters, quotes and backslashes, and
 * Druid may split a faulty query differently from us. So only names and symbols that occur in the query are shown.
 */
function maskToken(detail: string, query: string): string {
  const known = new Set(
    tokenize(query)
      .tokens.filter(isPublic)
      .map(({ text }) => text),
  );
  const shownPart = (text: string) =>
    tokenize(unescaped(text))
      .tokens.map((token) => (known.has(token.text) || /^[<>]$|^EOF$/.test(token.text) ? token.text : MASK))
      .join(" ");
  // A text may come a second time, with what was masked before.
  const shown = (text: string) =>
    text.split(MASK).map(shownPart).join(` ${MASK} `).trim().replace("< EOF >", "<EOF>") || MASK;
  return detail
    .replace(/(unexpected token \[)([\s\S]*)(\] \(line \[)/, (_, before, text, behind) => before + shown(text) + behind)
    .replace(/(Encountered ")([\s\S]*)(" at line \d)/, (_, before, text, behind) => before + shown(text) + behind)
    .replace(/(Encountered: )("[\s\S]*"|<EOF>)( \(\d+\))?, after : "[\s\S]*"/, (_, before, text, code) =>
      code === undefined
        ? before + text
        : `${before}U+${Number(code.slice(2, -1)).toString(16).toUpperCase().padStart(4, "0")}`,
    );
}

function isPublic({ kind }: Token): boolean {
  return kind === "word" || kind === "symbol" || kind === "quotedIdentifier" || kind === "parameter";
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", f: "\f", b: "\b" };

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|([\s\S]))/g, (_, code?: string, char = "") =>
    code === undefined ? (ESCAPES[char] ?? char) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** Masks the longest value at each position, as it is or encoded. */
export function hideValues(text: string, values: readonly string[]): string {
  return values.length === 0 ? text : maskFound(text, finderOf(values), MASK);
}

/**
 * Values are indexed by their first characters, so that it stays fast for long queries and for a hundred thousand
 * values.
 */
function finderOf(values: readonly string[]): Find {
  const byStart = new Map<string, string[]>();
  for (const value of values) {
    const start = value.slice(0, MIN_LENGTH);
    const found = byStart.get(start);
    if (found === undefined) byStart.set(start, [value]);
    else found.push(value);
  }
  for (const found of byStart.values()) found.sort((a, b) => b.length - a.length);
  return (text) => {
    const spans: Span[] = [];
    for (let at = 0; at + MIN_LENGTH <= text.length; ) {
      const value = byStart.get(text.slice(at, at + MIN_LENGTH))?.find((one) => text.startsWith(one, at));
      if (value !== undefined) spans.push([at, at + value.length]);
      at += value?.length ?? 1;
    }
    return spans;
  };
}
