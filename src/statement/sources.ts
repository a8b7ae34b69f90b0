/**
 * Finds what a query reads, in one pass over the tokens. An explicit stack replaces recursion, so parentheses may nest
 * to any depth. A FROM counts only with a SELECT in the same parentheses: `EXTRACT(DAY FROM t)` reads no table. A WITH
 * name hides the table of that name from the end of its definition to the end of the enclosing parentheses.
 */

import { readCompoundName, readName } from "../base/names";
import { isSymbol, isWord, type Token } from "../base/tokens";
import { type Source, source } from "./address";
import { readCall } from "./calls";

export interface Reading {
  sources: Source[];
  /** The datasources among the sources. */
  tables: string[];
}

/** State within one pair of parentheses, or within the whole query. */
interface Frame {
  /** True until a token other than an opening parenthesis is seen. */
  isFresh: boolean;
  hasSelect: boolean;
  /** Between FROM and the clause that ends it. */
  inFrom: boolean;
  expectsTable: boolean;
  /** Position within a WITH list. */
  with?: "name" | "body" | "more";
  /** The WITH name that these parentheses define; passed to the enclosing frame when they close. */
  defines?: string;
  /** WITH names that go out of scope at the end of the frame. */
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
  /** WITH names in scope, with the number of their definitions. */
  private readonly visible = new Map<string, number>();
  private readonly frames: Frame[] = [newFrame(false)];

  constructor(private readonly tokens: readonly Token[]) {}

  /** Processes the token at `index`; returns the index of the next one. */
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

  /** Reads a name, `TABLE(call)` or `call(arguments)`. The walk enters their parentheses like any others. */
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
    // No spread: a hundred thousand addresses would exceed the limit of arguments of a call.

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
