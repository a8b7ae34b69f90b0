/**
 * Finds credentials written in plain text in a query: in the JSON of an input source, in arguments of a table function,
 * in addresses, and in SET. Warnings name them and their line; the values are used only to redact messages.
 */

import { credentialsInText, isSecretName, isSecretParameter } from "../base/credentials";
import { isRecord, parseJson } from "../base/json";
import { readCompoundName, readString } from "../base/names";
import { isSymbol, isWord, type Token, tokenize } from "../base/tokens";

export interface FoundCredential {
  /** The quoted name of the field that holds it, or a description. */
  what: string;
  /** Offset in the SQL. */
  offset: number;
  value: string;
}

/** Deeper than any real input source; anything below is ignored. */
const DEPTH_MAX = 16;
/** Maps with free names. In these any name that contains "key" counts as secret. */
const SECRET_PLACE = /^(?:properties|(?:request)?headers?|options|config|connectorconfig)$/i;
/** Header values that carry a login. */
const LOGIN = /^(?:Bearer|Basic|Digest|Token|ApiKey|Negotiate|AWS4-HMAC-SHA256)\s+\S/i;

export function findCredentials(tokens: readonly Token[]): FoundCredential[] {
  const found: FoundCredential[] = [];
  for (let index = 0; index < tokens.length; ) {
    const text = readString(tokens, index);
    if (text === undefined) {
      index += 1;
      continue;
    }
    const token = tokens[index];
    const pieces = tokens.slice(index, text.next);
    const name = nameOf(tokens, index);
    for (const { what, value, key } of inLiteral(name, text.value)) {
      found.push({ what, value, offset: offsetOf(pieces, key) ?? token?.offset ?? 0 });
    }
    index = text.next;
  }
  return found;
}

/** Those in the query and, as an input source may be a parameter, in the parameters and the context. */
export function credentialsIn({ query, parameters, context }: Readonly<Record<string, unknown>>): string[] {
  const given = inValue([parameters, context], false, 0).flatMap(({ value }) => [value, decoded(value)]);
  const values = [...(typeof query === "string" ? credentialValues(query) : []), ...given];
  return [...new Set(values)].slice(0, VALUES_MAX);
}

/** Only long lists of signed addresses have more, and `redact` recognises those by their form. */
const VALUES_MAX = 1_000;

/** The values that `findCredentials` finds, for `redact`. */
export function credentialValues(sql: string): string[] {
  const values = findCredentials(tokenize(sql).tokens).flatMap(({ value }) => [value, decoded(value)]);
  return [...new Set(values)].slice(0, VALUES_MAX);
}

interface Found {
  what: string;
  value: string;
  /** The JSON key that holds it. */
  key?: string;
}

/** The name in `name => '…'`, `SET name = '…'` or, if the arrow is missing, `name '…'`. */
function nameOf(tokens: readonly Token[], index: number): string {
  const before = tokens[index - 1];
  if (isSymbol(before, "=>")) return textOf(tokens[index - 2]);
  if (isSymbol(before, "=")) {
    let start = index - 2;
    while (isSymbol(tokens[start - 1], ".")) start -= 2;
    const isSet = isWord(tokens[start - 1], "SET");
    return isSet ? (readCompoundName(tokens, start)?.value.join(".") ?? "") : "";
  }
  // `name => ARRAY['…', '…']`.
  if (isSymbol(before, "[") && isSymbol(tokens[index - 3], "=>")) return textOf(tokens[index - 4]);
  return before?.kind === "word" && isSecretName(before.text) ? before.text : "";
}

function textOf(token: Token | undefined): string {
  return token?.kind === "quotedIdentifier" ? token.text.slice(1, -1) : (token?.text ?? "");
}

function inLiteral(name: string, text: string): Found[] {
  // Inline rows are data.
  if (text === "" || name.toLowerCase() === "data") return [];
  if (/^\s*[[{]/.test(text)) return inJson(text, name);
  if (isSecretName(name) || /^(?:key|sig|auth)$/i.test(name)) return [{ what: quoted(name), value: text }];
  return credentialsInText(text);
}

/** JSON may stand in JSON: the input source in a parameter. */
function inText(text: string, depth: number): Found[] {
  const parsed = /^\s*[[{]/.test(text) ? parseJson(text) : undefined;
  return parsed === undefined ? credentialsInText(text) : inValue(parsed, false, depth + 1);
}

function inJson(text: string, name: string): Found[] {
  const parsed = parseJson(text);
  if (parsed !== undefined) return inValue(parsed, SECRET_PLACE.test(name), 0);
  // Druid rejects broken JSON, but a secret in it would still be exposed.
  return [...text.matchAll(/"([\w.-]{1,64})"\s{0,20}:\s{0,20}"([^"\\]{1,1000})"/g)].flatMap(
    ([, key = "", value = ""]) => (isSecretName(key) ? [{ what: quoted(key), value, key }] : []),
  );
}

function inValue(value: unknown, isSecretPlace: boolean, depth: number): Found[] {
  if (typeof value === "string") return depth < DEPTH_MAX ? inText(value, depth) : [];
  if (typeof value !== "object" || value === null || depth > DEPTH_MAX) return [];
  if (Array.isArray(value)) return value.flatMap((item) => inValue(item, isSecretPlace, depth + 1));
  // This names a variable in Druid's environment and exposes nothing.
  if ("type" in value && value.type === "environment") return [];
  return Object.entries(value).flatMap(([key, inner]) => inEntry(key, inner, isSecretPlace, depth));
}

function inEntry(key: string, inner: unknown, isSecretPlace: boolean, depth: number): Found[] {
  if (key === "data") return [];
  const isSecret = isSecretName(key) || (isSecretPlace && (isSecretParameter(key) || /key/i.test(key)));
  const found = (value: unknown): Found[] => [{ what: quoted(key), value: String(value), key }];
  if ((typeof inner === "string" && inner !== "") || typeof inner === "number") {
    if (isSecret || (typeof inner === "string" && isSecretPlace && LOGIN.test(inner))) return found(inner);
    return inValue(inner, isSecretPlace, depth);
  }
  if (isSecret && isTexts(inner)) return found(inner[0]);
  if (!isRecord(inner)) return inValue(inner, isSecretPlace, depth + 1);
  const { type, password } = inner;
  // In `{"type":"default","password":"…"}` the outer key says more than "password".
  const isPlain = (typeof password === "string" || typeof password === "number") && password !== "";
  if (isSecret && isPlain && type !== "environment") return found(password);
  return inValue(inner, SECRET_PLACE.test(key), depth + 1);
}

/** Offset of the key, if it is not hidden by escapes; the caller then uses the start of the literal. */
function offsetOf(pieces: readonly Token[], key: string | undefined): number | undefined {
  if (key === undefined) return undefined;
  for (const { text, offset } of pieces) {
    const at = text.indexOf(JSON.stringify(key));
    if (at !== -1) return offset + at;
  }
  return undefined;
}

/** Keys may contain anything, so only harmless ones are shown. */
function quoted(name: string): string {
  return /^[\w .-]{1,64}$/.test(name) ? `"${name}"` : "a secret";
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string" && item !== "");
}
