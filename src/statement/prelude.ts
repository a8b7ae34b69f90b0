/** Splits a query into its leading `SET key = value;` statements and the statement that runs. */
import { readCompoundName, readString } from "../base/names";
import { isSymbol, isWord, type SqlFault, type Token, tokenize } from "../base/tokens";

/** The literal in `SET key = value;`. */
export type SettingValue = string | number | boolean | null;

export interface Setting {
  key: string;
  /** Absent if it is not a literal: Druid judges it then. */
  value?: SettingValue;
  /** Offset of its SET. */
  offset: number;
}

export interface SplitSql {
  tokens: Token[];
  settings: Setting[];
  /** Index of the first token of the statement that runs; equal to `end` if there is none. */
  start: number;
  /** Index after its last token. */
  end: number;
  /** An unclosed quote or comment. */
  fault?: SqlFault;
  /** The first token after the statement's `;`. */
  second?: Token;
}

export function splitSql(sql: string): SplitSql {
  const { tokens, fault } = tokenize(sql);
  const settings: Setting[] = [];
  let start = 0;
  while (isWord(tokens[start], "SET") || isSymbol(tokens[start], ";")) {
    const close = semicolon(tokens, start);
    const setting = readSetting(tokens, start);
    if (setting !== undefined) settings.push(setting);
    start = Math.min(close + 1, tokens.length);
  }
  const end = semicolon(tokens, start);
  const second = tokens.slice(end).find((token) => !isSymbol(token, ";"));
  return { tokens, settings, start, end, ...(fault && { fault }), ...(second && { second }) };
}

/**
 * The query without a final `;`, which Druid before 34 rejects. The rest is unchanged, so that positions in Druid's
 * messages stay right. A faulty query is returned as it is.
 */
export function submittableText(sql: string): string {
  const { tokens, start, end, fault, second } = splitSql(sql);
  const last = tokens[end - 1];
  if (fault || second || start >= end || end === tokens.length || last === undefined) return sql;
  return sql.slice(0, last.offset + last.text.length);
}

function semicolon(tokens: readonly Token[], from: number): number {
  let index = from;
  while (index < tokens.length && !isSymbol(tokens[index], ";")) index += 1;
  return index;
}

function readSetting(tokens: readonly Token[], index: number): Setting | undefined {
  const key = readCompoundName(tokens, index + 1);
  if (!isWord(tokens[index], "SET") || key === undefined || !isSymbol(tokens[key.next], "=")) return undefined;
  const literal = readLiteral(tokens, key.next + 1);
  const setting: Setting = { key: key.value.join("."), offset: tokens[index]?.offset ?? 0 };
  return literal === undefined ? setting : { ...setting, value: literal };
}

function readLiteral(tokens: readonly Token[], index: number): SettingValue | undefined {
  const token = tokens[index];
  if (isWord(token, "TRUE", "FALSE")) return isWord(token, "TRUE");
  if (isWord(token, "NULL")) return null;
  const sign = isSymbol(token, "-") ? -1 : 1;
  const number = sign === -1 ? tokens[index + 1] : token;
  if (number?.kind === "number") return sign * Number(number.text);
  return readString(tokens, index)?.value;
}
