/**
 * What a query reads. One walk over the tokens with a stack of its own in place of recursion, so that no depth of
 * parentheses is too deep. A FROM counts only next to a SELECT in the same parentheses: `EXTRACT(DAY FROM t)` reads
 * no table. Names of WITH hide tables from their own definition's end to the end of their parentheses.
 */

import { readCompoundName, readName } from "../base/names";
import { isSymbol, isWord, type Token } from "../base/tokens";
import { type Source, source } from "./address";
import { readCall } from "./calls";

export interface Reading {
  sources: Source[];
  /** Datasources among them. */
  tables: string[];
}

/** One pair of parentheses, or the whole query. */
interface Frame {
  /** Nothing but opening parentheses so far. */
  isFresh: boolean;
  hasSelect: boolean;
  /** Between FROM and what ends it. */
  inFrom: boolean;
  expectsTable: boolean;
  /** Where a list of WITH stands. */
  with?: "name" | "body" | "more";
  /** The name that the parentheses define, told to the frame around when they close. */
  defines?: string;
  /** Names of WITH to be forgotten at the end. */
  names: string[];
}

const FROM_ENDS = ["WHERE", "GROUP", "HAVING", "ORDER", "WINDOW", "QUALIFY", "LIMIT", "OFFSET", "FETCH", "VALUES"];
const SET_OPERATIONS = ["UNION", "INTERSECT", "EXCEPT", "MINUS"];

export function readSources(tokens: readonly Token[], from: number, to: number): Reading {
  const walk = new Walk(tokens);
  for (let index = from; index < to; ) index = walk.step(index);
  return walk.reading;
}

class Walk {
  readonly reading: Reading = { sources: [], tables: [] };
  /** How many visible WITH names there are of each. */
  private readonly visible = new Map<string, number>();
  private readonly frames: Frame[] = [newFrame(false)];

  constructor(private readonly tokens: readonly Token[]) {}

  /** Takes the token at `index`; returns the index of the next one. */
  step(index: number): number {
    const token = this.tokens[index];
    const frame = this.frames.at(-1);
    if (token === undefined || frame === undefined) return index + 1;
    if (isSymbol(token, "(") || isSymbol(token, "[")) return this.open(frame, index);
    if (isSymbol(token, ")") || isSymbol(token, "]")) return this.close(index);
    if (frame.isFresh && isWord(token, "WITH")) frame.with = "name";
    else if (frame.with !== undefined) return this.stepWith(frame, index);
    else if (frame.expectsTable && this.isTable(token)) return this.readTable(frame, index);
    else this.stepClause(frame, token, index);
    frame.isFresh = false;
    return index + 1;
  }

  private open(frame: Frame, index: number): number {
    const inner = newFrame(frame.expectsTable);
    if (frame.with === "body") inner.defines = readName(this.tokens, this.definedAt)?.value ?? "";
    frame.expectsTable = false;
    frame.isFresh = false;
    this.frames.push(inner);
    return index + 1;
  }

  private close(index: number): number {
    const [frame] = this.frames.length > 1 ? this.frames.splice(-1) : [];
    const around = this.frames.at(-1);
    for (const name of frame?.names ?? []) this.visible.set(name, (this.visible.get(name) ?? 1) - 1);
    if (frame?.defines !== undefined && around !== undefined) {
      around.names.push(frame.defines);
      this.visible.set(frame.defines, (this.visible.get(frame.defines) ?? 0) + 1);
      around.with = "more";
    }
    return index + 1;
  }

  /** Index of the name in `WITH name …`. */
  private definedAt = 0;

  /** `name [(columns)] AS (query), …`. */
  private stepWith(frame: Frame, index: number): number {
    const token = this.tokens[index];
    if (frame.with === "name") {
      this.definedAt = index;
      const name = readName(this.tokens, index);
      const behind = name?.next ?? index + 1;
      const columnsEnd = isSymbol(this.tokens[behind], "(") ? this.behindParentheses(behind) : behind;
      frame.with = "body";
      return columnsEnd + (isWord(this.tokens[columnsEnd], "AS") ? 1 : 0);
    }
    if (frame.with === "more" && isSymbol(token, ",")) {
      frame.with = "name";
      return index + 1;
    }
    delete frame.with;
    return index;
  }

  private behindParentheses(open: number): number {
    let index = open;
    while (index < this.tokens.length && !isSymbol(this.tokens[index], ")")) index += 1;
    return index + 1;
  }

  private stepClause(frame: Frame, token: Token, index: number): void {
    if (isWord(token, "SELECT")) {
      Object.assign(frame, { hasSelect: true, inFrom: false, expectsTable: false });
    } else if (isWord(token, "FROM") && frame.hasSelect && !this.isDistinctFrom(index)) {
      Object.assign(frame, { inFrom: true, expectsTable: true });
    } else if (isWord(token, "TABLE") && !frame.expectsTable && this.tokens[index + 1]?.kind !== "symbol") {
      frame.expectsTable = true;
    } else if (isWord(token, ...FROM_ENDS)) {
      Object.assign(frame, { inFrom: false, expectsTable: false });
    } else if (isWord(token, ...SET_OPERATIONS)) {
      Object.assign(frame, { hasSelect: false, inFrom: false, expectsTable: false });
    } else if (frame.inFrom && (isSymbol(token, ",") || isWord(token, "JOIN"))) {
      frame.expectsTable = true;
    } else if (!isWord(token, "LATERAL")) {
      frame.expectsTable = false;
    }
  }

  /** `a IS [NOT] DISTINCT FROM b`. */
  private isDistinctFrom(index: number): boolean {
    return isWord(this.tokens[index - 1], "DISTINCT") && isWord(this.tokens[index - 2], "IS", "NOT");
  }

  private isTable(token: Token): boolean {
    if (token.kind === "quotedIdentifier") return true;
    return token.kind === "word" && !isWord(token, "LATERAL", "UNNEST", "VALUES", "SELECT", "WITH");
  }

  /** A name, `TABLE(call)` or `call(arguments)`. The parentheses themselves are walked over like any others. */
  private readTable(frame: Frame, index: number): number {
    frame.expectsTable = false;
    frame.isFresh = false;
    const next = this.tokens[index + 1];
    if (isWord(this.tokens[index], "TABLE")) {
      if (isSymbol(next, "(")) this.addCall(index + 2);
      else frame.expectsTable = true;
      return index + 1;
    }
    const name = readCompoundName(this.tokens, index);
    if (name === undefined) return index + 1;
    if (isSymbol(this.tokens[name.next], "(")) this.addCall(name.next - 1);
    else this.addTable(name.value);
    return name.next;
  }

  private addCall(index: number): void {
    const { sources, tables } = readCall(this.tokens, index);
    // No spread: a list of a hundred thousand addresses is more than a call may have arguments.
    for (const one of sources) this.reading.sources.push(one);
    for (const table of tables) this.addDataSource(table);
  }

  private addTable(name: readonly string[]): void {
    const [schema = "", table = ""] = name;
    if (name.length === 1) {
      if ((this.visible.get(schema) ?? 0) === 0) this.addDataSource(schema);
    } else if (name.length === 2 && schema === "druid") {
      this.addDataSource(table);
    } else {
      const isKnown = ["lookup", "sys", "INFORMATION_SCHEMA", "ext", "view"].includes(schema) && name.length === 2;
      this.reading.sources.push(isKnown ? source(schema, table) : source("table", name.join(".")));
    }
  }

  private addDataSource(table: string): void {
    this.reading.tables.push(table);
    this.reading.sources.push(source("table", table));
  }
}

function newFrame(expectsTable: boolean): Frame {
  return { isFresh: true, hasSelect: false, inFrom: expectsTable, expectsTable, names: [] };
}
