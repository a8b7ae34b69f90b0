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
  const resources = [{ name: "EXTERNAL", type: "EXTERNAL" }];
  const explained = (attributes: Record<string, unknown>) =>
    readExplain({ attributes, resources, nativeQueries: 1, unitesTables: false });

  test("of Druid 27", () => {
    const attributes = {
      statementType: "REPLACE",
      targetDataSource: "wiki",
      partitionedBy: "DAY",
      replaceTimeChunks: "all",
    };
    expect(explained(attributes)).toStrictEqual({
      statementType: "REPLACE",
      dataSource: "wiki",
      partitionedBy: "DAY",
      replaceTimeChunks: "ALL",
      resources,
    });
  });

  test("of Druid 29, where the target is an object", () => {
    const targetDataSource = { type: "table", tableName: "wiki" };
    expect(explained({ statementType: "INSERT", targetDataSource, partitionedBy: { type: "all" } })).toStrictEqual({
      statementType: "INSERT",
      dataSource: "wiki",
      partitionedBy: "ALL",
      resources,
    });
  });

  test("of a server before 26, which has no attributes", () => {
    expect(explained({})).toStrictEqual({ resources });
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

  test.each<[unknown, string[] | undefined]>([
    ["`bar`, `jazz`", ["bar", "jazz"]],
    ["`a, b`, UPPER(`c`, 'd, e'), 2", ["a, b", "UPPER(`c`, 'd, e')", "2"]],
    [
      ["a", "b, c"],
      ["a", "b, c"],
    ],
    ["", []],
    [null, undefined],
  ])("columns %j", (clusteredBy, expected) => {
    expect(explained({ clusteredBy }).clusteredBy).toEqual(expected);
  });

  test.each<[unknown, string | undefined]>([
    ["wiki", "wiki"],
    [{ type: "external", storageConnectorProvider: {} }, undefined],
    [{ type: "table" }, undefined],
    [["wiki"], undefined],
  ])("target %j", (targetDataSource, expected) => {
    expect(explained({ targetDataSource }).dataSource).toBe(expected);
  });

  test("intervals of REPLACE", () => {
    const replaceTimeChunks = "2000-01-01T00:00:00.000Z/2000-02-01T00:00:00.000Z";
    expect(explained({ replaceTimeChunks }).replaceTimeChunks).toBe(replaceTimeChunks);
  });
});
