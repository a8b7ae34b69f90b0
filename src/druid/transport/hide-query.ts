/** Takes what a query holds out of what Druid says: its values, wherever they are quoted, and its own text. */
import type { Token } from "../../base/tokens";
import { tokenize } from "../../base/tokens";
import type { SqlRequest } from "../client";
import { MIN_LENGTH, queryValues } from "./query-values";

const MASK = "[value]";

/** The words of Druid without values of the query. */
export function hideQuery(detail: string, request: SqlRequest | undefined): string {
  if (request === undefined) return withoutSource(detail);
  return hideValues(withoutSource(maskToken(detail, request.query)), queryValues(request));
}

/** Druid's JSON parser quotes the word it stumbled over, and the beginning of what it reads, cut anywhere. */
function withoutSource(detail: string): string {
  return detail
    .replace(
      /[ \n]{0,3}at \[Source: \([^)]*\)[\s\S]*; line: (\d+), column: (\d+)\]/,
      " (line $1, column $2 of the JSON)",
    )
    .replace(/\[Source: \([^)]*\)[\s\S]*/, "[Source: [value]")
    .replace(/(Unrecognized token '|from String ")[^'"]*/g, `$1${MASK}`);
}

/**
 * What the parser stumbled over: since 27 `unexpected token [\'x\']`, before `Encountered "x"`, and of the lexer
 * `Encountered: "x" (120), after : "…"`. Non-ASCII characters, quotes and backslashes are escaped there, and where the
 * query has a fault Druid may cut it elsewhere than we do: only names and marks that stand in the query are let through.
 */
function maskToken(detail: string, query: string): string {
  const known = new Set(
    tokenize(query)
      .tokens.filter(isPublic)
      .map(({ text }) => text),
  );
  const shown = (text: string) =>
    tokenize(unescaped(text))
      .tokens.map((token) => (known.has(token.text) || /^[<>]$|^EOF$/.test(token.text) ? token.text : MASK))
      .join(" ")
      .replace("< EOF >", "<EOF>") || MASK;
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

/**
 * The longest value at each place. Values are found by their first characters, so that neither a long query nor one of
 * a hundred thousand values makes it slow.
 */
export function hideValues(text: string, values: readonly string[]): string {
  const byStart = new Map<string, string[]>();
  for (const value of values) {
    if (value.length > text.length) continue;
    const start = value.slice(0, MIN_LENGTH);
    const found = byStart.get(start);
    if (found === undefined) byStart.set(start, [value]);
    else found.push(value);
  }
  for (const found of byStart.values()) found.sort((a, b) => b.length - a.length);
  let result = "";
  let shown = 0;
  for (let at = 0; at + MIN_LENGTH <= text.length; ) {
    const value = byStart.get(text.slice(at, at + MIN_LENGTH))?.find((one) => text.startsWith(one, at));
    if (value === undefined) {
      at += 1;
      continue;
    }
    result += text.slice(shown, at) + MASK;
    at += value.length;
    shown = at;
  }
  return result + text.slice(shown);
}
