/**
 * The values inside a SQL request that no message may repeat: Druid's errors quote them at times, and an input source
 * inside EXTERN may hold passwords. Names (columns, types, tables) stay: a user needs them to understand an error.
 */
import { parseJson } from "./answer";
import type { SqlRequest } from "./client";

/** Quoted names are matched to be passed over: a quote inside one opens nothing, nor does one inside a comment. */
const TOKEN = /--(?<line>[^\n]*)|\/\*(?<block>[\s\S]*?)\*\/|"(?:[^"]|"")*"|'(?<literal>(?:[^']|'')*)'/g;

/** Keys of an input source or format whose values are names. */
const NAMING_KEYS = new Set(["type", "name", "format", "column", "columns", "dimensions", "metrics"]);

/** Shorter ones would eat the words of the message; those that are words themselves the more. */
const MIN_LENGTH = 4;
const MIN_WORD_LENGTH = 6;

export function queryValues(request: SqlRequest): string[] {
  const found = new Set<string>();
  for (const { groups = {} } of request.query.matchAll(TOKEN)) {
    const { line, block, literal } = groups;
    const comment = (line ?? block ?? "").trim();
    if (comment.length >= MIN_WORD_LENGTH) found.add(comment);
    if (literal === undefined) continue;
    const value = literal.replaceAll("''", "'");
    for (const hidden of [literal, value, ...valuesInside(value)]) found.add(hidden);
  }
  for (const { value } of request.parameters ?? []) for (const leaf of leaves(value)) found.add(leaf);
  found.add(request.query);
  return [...found].filter((value) => value.length >= MIN_LENGTH);
}

/** What an input source written as JSON holds. Where it is broken, Druid names the word that it stumbled over. */
function valuesInside(text: string): string[] {
  if (!/^\s*[[{]/.test(text)) return [];
  const parsed = parseJson(text);
  if (parsed !== undefined) return leaves(parsed);
  return text.split(/[\s"{}[\],:\\]+/).filter((word) => word.length >= MIN_WORD_LENGTH);
}

function leaves(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(leaves);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (NAMING_KEYS.has(key) ? [] : leaves(inner)));
}
