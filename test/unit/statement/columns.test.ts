import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readStatement as read } from "../../../src/statement/facts";

const clustered = (sql: string) => read(sql).facts.clusteredBy;
const of = (query: string, columns: string) =>
  clustered(`INSERT INTO t ${query} PARTITIONED BY ALL CLUSTERED BY ${columns}`);
const ABC = "SELECT 1 AS a, 'x' AS b, 'y' AS c";

// What Druid 27's EXPLAIN answers; test/contract/statement.test.ts asks it.
describe("CLUSTERED BY of a number is the column there", () => {
  test("in the case file", () => {
    const sql = readFileSync(join(__dirname, "../../fixtures/sql/12-clustered-ordinal.sql"), "utf8");
    expect(clustered(sql)).toEqual(["dim1", "dim2"]);
  });

  test.each<[string, string, string[]]>([
    [ABC, "2", ["b"]],
    [ABC, "2, 1", ["b", "a"]],
    [ABC, "2 ASC", ["b"]],
    [ABC, "(2), ((1))", ["b", "a"]],
    [ABC, "+2", ["b"]],
    [ABC, "2.0, 02", ["b", "b"]],
    [ABC, "2, UPPER(c)", ["b", "UPPER(c)"]],
    [ABC, '(c), ("b")', ["c", "b"]],
    [`${ABC} UNION ALL SELECT 1, 'q' AS other, 'r'`, "2", ["b"]],
    [`${ABC} FROM x LIMIT 5`, "3", ["c"]],
    [`(${ABC})`, "2", ["b"]],
    [`WITH w AS (SELECT 1 AS q, 2 AS r) SELECT q, r AS s FROM w`, "2", ["s"]],
    [`WITH w (y, z) AS (SELECT 1, 2), v AS (SELECT 3) SELECT y, z FROM w`, "2", ["z"]],
    ["SELECT DISTINCT a, b FROM x", "2", ["b"]],
    ["SELECT /*+ hint */ ALL a, b FROM x", "2", ["b"]],
    ['SELECT v.a, v."b" FROM v', "2", ["b"]],
    ['SELECT v.a, "b" AS "B c" FROM v', "2", ["B c"]],
    ['SELECT a, b AS U&"d\\0061ta" FROM x', "2", ["data"]],
    [`SELECT a, b AS U&"d!0061ta" UESCAPE '!' FROM x`, "2", ["data"]],
    ["SELECT a, b bb FROM x", "2", ["bb"]],
    ["SELECT a, v.b bb FROM v", "2", ["bb"]],
    ["SELECT a, COUNT(*) n, 'x' m FROM x GROUP BY 1", "2, 3", ["n", "m"]],
    [
      "SELECT CASE WHEN a IS NOT DISTINCT FROM b THEN 1 ELSE 2 END AS k, LATEST_BY(a, c) AS l FROM x",
      "2, 1",
      ["l", "k"],
    ],
    ["SELECT CASE a WHEN 1 THEN 2 END k, b FROM x", "1", ["k"]],
    ["SELECT EXTRACT(DAY FROM a) AS d, b FROM x", "2, 1", ["b", "d"]],
    ["SELECT ARRAY[a, b] AS p, b IS DISTINCT FROM c AS q FROM x", "2, 1", ["q", "p"]],
    ["SELECT (SELECT MAX(a), 1 FROM y) AS m, b FROM x", "2, 1", ["b", "m"]],
  ])("%s CLUSTERED BY %s", (query, columns, expected) => {
    expect(of(query, columns)).toEqual(expected);
  });

  test.each<[string, string, string[]]>([
    ["SELECT * FROM x", "2", ["2"]],
    ["SELECT a, x.*, b FROM x", "1, 3", ["a", "3"]],
    [ABC, "4", ["4"]],
    [ABC, "0", ["0"]],
    [ABC, "-1", ["-1"]],
    [ABC, "1.5", ["1.5"]],
    [ABC, "2 + 1, '2', \"2\", CAST(2 AS VARCHAR), ?", ["2 + 1", "'2'", "2", "CAST(2 AS VARCHAR)", "?"]],
    [ABC, "b DESC, (b || 'x')", ["b DESC", "(b || 'x')"]],
    ["SELECT a, UPPER(b) FROM x", "2", ["2"]],
    ["SELECT a, INTERVAL '1' DAY FROM x", "2", ["2"]],
    ["SELECT a, b IS NULL FROM x", "2", ["2"]],
    ["SELECT a, CASE WHEN b THEN 1 END FROM x", "2", ["2"]],
    ["SELECT a, b + c FROM x", "2", ["2"]],
    ["VALUES (1, 2)", "2", ["2"]],
    ["TABLE x", "2", ["2"]],
  ])("and stays as it is where that cannot be told: %s CLUSTERED BY %s", (query, columns, expected) => {
    expect(of(query, columns)).toEqual(expected);
  });
});
