/**
 * Collects the values in a SQL request that no message may repeat: Druid's errors may quote them, and an input source
 * in EXTERN may contain passwords. Names (columns, types, tables) stay, because a user needs them to understand an
 * error.
 */

import { isSecretName } from "../../base/credentials";
import { isTime } from "../../base/excerpt";
import { isRecord, parseJson } from "../../base/json";
import { readString } from "../../base/names";
import { isSymbol, type Token, tokenize } from "../../base/tokens";
import type { SqlRequest } from "../client";

/** Keys of an input source or format whose values are names. */
const NAMING_KEYS = new Set(["type", "name", "format", "column", "columns", "dimensions", "metrics"]);

/** Masking shorter values would destroy the message; words need to be longer still. */
export const MIN_LENGTH = 4;
const MIN_WORD_LENGTH = 6;
/** More rows than this are not written into a query. */
const ROWS_MAX = 10_000;

export function queryValues({ query, parameters }: SqlRequest): string[] {
  const { tokens, comments, end } = tokenize(query);
  const found = new Set<string>();
  const add = (value: string) => {
    if (value.length >= MIN_LENGTH && !isTime(value)) for (const form of formsOf(value)) found.add(form);
  };
  for (const comment of comments) if (comment.trim().length >= MIN_WORD_LENGTH) add(comment.trim());
  for (let index = 0; index < tokens.length; ) {
    const text = readString(tokens, index);
    for (const value of text === undefined ? writtenAt(tokens, index) : [text.value, ...valuesInside(text.value)]) {
      add(value);
    }
    const next = text?.next ?? index + 1;
    // Also each piece as written.
    for (const token of tokens.slice(index, next)) if (token.kind === "string") add(bodyOf(token));
    index = next;
  }
  // Everything after an unclosed quote.
  add(query.slice(end));
  for (const { value } of parameters ?? []) for (const leaf of leaves(value)) add(leaf);
  if (query.length >= MIN_LENGTH) found.add(query);
  return [...found];
}

/** Secret arguments in the wrong quotes, or without quotes, are values too. */
function writtenAt(tokens: readonly Token[], index: number): string[] {
  const token = tokens[index];
  if (token === undefined) return [];
  if (token.kind === "hint") return [token.text.slice(3, -2).trim()];
  const isArgument = isSymbol(tokens[index - 1], "=>") && isSecretName(tokens[index - 2]?.text ?? "");
  if (!isArgument || token.kind === "symbol") return [];
  return [token.kind === "quotedIdentifier" ? bodyOf(token) : token.text];
}

function bodyOf({ text }: Token): string {
  return text.slice(text.search(/['"]/) + 1, -1);
}

/** The value itself, its JSON form, and the form of Druid's planner if it is not plain ASCII: `u&'\00e9'`. */
function formsOf(value: string): string[] {
  const unicode = value
    .replace(/[\\']/g, "$&$&")
    .replace(/[^\0-\x7f]/g, (char) => `\\${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const isAscii = unicode.length === value.length + (value.match(/[\\']/g)?.length ?? 0);
  return [value, JSON.stringify(value).slice(1, -1), ...(isAscii ? [] : [unicode])];
}

/** The values in the JSON of an input source. If it is broken, all its words, since Druid names the invalid one. */
function valuesInside(text: string): string[] {
  if (!/^\s*[[{]/.test(text)) return [];
  const parsed = parseJson(text);
  if (parsed !== undefined) return leaves(parsed);
  return text.split(/[\s"{}[\],:\\]+/).filter((word) => word.length >= MIN_WORD_LENGTH);
}

/** All strings inside, and numbers that are secret. Uses a stack instead of recursion, for JSON of any depth. */
function leaves(value: unknown): string[] {
  const found: string[] = [];
  const open: { value: unknown; isSecret: boolean; isData?: boolean }[] = [{ value, isSecret: false }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value: inner, isSecret, isData } = next;
    if (typeof inner === "string") for (const text of isData ? [inner, ...rowsOf(inner)] : [inner]) found.push(text);
    else if (typeof inner === "number" && isSecret) found.push(String(inner));
    else if (Array.isArray(inner)) for (const item of inner) open.push({ value: item, isSecret });
    else if (isRecord(inner)) {
      for (const [key, item] of Object.entries(inner)) {
        if (!NAMING_KEYS.has(key)) {
          open.push({ value: item, isSecret: isSecretName(key), isData: key === "data" });
        }
      }
    }
  }
  return found;
}

/** Of inline data Druid quotes the row that it cannot read, or a value in it. */
function rowsOf(data: string): string[] {
  const rows = data.split(/[\r\n]+/).slice(0, ROWS_MAX);
  const values = rows.flatMap((row) => row.split(/[\s,;|"{}[\]:]+/)).filter(({ length }) => length >= MIN_WORD_LENGTH);
  return [...rows, ...values];
}
