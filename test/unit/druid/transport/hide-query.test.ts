import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { hideQuery, hideValues } from "../../../../src/druid/transport/hide-query";
import { cpuClock } from "../../../harness/cpu-time";

const fixture = (name: string) => readFileSync(join(__dirname, "../../../fixtures/sql", name), "utf8");

/** As Druid's parser writes a token into a message. */
const escaped = (token: string) =>
  token
    .replace(/[\\'"]/g, "\\$&")
    .replaceAll("\n", "\\n")
    .replaceAll("\t", "\\t")
    .replace(/[^\0-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
const since27 = (token: string) =>
  `Received an unexpected token [${escaped(token)}] (line [2], column [57]), acceptable options: [")", "=>"]`;
const before27 = (token: string) =>
  `Encountered "${escaped(token)}" at line 2, column 57.\nWas expecting one of:\n    ")" ...\n    "=>" ...\n    `;

describe("hideQuery() shows no literal", () => {
  const call = (literal: string) =>
    `SELECT x FROM TABLE(HTTP(uris => 'http://h/f', password ${literal}, format => 'csv'))`;
  test.each<[string, string, string?]>([
    ["a quote in a // comment", `INSERT INTO t // don't\n${call("'CANARY'")}`],
    ["a quote in a -- comment that a lone CR ends", `INSERT INTO t -- don't\r${call("'CANARY'")}`],
    ["a quote in a -- comment that CRLF ends", `INSERT INTO t -- don't\r\n${call("'CANARY'")}`],
    ["a quote in a block comment", `INSERT INTO t /* don't */ ${call("'CANARY'")}`],
    ["a double quote in a comment", `INSERT INTO t /* 5" */ ${call("'CANARY'")} -- 5"`],
    ["a comment of three stars", `INSERT INTO t /***/ ' */ ${call("'CANARY'")}`],
    ["a block comment inside a block comment", `INSERT INTO t /* /* don't */ ${call("'CANARY'")}`],
    ["marks of comments in a literal", `INSERT INTO '// /* --' ${call("'CANARY'")}`],
    ["a quote in a quoted name", `INSERT INTO "o'clock" ${call("'CANARY'")}`],
    ["a quote in a hint, which newer parsers read", `INSERT INTO t /*+ don't */ ${call("'CANARY'")}`],
    ["a hint that newer parsers read as a literal", `SELECT /*+ don't */ ${call("'CANARY'")}`, "'t */ SELECT CANARY '"],
    ["Unicode escapes", `INSERT INTO t ${call("U&'CAN!0041RY' UESCAPE '!'")}`, "U&'CAN!0041RY'"],
    ["a national literal", `INSERT INTO t ${call("N'CANARY'")}`, "N'CANARY'"],
    ["a literal with a charset", `INSERT INTO t ${call("_utf8'CANARY'")}`, "_utf8'CANARY'"],
    ["a binary literal", `INSERT INTO t ${call("x'CANARY'")}`, "x'CANARY'"],
    ["an escaped literal", `INSERT INTO t ${call("E'CANARY\\''")}`, "E'CANARY\\''"],
    ["other than ASCII", `INSERT INTO t ${call("'pä\"s\\''CANARY\tö'")}`, "'pä\"s\\''CANARY\tö'"],
    ["a literal over two lines", `INSERT INTO t ${call("'CAN\nARY'")}`, "'CAN\nARY'"],
    ["two tokens", `INSERT INTO t ${call("'CANARY'")}`, "password 'CANARY'"],
    ["a short literal", `INSERT INTO t ${call("'CAN'")}`, "'CAN'"],
    ["a name that is none of the query's", `INSERT INTO t ${call("'a' CANARY")}`, "'a', format => ' CANARY"],
    ["a quote that nothing closes", `INSERT INTO t ${call("'a")}`, "') CANARY"],
  ])("with %s", (_, sql, token = "'CANARY'") => {
    for (const detail of [since27(token), before27(token)]) {
      const shown = hideQuery(detail, { query: sql });
      expect(shown).toContain("[value]");
      expect(shown).not.toMatch(/CAN|4e|ARY|pä|00e4|[\\]/);
      expect(shown).toMatch(/line \[?2\]?, column \[?57/);
    }
  });

  test.each([["01-leak-slash-comment.sql"], ["02-leak-cr-comment.sql"]])("of %s", (name) => {
    expect(hideQuery(since27("'CANARYSECRET'"), { query: fixture(name) })).not.toContain("CANARY");
  });

  test.each([
    ["a clause", "Invalid CLUSTERED BY clause [`b` || u&'p\\00e4ss''w\\\\d' DESC]: cannot", `SELECT 'päss''w\\d'`],
    ["a charset", "clause [`b` || _UTF-16LE'päss' DESC]: cannot", `SELECT N'päss'`],
    ["a time", "Illegal TIMESTAMP literal 'pass-w': not in format", `SELECT TIMESTAMP 'pass-w'`],
    [
      "JSON",
      `from String "http://u:pass@x/ y": not valid, at index 21: http://u:pass@x/ y\n at [Source: (String)"{"a":"http://u:pass@x/ y"}"; line: 1, column: 24]]`,
      `SELECT '{"a":"http://u:pass@x/ y"}'`,
    ],
    [
      "broken JSON",
      `Unrecognized token 'pass': was expecting\n at [Source: (String)"{"password":pass}"; line: 2, column: 39]]`,
      `SELECT '{"password":pass}'`,
    ],
    ["JSON that is cut", `at [Source: (String)"{"password":"pa[truncated 99 bytes]`, `SELECT '{"password":"pass"}'`],
    ["a number", `no such thing: 20481024`, `SELECT '{"password":20481024}'`],
    ["an answer inside an answer", `body: {"error":"near pass\\"w"}`, `SELECT 'pass"w'`],
    ["the wrong quotes", `Column 'pass' not found`, `SELECT f(password => "pass")`],
    ["the lexer", `Lexical error at line 1, column 9.  Encountered: "\\u00a0" (160), after : "'pass"`, `SELECT 'pass'`],
    ["the lexer at the end", `Lexical error at line 1, column 9.  Encountered: <EOF> after : ""`, `SELECT 'pass'`],
  ])("that stands in %s", (_, detail, query) => {
    const shown = hideQuery(detail, { query });
    expect(shown).not.toMatch(/p(ä|\\00e4)?a?ss|20481024|"pa/);
  });

  test("and keeps names, marks and the end", () => {
    const query = `INSERT INTO t SELECT a, "b c" FROM x ; PARTITIONED BY DAY`;
    for (const token of ["a ,", '"b c"', ";", "PARTITIONED BY"]) {
      expect(hideQuery(since27(token), { query })).toContain(`unexpected token [${token}]`);
    }
    expect(hideQuery(since27("<EOF>"), { query })).toContain("unexpected token [<EOF>]");
  });

  test("tells which character the lexer does not know, and where in JSON the fault is", () => {
    const lexical = `[Lexical error at line 1, column 38.  Encountered: "\\u00a0" (160), after : ""]`;
    expect(hideQuery(lexical, { query: "SELECT" })).toBe("[Lexical error at line 1, column 38.  Encountered: U+00A0]");
    const redacted = "end\n at [Source: REDACTED (`StreamReadFeature.X` disabled); line: 1, column: 9]]";
    expect(hideQuery(redacted, { query: "SELECT" })).toBe("end (line 1, column 9 of the JSON)]");
    const json = `Reason: [Unexpected end\n at [Source: (String)"{"a"; line: 2, column: 39]]`;
    expect(hideQuery(json, { query: "SELECT" })).toBe("Reason: [Unexpected end (line 2, column 39 of the JSON)]");
  });
});

test("hideQuery() shows the times of an interval, which are often what is wrong", () => {
  const query = "REPLACE INTO t OVERWRITE WHERE __time >= TIMESTAMP '2024-01-03 05:00:00' SELECT 'P4ssw0rd', 'P1D'";
  const detail = "interval [2024-01-03T05:00:00.000Z] by 2024-01-03 05:00:00, P1D and P4ssw0rd";
  expect(hideQuery(detail, { query })).toBe(
    "interval [2024-01-03T05:00:00.000Z] by 2024-01-03 05:00:00, P1D and [value]",
  );
});

describe("hideValues()", () => {
  test("takes the longest at each place, and each place", () => {
    expect(hideValues("abcdef abcd xabcd abc", ["abcd", "abcdef"])).toBe("[value] [value] x[value] abc");
    expect(hideValues("abcdabcd", ["abcd"])).toBe("[value][value]");
    expect(hideValues("", ["abcd"])).toBe("");
  });
});

describe("a long SQL text is hidden in a moment:", () => {
  const uris = Array.from({ length: 5_000 }, (_, index) => `https://host/${"a".repeat(30)}/${index}`);
  test.each<[string, string]>([
    ["10 MB in one literal", "x".repeat(10_000_000)],
    ["rows of CSV", '2020-01-01,"a",b\n'.repeat(20_000)],
    ["doubled quotes", "''".repeat(150_000)],
    ["a list of addresses", JSON.stringify({ type: "http", uris })],
    ["inline data", JSON.stringify({ type: "inline", data: "x".repeat(300_000) })],
    ["JSON of any depth", "[".repeat(150_000) + "]".repeat(150_000)],
    ["broken JSON", `{"a":${'"b" : c, '.repeat(30_000)}`],
    ["marks of comments", "// -- /* ".repeat(30_000)],
    ["other than ASCII", "ä".repeat(300_000)],
    ["colons", `http://${":".repeat(300_000)}`],
  ])("%s", (_, literal) => {
    const query = `INSERT INTO t // don't\n SELECT 'CANARY' FROM TABLE(EXTERN('${literal}', '{"type":"json"}'))`;
    const computed = cpuClock();
    const shown = hideQuery(`${since27("'CANARY'")} near ${literal} ${query}`, { query });
    expect(computed()).toBeLessThan(10_000);
    expect(shown).not.toContain("CANARY");
    expect(shown.length).toBeLessThan(literal.length / 2);
  });
});
