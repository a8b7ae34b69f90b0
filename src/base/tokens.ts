/**
 * Splits SQL into tokens exactly as Druid's lexer does, and drops white space and comments (also `//`) like it.
 * Positions are offsets; `positionAt` converts one to a line and column for messages.
 */

export type TokenKind = "word" | "quotedIdentifier" | "string" | "number" | "symbol" | "hint" | "parameter";

export interface Token {
  kind: TokenKind;
  /** As written in the SQL, including quotes and prefix (`U&`, `x`, `_UTF8`). */
  text: string;
  /** Where it begins in the SQL. */
  offset: number;
}

/** A mistake in the SQL; line and column count from 1, like Druid's. */
export interface SqlFault {
  message: string;
  line: number;
  column: number;
}

export interface TokenizedSql {
  /** All tokens, or those before the fault. */
  tokens: Token[];
  /** The text of each comment, without its delimiters. Hints are not comments. */
  comments: string[];
  /** Offset of the end of the SQL, or of the fault. */
  end: number;
  /** An unclosed quote or comment. */
  fault?: SqlFault;
}

/** Letters of an unquoted name in Druid's grammar; digits may follow them. */
const LETTERS =
  "$A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u1fff\\u3040-\\u318f\\u3300-\\u337f\\u3400-\\u3d2d" +
  "\\u4e00-\\u9fff\\uf900-\\ufaff";
const IS_LETTER = new RegExp(`[${LETTERS}]`);
const WORD = new RegExp(`[${LETTERS}][0-9${LETTERS}]*`, "y");
const NUMBER = /(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y;
/** Prefixes that belong to a quote if they touch it: `x 'AB'` is not the same as `x'AB'`. */
const PREFIXED = /(?:[xXnNeE]|[uU]&|_[0-9A-Za-z][0-9A-Za-z:._-]{0,63})(?=')|[uU]&(?=")/y;
const OPERATOR = /<=>|<=|>=|<>|!=|=>|\|\||\.\.|::|->/y;
const LINE_END = /[\r\n]/g;

/** Never throws; linear in the length of the SQL. */
export function tokenize(sql: string): TokenizedSql {
  const tokens: Token[] = [];
  const comments: string[] = [];
  const length = sql.length;
  let at = 0;
  const unclosed = (what: string): TokenizedSql => ({
    tokens,
    comments,
    end: at,
    fault: { message: `The ${what} that begins here is never closed`, ...positionAt(sql, at) },
  });
  const push = (kind: TokenKind, end: number) => {
    tokens.push({ kind, text: sql.slice(at, end), offset: at });
    at = end;
  };

  while (at < length) {
    const char = sql.charAt(at);
    const next = sql.charAt(at + 1);
    if (isWhiteSpace(char)) {
      at += 1;
    } else if ((char === "-" && next === "-") || (char === "/" && next === "/")) {
      const end = lineEnd(sql, at);
      comments.push(sql.slice(at + 2, end));
      at = end;
    } else if (char === "/" && next === "*") {
      const end = commentEnd(sql, at);
      if (end === undefined) return unclosed("comment");
      if (sql.charAt(at + 2) === "+") {
        push("hint", end);
      } else {
        comments.push(sql.slice(at + 2, end - 2));
        at = end;
      }
    } else {
      const quote = quoteStart(sql, at);
      if (quote === undefined) {
        const kind = kindAt(char, next);
        push(kind, plainEnd(sql, at, kind));
      } else {
        const isString = sql.charAt(quote) === "'";
        const end = isString ? stringEnd(sql, at, quote + 1) : nameEnd(sql, quote + 1);
        if (end === undefined) return unclosed(isString ? "string" : "quoted name");
        push(isString ? "string" : "quotedIdentifier", end);
      }
    }
  }
  return { tokens, comments, end: length };
}

/** Line and column, both from 1; a CR, an LF and a CRLF each end one line. */
export function positionAt(sql: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (const { 0: text, index } of sql.slice(0, offset).matchAll(/\r\n|\r|\n/g)) {
    line += 1;
    start = index + text.length;
  }
  return { line, column: offset - start + 1 };
}

/** Inverse of `positionAt`; undefined if the SQL has no such line. */
export function offsetAt(sql: string, { line, column }: { line: number; column: number }): number | undefined {
  if (line === 1) return column - 1;
  let seen = 1;
  for (const { 0: text, index } of sql.matchAll(/\r\n|\r|\n/g)) {
    seen += 1;
    if (seen === line) return index + text.length + column - 1;
  }
  return undefined;
}

/** Whether the token is one of these keywords, unquoted. */
export function isWord(token: Token | undefined, ...keywords: string[]): boolean {
  if (token?.kind !== "word") return false;
  const { text } = token;
  return keywords.some((keyword) => keyword.length === text.length && keyword === text.toUpperCase());
}

export function isSymbol(token: Token | undefined, text: string): boolean {
  return token?.kind === "symbol" && token.text === text;
}

function isWhiteSpace(char: string): boolean {
  return char === " " || char === "\n" || char === "\t" || char === "\r" || char === "\f";
}

/** Index of the quote that opens a literal or a name at `at`, after its prefix. */
function quoteStart(sql: string, at: number): number | undefined {
  const char = sql.charAt(at);
  if (char === "'" || char === '"') return at;
  return "xXnNeEuU_".includes(char) ? match(PREFIXED, sql, at) : undefined;
}

function kindAt(char: string, next: string): TokenKind {
  if (char === "?") return "parameter";
  if (isDigit(char) || (char === "." && isDigit(next))) return "number";
  return IS_LETTER.test(char) ? "word" : "symbol";
}

function plainEnd(sql: string, at: number, kind: TokenKind): number {
  const pattern = kind === "number" ? NUMBER : kind === "word" ? WORD : OPERATOR;
  return match(pattern, sql, at) ?? at + ((sql.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
}

function isDigit(char: string): boolean {
  return char >= "0" && char <= "9";
}

/** End of the match that begins at `at`. */
function match(pattern: RegExp, sql: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(sql) ? pattern.lastIndex : undefined;
}

function lineEnd(sql: string, from: number): number {
  LINE_END.lastIndex = from;
  return LINE_END.exec(sql)?.index ?? sql.length;
}

// Druid's lexer reads a slash and two stars as one token with the next character, unless that is a slash. So a comment
// that begins with a slash and three stars is not closed by a slash right after them.
function commentEnd(sql: string, start: number): number | undefined {
  const formal = sql.startsWith("/**", start) && sql.charAt(start + 3) !== "/";
  const end = sql.indexOf("*/", start + (formal ? 4 : 2));
  return end === -1 ? undefined : end + 2;
}

/** Index after the closing quote; a doubled quote does not close. */
function quoteEnd(sql: string, from: number, quote: string): number | undefined {
  for (let at = sql.indexOf(quote, from); at !== -1; at = sql.indexOf(quote, at + 2)) {
    if (sql.charAt(at + 1) !== quote) return at + 1;
  }
  return undefined;
}

/** In Druid's grammar a quoted name cannot contain a line end. */
function nameEnd(sql: string, from: number): number | undefined {
  const end = quoteEnd(sql, from, '"');
  return end === undefined || /[\r\n]/.test(sql.slice(from, end)) ? undefined : end;
}

/** In the E'…' of newer servers a backslash escapes the next character. */

function stringEnd(sql: string, start: number, from: number): number | undefined {
  if (!/[eE]/.test(sql.charAt(start))) return quoteEnd(sql, from, "'");
  for (let at = from; at < sql.length; at += 1) {
    const char = sql.charAt(at);
    if (char === "\\") at += 1;
    else if (char === "'" && sql.charAt(at + 1) === "'") at += 1;
    else if (char === "'") return at + 1;
  }
  return undefined;
}
