import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readStatement as read } from "../../../src/statement/facts";

const fixture = (name: string) => readFileSync(join(__dirname, "../../fixtures/sql", name), "utf8");

/** `line:column message`. */
const faults = (sql: string) => read(sql).faults.map(({ line, column, message }) => `${line}:${column} ${message}`);

describe("a ';' that comes too early", () => {
  test.each<[string, string, string]>([
    ["the case file", fixture("08-early-semicolon.sql"), '1:32 The ";" comes too early: "PARTITIONED BY" after it'],
    [
      "CLUSTERED BY",
      "INSERT INTO t SELECT 1 PARTITIONED BY ALL;\nclustered by a",
      '1:42 The ";" comes too early: "CLUSTERED BY"',
    ],
    ["WHERE", "INSERT INTO t SELECT 1 FROM a ;\n\nWHERE b PARTITIONED BY ALL", '1:31 The ";" comes too early: "WHERE"'],
    ["GROUP BY", "SELECT 1 FROM a; GROUP BY 1", '1:16 The ";" comes too early: "GROUP BY"'],
    [
      "FROM",
      "REPLACE INTO t OVERWRITE ALL SELECT *; FROM a PARTITIONED BY DAY",
      '1:38 The ";" comes too early: "FROM"',
    ],
    ["UNION", "SELECT 1; UNION ALL SELECT 2", '1:9 The ";" comes too early: "UNION"'],
    [
      "OVERWRITE",
      "REPLACE INTO t; OVERWRITE ALL SELECT 1 PARTITIONED BY ALL",
      '1:15 The ";" comes too early: "OVERWRITE"',
    ],
    ["LIMIT behind SET", "SET a = 1; SELECT 1; LIMIT 5;", '1:20 The ";" comes too early: "LIMIT"'],
    ["a comma", "SELECT a;, b", '1:9 The ";" comes too early: ","'],
    [
      "the query",
      "INSERT INTO t;\nSELECT * FROM a PARTITIONED BY ALL",
      '1:14 The ";" comes too early: the query of the INSERT',
    ],
    [
      "WITH",
      "REPLACE INTO t OVERWRITE ALL;\nWITH w AS (SELECT 1) SELECT * FROM w",
      '1:29 The ";" comes too early: the query of the REPLACE',
    ],
    ["two of them", "SELECT 1 ;; PARTITIONED BY ALL", '1:10 The ";" comes too early'],
  ])("before %s", (_, sql, expected) => {
    const found = faults(sql);
    expect(found).toEqual([expect.stringContaining(expected)]);
    expect(found[0]).toMatch(/; remove the ";"$/);
  });

  test.each([
    ["SELECT 1; SELECT 2", "1:11 A second statement begins here"],
    ["INSERT INTO t SELECT 1 PARTITIONED BY ALL; INSERT INTO u SELECT 1 PARTITIONED BY ALL", "1:44 A second statement"],
    ["SELECT 1; SET a = 1", '1:11 A "SET" follows the statement'],
    ['SELECT 1; "PARTITIONED" BY ALL', "1:11 A second statement begins here"],
  ])("is none before another statement: %s", (sql, expected) => {
    expect(faults(sql)).toEqual([expect.stringContaining(expected)]);
  });
});

describe("OVERWRITE where it does not belong", () => {
  test.each<[string, string, string]>([
    [
      "the case file",
      fixture("09-insert-overwrite.sql"),
      "1:15 OVERWRITE belongs to REPLACE, and this is an INSERT; write",
    ],
    [
      "WHERE",
      "INSERT INTO t\n  overwrite where __time > ? SELECT 1 PARTITIONED BY ALL",
      "2:3 OVERWRITE belongs to REPLACE",
    ],
    ["a list of columns", "INSERT INTO t (a, b) OVERWRITE ALL SELECT 1, 2", "1:22 OVERWRITE belongs to REPLACE"],
    [
      "an export",
      "INSERT INTO EXTERN(local(exportPath => '/x')) AS CSV OVERWRITE ALL SELECT 1",
      "1:54 OVERWRITE belongs to REPLACE",
    ],
    ["INSERT OVERWRITE", "INSERT OVERWRITE t SELECT 1", "1:8 OVERWRITE comes before the target; write"],
    ["INSERT OVERWRITE INTO", "INSERT OVERWRITE INTO t SELECT 1", "1:8 OVERWRITE comes before the target"],
    ["REPLACE OVERWRITE", "REPLACE OVERWRITE ALL INTO t SELECT 1", "1:9 OVERWRITE comes before the target"],
    [
      "behind the query",
      "REPLACE INTO t SELECT 1 OVERWRITE ALL PARTITIONED BY ALL",
      "1:25 OVERWRITE comes after the query; write",
    ],
    [
      "behind PARTITIONED BY",
      "INSERT INTO t SELECT 1 PARTITIONED BY ALL OVERWRITE ALL",
      "1:43 OVERWRITE comes after the query",
    ],
  ])("%s", (_, sql, expected) => {
    expect(faults(sql)).toEqual([expect.stringContaining(expected)]);
  });

  test.each([
    "REPLACE INTO t OVERWRITE ALL SELECT 1 PARTITIONED BY ALL",
    "REPLACE INTO overwrite OVERWRITE ALL SELECT 1 PARTITIONED BY ALL",
    "INSERT INTO overwrite SELECT 1 PARTITIONED BY ALL",
    "INSERT INTO t SELECT a overwrite FROM b PARTITIONED BY ALL",
    "INSERT INTO t SELECT * FROM foo overwrite WHERE a PARTITIONED BY ALL",
    "INSERT INTO t SELECT 'OVERWRITE ALL' FROM b PARTITIONED BY ALL",
    'INSERT INTO t SELECT "OVERWRITE" FROM b -- OVERWRITE ALL\nPARTITIONED BY ALL',
  ])("is no fault in %s", (sql) => {
    expect(faults(sql)).toEqual([]);
  });
});

describe("a character that Druid's SQL does not know", () => {
  test.each<[string, string, string]>([
    [
      "the case file",
      fixture("10-nbsp-start.sql"),
      "1:1 The character U+00A0 (no-break space) is not valid in Druid's SQL; write a plain space",
    ],
    ["a no-break space", "INSERT INTO t\nSELECT\u00a0a FROM b", "2:7 The character U+00A0 (no-break space)"],
    [
      "many of them",
      "SELECT\u00a0a,\u00a0b\u00a0FROM c",
      "1:7 The character U+00A0 (no-break space) is not valid in Druid's SQL; write a plain space, here and in 2 more places",
    ],
    ["a zero-width space in a word", "INS\u200bERT INTO t SELECT 1", "1:4 The character U+200B (zero-width space)"],
    [
      "a zero-width space at the end",
      "SELECT 1\u200b",
      "1:9 The character U+200B (zero-width space) is not valid in Druid's SQL; remove it",
    ],
    ["a zero-width joiner", "SELECT a\u200db FROM c", "1:9 The character U+200D (zero-width joiner)"],
    [
      "a byte order mark in front",
      "\ufeffSELECT 1",
      "1:1 The query begins with a byte order mark (U+FEFF); save its file without one",
    ],
    ["a byte order mark inside", "SET a = 1;\n\ufeffSELECT 1", "2:1 The character U+FEFF (byte order mark)"],
    ["a soft hyphen", "SELECT a\u00adb FROM c", "1:9 The character U+00AD (soft hyphen)"],
    ["a word joiner", "SELECT 1\u2060", "1:9 The character U+2060 (word joiner)"],
    ["a mark of direction", "SELECT \u202e1", "1:8 The character U+202E (invisible)"],
    [
      "curly quotes",
      "SELECT \u2018a FROM c",
      "1:8 The character U+2018 (curly quote) is not valid in Druid's SQL; write '",
    ],
    [
      "curly double quotes",
      "SELECT \u201ca FROM c",
      "1:8 The character U+201C (curly double quote) is not valid in Druid's SQL; write \"",
    ],
    ["a dash", "SELECT 1 \u2013 2", "1:10 The character U+2013 (dash) is not valid in Druid's SQL; write -"],
    ["a minus sign", "SELECT \u22121", "1:8 The character U+2212 (minus sign)"],
    ["an ideographic space", "SELECT\u30001", "1:7 The character U+3000 (ideographic space)"],
    ["a thin space", "SELECT\u20091", "1:7 The character U+2009 (unusual space)"],
    [
      "a full-width comma",
      "SELECT 1\uff0c 2",
      "1:9 The character U+FF0C (full-width form) is not valid in Druid's SQL; write ,",
    ],
    ["a line separator", "SELECT\u20281", "1:7 The character U+2028 (line separator)"],
    ["a vertical tab", "SELECT\u000b1", "1:7 The character U+000B (vertical tab)"],
    ["a NUL", "SELECT 1\u0000", "1:9 The character U+0000 (NUL)"],
    ["a picture", "SELECT 1 🐘", "1:10 The character U+1F418 is not valid in Druid's SQL; remove it"],
  ])("%s", (_, sql, expected) => {
    const found = faults(sql);
    expect(found).toHaveLength(1);
    expect(found[0]?.slice(0, expected.length)).toBe(expected);
  });

  test("of each kind once, beside a quote that nothing closes", () => {
    expect(faults("SELECT\u00a0\u2018it's\u2019\u00a01").map((fault) => fault.slice(0, 30))).toEqual([
      "1:7 The character U+00A0 (no-b",
      "1:8 The character U+2018 (curl",
      "1:11 The string that begins he",
    ]);
  });

  test.each([
    "SELECT '\u00a0\u200b\ufeff\u2018' FROM t",
    'SELECT "\u00a0\u200b\u2018" FROM t',
    "SELECT 1 -- \u00a0\u200b\u2018\n/* \u201c */ // \u2013",
    "SELECT é, 名前, ß FROM t",
    "SELECT 1 AS 𝒳",
    "SELECT a[1], {d '2000-01-01'}, b % 2 ^ c ~ d & e \\ @f #g",
  ])("is none in %j", (sql) => {
    expect(faults(sql)).toEqual([]);
  });

  test("of a kind that Druid takes for a letter is told where it hides the first word", () => {
    expect(faults("INSERT\u1680INTO t SELECT 1")).toEqual([
      expect.stringMatching(/^1:1 .*first word contains U\+1680$/),
    ]);
    expect(faults("S\u0415LECT 1")).toEqual([expect.stringMatching(/^1:1 .*first word contains U\+0415$/)]);
  });
});
