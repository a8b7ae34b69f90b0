/**
 * Cuts SQL into tokens where Druid's own lexer would cut it, and drops what it drops: white space and comments
 * (also `//`). Positions are offsets; `positionAt` makes a line and column of one where a fault has to be told.
 */

export type TokenKind = "word" | "quotedIdentifier" | "string" | "number" | "symbol" | "hint" | "parameter";

export interface Token {
  kind: TokenKind;
  /** As it stands in the SQL, quotes and prefix (`U&`, `x`, `_UTF8`) included. */
  text: string;
  /** Where it begins. */
  offset: number;
}

/** Something wrong with the SQL; line and column count from 1, as Druid's do. */
export interface SqlFault {
  message: string;
  line: number;
  column: number;
}

export interface TokenizedSql {
  /** Up to the fault, where there is one. */
  tokens: Token[];
  /** A quote or comment that nothing closes. */
  fault?: SqlFault;
}

/** Letters of an unquoted name in Druid's grammar; digits may follow them. */
const LETTERS =
  "$A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u1fff\\u3040-\\u318f\\u3300-\\u337f\\u3400-\\u3d2d" +
  "\\u4e00-\\u9fff\\uf900-\\ufaff";
const WORD = new RegExp(`[${LETTERS}][0-9${LETTERS}]*`, "y");
const NUMBER = /(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?/y;
/** What may stand right before a quote and belongs to the literal: `x 'AB'` is something else than `x'AB'`. */
const STRING_PREFIX = /(?:[xXnNeE]|[uU]&|_[0-9A-Za-z][0-9A-Za-z:._-]{0,63})?'/y;
const IDENTIFIER_PREFIX = /(?:[uU]&)?"/y;
const OPERATOR = /<=>|<=|>=|<>|!=|=>|\|\||\.\.|::|->/y;
const LINE_END = /[\r\n]/g;

/** Never throws; linear in the length of the SQL. */
export function tokenize(sql: string): TokenizedSql {
  const tokens: Token[] = [];
  const length = sql.length;
  let at = 0;
  const unclosed = (what: string): TokenizedSql => ({
    tokens,
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
      at = lineEnd(sql, at);
    } else if (char === "/" && next === "*") {
      const end = commentEnd(sql, at);
      if (end === undefined) return unclosed("comment");
      if (sql.charAt(at + 2) === "+") push("hint", end);
      else at = end;
    } else if (char === "?") {
      push("parameter", at + 1);
    } else {
      const stringStart = match(STRING_PREFIX, sql, at);
      const identifierStart = stringStart === undefined ? match(IDENTIFIER_PREFIX, sql, at) : undefined;
      if (stringStart !== undefined) {
        const end = /[eE]/.test(char) ? escapedStringEnd(sql, stringStart) : quoteEnd(sql, stringStart, "'");
        if (end === undefined) return unclosed("string");
        push("string", end);
      } else if (identifierStart !== undefined) {
        const end = quoteEnd(sql, identifierStart, '"');
        // Druid's grammar lets no quoted name go over the end of its line.
        if (end === undefined || /[\r\n]/.test(sql.slice(at, end))) return unclosed("quoted name");
        push("quotedIdentifier", end);
      } else {
        const word = match(WORD, sql, at);
        const number = word === undefined ? match(NUMBER, sql, at) : undefined;
        if (word !== undefined) push("word", word);
        else if (number !== undefined) push("number", number);
        else push("symbol", match(OPERATOR, sql, at) ?? at + ((sql.codePointAt(at) ?? 0) > 0xffff ? 2 : 1));
      }
    }
  }
  return { tokens };
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

/** Whether the token is this keyword; quoted it would be a name. */
export function isWord(token: Token | undefined, ...keywords: string[]): boolean {
  return token?.kind === "word" && keywords.includes(token.text.toUpperCase());
}

export function isSymbol(token: Token | undefined, text: string): boolean {
  return token?.kind === "symbol" && token.text === text;
}

function isWhiteSpace(char: string): boolean {
  return char === " " || char === "\n" || char === "\t" || char === "\r" || char === "\f";
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

// A slash and two stars open as one piece with the character behind them, unless that is a slash: the comment
// that begins with a slash and three stars is not closed by a slash right there.
function commentEnd(sql: string, start: number): number | undefined {
  const formal = sql.startsWith("/**", start) && sql.charAt(start + 3) !== "/";
  const end = sql.indexOf("*/", start + (formal ? 4 : 2));
  return end === -1 ? undefined : end + 2;
}

/** Behind the closing quote; a doubled one stands for itself. */
function quoteEnd(sql: string, from: number, quote: string): number | undefined {
  for (let at = sql.indexOf(quote, from); at !== -1; at = sql.indexOf(quote, at + 2)) {
    if (sql.charAt(at + 1) !== quote) return at + 1;
  }
  return undefined;
}

/** E'…' of newer servers, where a backslash takes the next character along. */
function escapedStringEnd(sql: string, from: number): number | undefined {
  for (let at = from; at < sql.length; at += 1) {
    const char = sql.charAt(at);
    if (char === "\\") at += 1;
    else if (char === "'" && sql.charAt(at + 1) === "'") at += 1;
    else if (char === "'") return at + 1;
  }
  return undefined;
}
