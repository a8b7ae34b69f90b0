/** Assembles the SQL of a template, so that each value stays a token of its own. Pure. */
import { type Token, tokenize } from "../base/tokens";

/** `token`: separated from its neighbours by spaces if needed. `list`: gets parentheses after IN. `text`: unchanged. */
export type PieceKind = "token" | "list" | "text";

/** What replaces one `${…}`, which is called a hole here. */
export interface Piece {
  text: string;
  kind: PieceKind;
}

/** Where a hole is; `open` means neither within quotes nor within a comment. */
export type Place = "open" | "quotes" | "comment";

/** The SQL of a template: `texts` has one more element than `pieces`. */
export function assemble(texts: readonly string[], pieces: readonly Piece[]): string {
  let sql = texts[0] ?? "";
  for (const [index, piece] of pieces.entries()) {
    const next = texts[index + 1] ?? "";
    if (piece.kind === "text") sql += piece.text + next;
    else {
      const text = piece.kind === "list" && /\bIN\s*$/i.test(sql) ? `(${piece.text})` : piece.text;
      sql += apart(sql, text);
      sql += apart(sql, next);
    }
  }
  return sql;
}

/** Inserts a space where two texts would merge: `'a''b'` is one literal, `x5` a name, and `--5` a comment. */
function apart(before: string, after: string): string {
  const touches = /[\w$'"&?\u0080-\uffff-]$/.test(before) && /^[\w$'"?\u0080-\uffff-]/.test(after);
  return touches ? ` ${after}` : after;
}

/** Where each hole between the texts is. */
export function placesOf(texts: readonly string[]): Place[] {
  let length = 0;
  const offsets = texts.slice(0, -1).map((text, index) => {
    length += text.length + (index === 0 ? 0 : 1);
    return length;
  });
  const { tokens, end } = tokenize(texts.join("?"));
  return offsets.map((offset) => placeOf(tokens, end, offset));
}

function placeOf(tokens: readonly Token[], end: number, offset: number): Place {
  if (offset >= end) return "quotes";
  const token = tokens.find((one) => one.offset <= offset && offset < one.offset + one.text.length);
  if (token === undefined) return "comment";
  return token.kind === "parameter" ? "open" : "quotes";
}

/** The number of the line on which a hole is, from 1. */
export function lineOf(texts: readonly string[], hole: number): number {
  return texts
    .slice(0, hole + 1)
    .join("")
    .split("\n").length;
}
