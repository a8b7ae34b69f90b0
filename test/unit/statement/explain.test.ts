import { describe, expect, test } from "@jest/globals";
import { explainText, mayBeSeveralTasks, positionInQuery, readExplain } from "../../../src/statement/explain";
import { submittableText } from "../../../src/statement/prelude";

describe("explainText()", () => {
  test.each([
    ["SELECT 1", "EXPLAIN PLAN FOR SELECT 1"],
    ["  -- c\n SELECT 1;", "  -- c\n EXPLAIN PLAN FOR SELECT 1"],
    [
      "SET a = 1; SET b = ';';\nINSERT INTO t SELECT 1",
      "SET a = 1; SET b = ';';\nEXPLAIN PLAN FOR INSERT INTO t SELECT 1",
    ],
    ["(SELECT 1)", "EXPLAIN PLAN FOR (SELECT 1)"],
  ])("%j", (sql, expected) => {
    expect(explainText(sql)).toBe(expected);
  });
});

describe("submittableText()", () => {
  test.each([
    ["SELECT 1", "SELECT 1"],
    ["SELECT 1 -- c\n", "SELECT 1 -- c\n"],
    ["SELECT 1;", "SELECT 1"],
    ["  SELECT ';' ; -- c;\n;", "  SELECT ';'"],
    ["SET a = 1; SELECT 1;", "SET a = 1; SELECT 1"],
    ["SET a = 1;", "SET a = 1;"],
    ["SELECT 1; SELECT 2;", "SELECT 1; SELECT 2;"],
    ["SELECT 'a;", "SELECT 'a;"],
    [";", ";"],
  ])("%j", (sql, expected) => {
    expect(submittableText(sql)).toBe(expected);
  });
});

test("positionInQuery() takes back what EXPLAIN shifted", () => {
  const sql = "SET a = 1; INSERT INTO t\nSELECT x FROM y";
  expect(positionInQuery(sql, { line: 1, column: 41 })).toEqual({ line: 1, column: 24 });
  expect(positionInQuery(sql, { line: 1, column: 15 })).toEqual({ line: 1, column: 12 });
  expect(positionInQuery(sql, { line: 1, column: 5 })).toEqual({ line: 1, column: 5 });
  expect(positionInQuery(sql, { line: 2, column: 41 })).toEqual({ line: 2, column: 41 });
});

describe("mayBeSeveralTasks()", () => {
  test.each([
    "INSERT INTO t SELECT 1 UNION ALL SELECT 2",
    "INSERT INTO t SELECT * FROM (SELECT 1 union/**/all SELECT 2)",
    "INSERT INTO t SELECT * FROM (VALUES (TIME_PARSE('x')), (NULL))",
    "INSERT INTO t SELECT * FROM view.v",
    'INSERT INTO t SELECT * FROM "view"."v"',
  ])("%s", (sql) => {
    expect(mayBeSeveralTasks(sql)).toBe(true);
  });

  test.each(["INSERT INTO t SELECT 'a UNION ALL b' FROM u", 'INSERT INTO "values" SELECT 1 -- UNION', "SELECT viewed"])(
    "not %s",
    (sql) => {
      expect(mayBeSeveralTasks(sql)).toBe(false);
    },
  );
});

describe("readExplain()", () => {
  const explained = (attributes: Record<string, unknown>) =>
    readExplain({ attributes, nativeQueries: 1, unitesTables: false });

  test("says what the query's text may leave open", () => {
    const attributes = { statementType: "REPLACE", partitionedBy: "DAY", replaceTimeChunks: "all" };
    expect(explained(attributes)).toStrictEqual({ partitionedBy: "DAY", replaceTimeChunks: "ALL" });
  });

  test("of a server before 26, which has no attributes", () => {
    expect(explained({})).toStrictEqual({});
  });

  test.each<[unknown, string | undefined]>([
    ["HOUR", "HOUR"],
    [{ type: "all" }, "ALL"],
    [{ type: "period", period: "P1D", timeZone: "UTC", origin: null }, "DAY"],
    [{ type: "period", period: "P2W", timeZone: "UTC", origin: null }, "P2W"],
    [{ type: "none" }, undefined],
    [null, undefined],
  ])("granularity %j", (partitionedBy, expected) => {
    expect(explained({ partitionedBy }).partitionedBy).toBe(expected);
  });

  test("intervals of REPLACE", () => {
    const replaceTimeChunks = "2000-01-01T00:00:00.000Z/2000-02-01T00:00:00.000Z";
    expect(explained({ replaceTimeChunks }).replaceTimeChunks).toBe(replaceTimeChunks);
  });
});
