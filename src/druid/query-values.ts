/**
 * The values inside a SQL request that no message may repeat: Druid's errors quote them at times, and an input source
 * inside EXTERN may hold passwords. Names (columns, types, tables) stay: a user needs them to understand an error.
 */
import type { SqlRequest } from "./client";

/** Comments and quoted names are matched to be passed over, so that a quote inside them opens nothing. */
const TOKEN = /--[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"]|"")*"|'((?:[^']|'')*)'/g;

/** Keys of an input source or format whose values are names. */
const NAMING_KEYS = new Set(["type", "name", "format", "column", "columns", "dimensions", "metrics"]);

/** Shorter ones would eat the words of the message. */
const MIN_LENGTH = 4;

export function queryValues(request: SqlRequest): string[] {
  const found = new Set<string>();
  for (const [, quoted] of request.query.matchAll(TOKEN)) {
    if (quoted === undefined) continue;
    found.add(quoted);
    const value = quoted.replaceAll("''", "'");
    found.add(value);
    for (const leaf of leaves(asJson(value))) found.add(leaf);
  }
  for (const { value } of request.parameters ?? []) for (const leaf of leaves(value)) found.add(leaf);
  found.add(request.query);
  return [...found].filter((value) => value.length >= MIN_LENGTH);
}

function leaves(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(leaves);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (NAMING_KEYS.has(key) ? [] : leaves(inner)));
}

/** Objects and arrays only: a literal that is a number or a word is itself the value. */
function asJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
