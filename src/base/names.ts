/** Reads SQL names and string literals: removes quotes, resolves doubled quotes and Unicode escapes. */
import { isSymbol, isWord, type Token } from "./tokens";

/** A value and the index of the token after it. */
export interface Read<T> {
  value: T;
  next: number;
}

/** One name, quoted or not. */
export function readName(tokens: readonly Token[], index: number): Read<string> | undefined {
  const token = tokens[index];
  if (token?.kind === "word") return { value: token.text, next: index + 1 };
  return token?.kind === "quotedIdentifier" ? readQuoted(tokens, index, '"') : undefined;
}

/** The parts of `a.b.c`. */
export function readCompoundName(tokens: readonly Token[], index: number): Read<string[]> | undefined {
  const first = readName(tokens, index);
  if (first === undefined) return undefined;
  const value = [first.value];
  let next = first.next;
  while (isSymbol(tokens[next], ".")) {
    const part = readName(tokens, next + 1);
    if (part === undefined) return undefined;
    value.push(part.value);
    next = part.next;
  }
  return { value, next };
}

/** A string literal with its continuations on further lines; undefined for anything else, also `x'AB'` and `E'…'`. */
export function readString(tokens: readonly Token[], index: number): Read<string> | undefined {
  if (tokens[index]?.kind !== "string") return undefined;
  let value = "";
  let next = index;
  while (tokens[next]?.kind === "string") {
    const piece = /^[xXeE]/.test(tokens[next]?.text ?? "") ? undefined : readQuoted(tokens, next, "'");
    // What was read before it counts, or a caller would read it again from each of its pieces.
    if (piece === undefined) return next === index ? undefined : { value, next };
    value += piece.value;
    next = piece.next;
  }
  return { value, next };
}

/** The SQL between two tokens, on one line and without comments. */
export function render(tokens: readonly Token[], from: number, to: number): string {
  let text = "";
  let end = -1;
  for (const token of tokens.slice(from, to)) {
    text += end === -1 || token.offset === end ? token.text : ` ${token.text}`;
    end = token.offset + token.text.length;
  }
  return text;
}

function readQuoted(tokens: readonly Token[], index: number, quote: string): Read<string> | undefined {
  const text = tokens[index]?.text ?? "";
  const body = text.slice(text.indexOf(quote) + 1, -1).replaceAll(quote + quote, quote);
  if (!/^[uU]&/.test(text)) return { value: body, next: index + 1 };
  const custom = isWord(tokens[index + 1], "UESCAPE") ? tokens[index + 2]?.text : undefined;
  const value = unescapeUnicode(body, custom?.charAt(1) ?? "\\");
  return value === undefined ? undefined : { value, next: index + (custom === undefined ? 1 : 3) };
}

/** Resolves `\00e9` and `\\`; undefined for any other escape. */
function unescapeUnicode(body: string, mark: string): string | undefined {
  let result = "";
  for (let at = 0; at < body.length; at += 1) {
    const char = body.charAt(at);
    if (char !== mark) {
      result += char;
    } else if (body.charAt(at + 1) === mark) {
      result += mark;
      at += 1;
    } else {
      const code = body.slice(at + 1, at + 5);
      if (!/^[0-9a-fA-F]{4}$/.test(code)) return undefined;
      result += String.fromCharCode(Number.parseInt(code, 16));
      at += 4;
    }
  }
  return result;
}
