import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { positionAt } from "../../../../src/base/tokens";
import { tooNewFor } from "../../../../src/druid/transport/newer-sql";
import { shortenDetail } from "../../../../src/druid/transport/shorten-detail";

const fixture = (name: string) => readFileSync(join(__dirname, "../../../fixtures/sql", name), "utf8");
const GRAMMAR = Array.from({ length: 300 }, (_, index) => `"WORD_${index}", "(" "WORD_${index}"`).join(", ");

const TYPES = Array.from({ length: 45 }, (_, index) => `type${index}`).join(", ");

describe("shortenDetail()", () => {
  test.each<[string, string, string]>([
    ["the place of 27", "Object 'x' not found (line [2], column [15])", "Object 'x' not found"],
    ["the place of 24", "From line 2, column 15 to line 2, column 23: Object 'x' not found", "Object 'x' not found"],
    ["another place of 24", "org.apache.calcite.runtime.CalciteContextException: At line 2, column 15: no", "no"],
    [
      "few options",
      'Received an unexpected token [ORDER] (line [1], column [65]), acceptable options: [<EOF>, "TIME", "CLUSTERED"]',
      'Received an unexpected token [ORDER], expected the end, "TIME", "CLUSTERED"',
    ],
    [
      "the options that help, of very many",
      `Received an unexpected token [x] (line [1], column [65]), acceptable options: [${GRAMMAR}, "=>", ",", ")"]`,
      'Received an unexpected token [x], expected "=>", ",", ")" or others',
    ],
    [
      "no options, where none of many helps",
      `Received an unexpected token [( x] (line [1], column [65]), acceptable options: [${GRAMMAR}]`,
      "Received an unexpected token [( x]",
    ],
    [
      "the options of 24",
      'Encountered "FORM" at line 3, column 10.\nWas expecting one of:\n    <EOF> \n    "FROM" ...\n    "," ...\n    ',
      'Encountered "FORM", expected the end, "FROM", ","',
    ],
    [
      "one option of 24",
      'Encountered ";" at line 1, column 9.\nWas expecting:\n    <EOF>\n    ',
      'Encountered ";", expected the end',
    ],
    [
      "the lexer's place",
      "[Lexical error at line 1, column 38.  Encountered: U+00A0]",
      "[Lexical error. Encountered: U+00A0]",
    ],
    [
      "the place in JSON",
      "Reason: [Unexpected end (line 2, column 39 of the JSON)]",
      "Reason: [Unexpected end (line 2, column 39 of the JSON)]",
    ],
    ["one line", "a\n  b.;\n", "a b"],
    [
      "the type that was meant, of 45",
      `Reason: [Please make sure to load all the necessary extensions and jars with type 'htp' on 'druid/broker' service. Could not resolve type id 'htp' as a subtype of \`org.apache.druid.data.input.InputSource\` known type ids = [${TYPES}, http] (line 1, column 9 of the JSON)]`,
      'Reason: [the type "htp" is unknown; did you mean "http"? (line 1, column 9 of the JSON)]',
    ],
    [
      "few of 45 types",
      `Could not resolve type id 'kafka' as a subtype of \`x.InputSource\` known type ids = [${TYPES}]`,
      'the type "kafka" is unknown; known are type0, type1, type2, type3, type4, type5, type6, type7 and 37 more; the others need an extension that the Broker loads',
    ],
    [
      "no class of Druid's",
      "Uncategorized calcite error message: [org.apache.druid.java.util.common.IAE: Column [t] has an unsupported type: [`STRING`]]",
      "Column [t] has the unsupported type STRING; did you mean VARCHAR?",
    ],
  ])("shows %s", (_, detail, expected) => {
    expect(shortenDetail(detail)).toBe(expected);
  });

  test("cuts a long text", () => {
    expect(shortenDetail("long ".repeat(2_000_000)).length).toBeLessThan(1_510);
  });
});

describe("tooNewFor()", () => {
  const at = (sql: string, mark: string, nth = 0) => {
    let offset = sql.indexOf(mark);
    for (let index = 0; index < nth; index += 1) offset = sql.indexOf(mark, offset + 1);
    return positionAt(sql, offset);
  };
  const stopped = (sql: string, mark: string, nth?: number, options = "<EOF>") =>
    tooNewFor(sql, at(sql, mark, nth), options);

  test("says which Druid knows SET", () => {
    expect(stopped(fixture("13-set.sql"), ";")).toMatch(
      /^SET before a statement needs Druid 34 or newer; put its settings into the input "context"/,
    );
    expect(stopped("-- a;\r\nSET a = ';'\r\n ;SELECT 1", ";", 2)).toMatch(/Druid 34/);
  });

  test("says which Druid exports", () => {
    expect(stopped(fixture("14-export.sql"), "(")).toMatch(/^an export \(INSERT INTO EXTERN\) needs Druid 29 or newer/);
    expect(stopped("insert into extern ( s3 (bucket => 'b')) AS CSV SELECT 1", "(", 1)).toMatch(/Druid 29/);
  });

  test.each<[string, string, string]>([
    ["a SET that is not complete", "SET a = ; SELECT 1", ";"],
    ["a `;` elsewhere", "SELECT 1; SELECT 2", ";"],
    ["another mark behind SET", "SET a = 1; SELECT , 1", ","],
    ["a parenthesis elsewhere", "INSERT INTO t (a) SELECT 1", "("],
    ["a table of that name", 'INSERT INTO "EXTERN" (a) SELECT 1', "("],
    ["EXTERN where it reads", "INSERT INTO t SELECT * FROM EXTERN('{}')", "("],
  ])("is silent about %s", (_, sql, mark) => {
    expect(stopped(sql, mark, 0, sql.includes("= ;") ? '"TRUE"' : "<EOF>")).toBeUndefined();
  });

  test("is silent about a place that the query does not have", () => {
    expect(tooNewFor("SELECT 1", { line: 9, column: 1 }, "<EOF>")).toBeUndefined();
  });
});
