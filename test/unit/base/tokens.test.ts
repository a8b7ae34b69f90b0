import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { positionAt, type Token, tokenize } from "../../../src/base/tokens";
import { cpuClock } from "../../harness/cpu-time";

/** What the lexer of Druid 27.0.0 made of each text: `token@line:column`. */
const recorded: { sql: string; tokens: string[] }[] = JSON.parse(
  readFileSync(join(__dirname, "../../fixtures/statement/tokens-druid-27.json"), "utf8"),
);

const texts = (tokens: readonly Token[]) => tokens.map(({ text }) => text);

describe("tokenize()", () => {
  test("cuts a text into words, marks and literals", () => {
    expect(texts(tokenize("SELECT 'a;b' FROM \"t\" -- c").tokens)).toEqual(["SELECT", "'a;b'", "FROM", '"t"']);
  });

  test.each(recorded)("cuts as Druid does: $sql", ({ sql, tokens }) => {
    const mine = tokenize(sql);
    expect(mine.fault).toBeUndefined();
    expect(
      mine.tokens.map(({ text, offset }) => {
        const { line, column } = positionAt(sql, offset);
        return `${text}@${line}:${column}`;
      }),
    ).toEqual(tokens);
  });

  test("tells kinds apart", () => {
    const sql = `SELECT "a", 'b', U&'c', x'00', 1.5e3, ?, /*+ hint */ U&"d" <= é`;
    expect(tokenize(sql).tokens.map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      "word SELECT",
      'quotedIdentifier "a"',
      "symbol ,",
      "string 'b'",
      "symbol ,",
      "string U&'c'",
      "symbol ,",
      "string x'00'",
      "symbol ,",
      "number 1.5e3",
      "symbol ,",
      "parameter ?",
      "symbol ,",
      "hint /*+ hint */",
      'quotedIdentifier U&"d"',
      "symbol <=",
      "word é",
    ]);
  });

  test.each([
    ["SELECT 'a", "string", 1, 8],
    ["SELECT\r\n  'it''s", "string", 2, 3],
    ["SELECT 1\r/* a * / b", "comment", 2, 1],
    ["SELECT /*+ a", "comment", 1, 8],
    ["/***/", "comment", 1, 1],
    ["/*/", "comment", 1, 1],
    ['SELECT\n\n "a', "quoted name", 3, 2],
    ['SELECT "a\nb" FROM t', "quoted name", 1, 8],
    ["SELECT U&'a", "string", 1, 8],
    ["SELECT E'a\\'", "string", 1, 8],
    ["'", "string", 1, 1],
  ])("%j has an unclosed %s", (sql, what, line, column) => {
    expect(tokenize(sql).fault).toEqual({ message: `The ${what} that begins here is never closed`, line, column });
  });

  test("keeps the tokens before a fault", () => {
    expect(texts(tokenize("SET a = 1; SELECT 'b").tokens)).toEqual(["SET", "a", "=", "1", ";", "SELECT"]);
  });

  test("takes a character outside the basic plane as one piece", () => {
    expect(texts(tokenize("a 🐘 b\ud83d").tokens)).toEqual(["a", "🐘", "b", "\ud83d"]);
  });

  test.each([
    ["one string", `SELECT '${"x''--".repeat(200_000)}'`],
    ["many names on one line", '"a",'.repeat(250_000)],
    ["open parentheses", "(".repeat(1_000_000)],
    ["dashes", "- ".repeat(500_000)],
    ["one word", "a".repeat(1_000_000)],
    ["underscores", "_a-".repeat(333_333)],
    ["digits", "1".repeat(1_000_000)],
    ["half comments", "/ *".repeat(333_333)],
  ])("takes 1 MB of %s in linear time", (_, sql) => {
    const computed = cpuClock();
    tokenize(sql);
    expect(computed()).toBeLessThan(10_000);
  });
});
