/** Reads calls of table functions: `EXTERN('…', …)`, `HTTP(uris => ARRAY['…'])`, `APPEND('a', 'b')`. */

import { parseJson } from "../base/json";
import { readName, readString } from "../base/names";
import { isSymbol, isWord, type Token } from "../base/tokens";
import { clip, type Source, source } from "./address";
import { sourcesOfInputSource } from "./inputsource";

/** A string, a list of strings, or undefined for anything else, e.g. a parameter. */
type ArgumentValue = string | string[] | undefined;

interface Call {
  name: string;
  arguments: { name?: string; value: ArgumentValue }[];
}

export interface ReadCall {
  sources: Source[];
  /** Datasources it reads (`APPEND`). */
  tables: string[];
}

/** Table functions and the type of input source that each stands for. */
const INPUT_SOURCES: Readonly<Record<string, string>> = {
  HTTP: "http",
  S3: "s3",
  INLINE: "inline",
  LOCALFILES: "local",
  GOOGLE: "google",
  AZURE: "azure",
  HDFS: "hdfs",
};

/** What the call at `index` reads. */
export function readCall(tokens: readonly Token[], index: number): ReadCall {
  const call = parseCall(tokens, index);
  const nothing = { sources: [source("extern")], tables: [] };
  if (call === undefined) return nothing;
  const name = call.name.toUpperCase();
  if (name === "APPEND") return { sources: [], tables: call.arguments.flatMap(({ value }) => value ?? []) };
  if (name === "EXTERN") {
    const argument = call.arguments.find((one) => one.name === "inputSource") ?? call.arguments[0];
    const json = argument?.name === undefined || argument.name === "inputSource" ? jsonOf(argument?.value) : undefined;
    return { sources: sourcesOfInputSource(json), tables: [] };
  }
  const type = INPUT_SOURCES[name];
  const named = Object.fromEntries(call.arguments.map((one) => [one.name ?? "", one.value]));
  return {
    sources: type === undefined ? [source("extern")] : sourcesOfInputSource({ ...named, type }),
    tables: [],
  };
}

/** Target of an export: the part `s3(…)` of `EXTERN(s3(bucket => 'b', prefix => 'p'))`. */
export function readDestination(tokens: readonly Token[], index: number): Source | undefined {
  const name = readName(tokens, index);
  if (name === undefined) return undefined;
  const call = isSymbol(tokens[name.next], "(") ? parseCall(tokens, index) : undefined;
  const value = (key: string): string => {
    const found = call?.arguments.find((one) => one.name === key)?.value;
    return typeof found === "string" ? found : "";
  };
  const type = clip(name.value.toLowerCase(), 64);
  const bucket = value("bucket");
  const address =
    bucket === "" ? value("exportPath") : `${type === "google" ? "gs" : type}://${bucket}/${value("prefix")}`;
  return source(type, address);
}

function parseCall(tokens: readonly Token[], index: number): Call | undefined {
  const name = readName(tokens, index);
  if (name === undefined || !isSymbol(tokens[name.next], "(")) return undefined;
  const call: Call = { name: name.value, arguments: [] };
  let at = name.next + 1;
  while (at < tokens.length && !isSymbol(tokens[at - 1], ")")) {
    const end = argumentEnd(tokens, at);
    const key = isSymbol(tokens[at + 1], "=>") ? readName(tokens, at) : undefined;
    const value = readValue(tokens, key === undefined ? at : at + 2, end);
    call.arguments.push(key === undefined ? { value } : { name: key.value, value });
    at = end + 1;
  }
  return call;
}

/** Index of the comma or parenthesis that ends the argument. */
function argumentEnd(tokens: readonly Token[], from: number): number {
  let depth = 0;
  for (let index = from; index < tokens.length; index += 1) {
    const text = tokens[index]?.kind === "symbol" ? tokens[index]?.text : undefined;
    if (depth === 0 && (text === "," || text === ")")) return index;
    if (text === "(" || text === "[") depth += 1;
    if (text === ")" || text === "]") depth -= 1;
  }
  return tokens.length;
}

function readValue(tokens: readonly Token[], from: number, end: number): ArgumentValue {
  const text = readString(tokens, from);
  if (text !== undefined) return text.next === end ? splitUris(text.value) : undefined;
  if (!isWord(tokens[from], "ARRAY") || !isSymbol(tokens[from + 1], "[") || !isSymbol(tokens[end - 1], "]")) return;
  const items: string[] = [];
  for (let at = from + 2; at < end - 1; at += 1) {
    const item = readString(tokens, at);
    if (item === undefined || (item.next !== end - 1 && !isSymbol(tokens[item.next], ","))) return undefined;
    items.push(item.value);
    at = item.next;
  }
  return items;
}

/** Older servers take several URIs as one string with commas; a comma within a URI does not begin a new one. */
function splitUris(text: string): string | string[] {
  if (!startsUri(text)) return text;
  const uris: string[] = [];
  for (const piece of text.split(",")) {
    if (uris.length === 0 || startsUri(piece.trimStart())) uris.push(piece.trim());
    else uris.push(`${uris.pop()},${piece}`);
  }
  return uris.length > 1 ? uris : text;
}

function startsUri(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9+.-]{0,40}:\/\//.test(text);
}

const jsonOf = (value: ArgumentValue): unknown => (typeof value === "string" ? parseJson(value) : undefined);
