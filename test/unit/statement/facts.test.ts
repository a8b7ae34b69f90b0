import { describe, expect, test } from "@jest/globals";
import { publicFacts, readStatement as read, type StatementFacts } from "../../../src/statement/facts";

const facts = (sql: string): StatementFacts => {
  const { facts, faults } = read(sql);
  expect(faults).toEqual([]);
  return facts;
};

test("readStatement() says what a statement does", () => {
  const sql = 'REPLACE INTO "wiki" OVERWRITE ALL SELECT * FROM "raw" PARTITIONED BY DAY CLUSTERED BY "page"';
  expect(facts(sql)).toMatchObject({
    kind: "REPLACE",
    dataSource: "wiki",
    overwrite: "ALL",
    partitionedBy: "DAY",
    clusteredBy: ["page"],
    sources: [{ type: "table", address: "raw" }],
  });
});

describe("readStatement() reads kind and target of", () => {
  test.each<[string, string, string | undefined]>([
    ["INSERT INTO tbl SELECT 1", "INSERT", "tbl"],
    ["insert into tbl select 1", "INSERT", "tbl"],
    ['INSERT INTO "tbl" SELECT 1', "INSERT", "tbl"],
    ['INSERT INTO "a ""b"" c" SELECT 1', "INSERT", 'a "b" c'],
    ['INSERT INTO "INSERT INTO x" SELECT 1', "INSERT", "INSERT INTO x"],
    ["INSERT INTO druid.tbl SELECT 1", "INSERT", "tbl"],
    ['INSERT INTO "druid"."tbl" SELECT 1', "INSERT", "tbl"],
    ['INSERT INTO druid /* schema */ . -- x\n "t.b.l" SELECT 1', "INSERT", "t.b.l"],
    ['INSERT INTO U&"d\\0061ta" SELECT 1', "INSERT", "data"],
    [`INSERT INTO U&"d!0061ta" UESCAPE '!' SELECT 1`, "INSERT", "data"],
    ['INSERT INTO U&"d\\zzzz" SELECT 1', "INSERT", undefined],
    ["INSERT INTO 名前 SELECT 1", "INSERT", "名前"],
    ["INSERT INTO tbl (a, b) SELECT 1, 2", "INSERT", "tbl"],
    ['INSERT INTO tbl("a") (SELECT 1)', "INSERT", "tbl"],
    ["INSERT INTO tbl VALUES (1, 2)", "INSERT", "tbl"],
    ["INSERT INTO tbl WITH w AS (SELECT 1) SELECT * FROM w", "INSERT", "tbl"],
    ["INSERT INTO sys.segments SELECT 1", "INSERT", undefined],
    ["INSERT INTO a.druid.tbl SELECT 1", "INSERT", undefined],
    ["INSERT INTO extern SELECT 1", "INSERT", "extern"],
    ["-- INSERT INTO wrong\n/* REPLACE INTO wrong */ INSERT INTO right_one SELECT 1", "INSERT", "right_one"],
    ["REPLACE INTO tbl OVERWRITE ALL SELECT 1", "REPLACE", "tbl"],
    ["REPLACE INTO tbl SELECT 1", "REPLACE", "tbl"],
    ["INSERT INTO EXTERN(s3(bucket => 'b', prefix => 'p')) AS CSV SELECT 1 FROM t", "EXPORT", undefined],
    ["SELECT 1", "SELECT", undefined],
    ["WITH w AS (SELECT 1) SELECT * FROM w", "SELECT", undefined],
    ["(SELECT 1)", "SELECT", undefined],
    ["VALUES (1)", "SELECT", undefined],
    ["SELECT REPLACE(a, 'b', 'c') FROM t", "SELECT", undefined],
    ["WITH w AS (SELECT REPLACE(a, 'b', 'c') FROM t) SELECT * FROM w", "SELECT", undefined],
    ["SET a = 1; SET b = 'x;y'; INSERT INTO tbl SELECT 1;", "INSERT", "tbl"],
  ])("%j", (sql, kind, dataSource) => {
    const read = facts(sql);
    expect([read.kind, read.dataSource]).toEqual([kind, dataSource]);
    expect("dataSource" in read).toBe(dataSource !== undefined);
  });
});

describe("readStatement() reads OVERWRITE of", () => {
  test.each<[string, string | undefined]>([
    ["REPLACE INTO t OVERWRITE ALL SELECT 1", "ALL"],
    ["replace into t overwrite all select 1", "ALL"],
    ["REPLACE INTO t SELECT 1", undefined],
    ["INSERT INTO t SELECT a OVERWRITE FROM b", undefined],
    ["REPLACE INTO t (a) OVERWRITE ALL SELECT 1", "ALL"],
    [
      "REPLACE INTO t overwrite where __time >= TIMESTAMP '2000-01-01' -- from\n  AND __time<TIMESTAMP '2001-01-01' SELECT 1",
      "WHERE __time >= TIMESTAMP '2000-01-01' AND __time<TIMESTAMP '2001-01-01'",
    ],
    [
      "REPLACE INTO t OVERWRITE WHERE (__time >= TIMESTAMP '2000-01-01 SELECT' OR NOT (__time = ?)) WITH w AS (SELECT 1) SELECT 2",
      "WHERE (__time >= TIMESTAMP '2000-01-01 SELECT' OR NOT (__time = ?))",
    ],
    ["REPLACE INTO t OVERWRITE WHERE __time = ? (SELECT 1)", "WHERE __time = ?"],
  ])("%j", (sql, overwrite) => {
    expect(facts(sql).overwrite).toBe(overwrite);
  });

  test("a condition of any length, cut in the middle", () => {
    const { overwrite = "" } = facts(
      `REPLACE INTO t OVERWRITE WHERE __time = ? ${"OR __time = ? ".repeat(500)} SELECT 1`,
    );
    expect(overwrite.length).toBe(200);
    expect(overwrite).toMatch(/^WHERE __time = \? OR.*….*__time = \?$/);
  });
});

describe("readStatement() reads PARTITIONED BY of", () => {
  test.each<[string, string | undefined]>([
    ["DAY", "DAY"],
    ["hour", "HOUR"],
    ["ALL", "ALL"],
    ["ALL TIME", "ALL"],
    ["'P1D'", "DAY"],
    ["'PT5M'", "FIVE_MINUTE"],
    ["'p2w'", "P2W"],
    ["TIME_FLOOR(__time, 'P1W')", "WEEK"],
    [`TIME_FLOOR("__time", 'PT3H')`, "PT3H"],
    ["FLOOR(__time TO Quarter)", "QUARTER"],
    ["TIME_FLOOR(other, 'P1D')", "TIME_FLOOR(other, 'P1D')"],
    ["TIME_FLOOR(__time, 'P1D', NULL, 'UTC')", "TIME_FLOOR(__time, 'P1D', NULL, 'UTC')"],
    ["", undefined],
  ])("%s", (clause, granularity) => {
    const sql = `INSERT INTO t SELECT 1 PARTITIONED BY ${clause}`;
    expect(facts(sql).partitionedBy).toBe(granularity);
    expect(facts(`${sql} CLUSTERED BY a`).partitionedBy).toBe(granularity);
    expect(facts(`SET a = 1; ${sql};`).partitionedBy).toBe(granularity);
  });

  test.each<[string, string | undefined]>([
    ["INSERT INTO t SELECT 1 UNION ALL SELECT 2 PARTITIONED BY DAY", "DAY"],
    ["INSERT INTO t SELECT 1 ORDER BY 1 LIMIT 5 PARTITIONED BY ALL", "ALL"],
    ["INSERT INTO t (SELECT 1) PARTITIONED BY MONTH", "MONTH"],
    ["INSERT INTO t SELECT 'PARTITIONED BY DAY' FROM u", undefined],
    ["INSERT INTO t SELECT * FROM (SELECT 1 PARTITIONED BY DAY)", undefined],
    ['INSERT INTO t SELECT "PARTITIONED", BY FROM u PARTITIONED BY YEAR', "YEAR"],
    ["INSERT INTO t SELECT ROW_NUMBER() OVER (PARTITION BY a) FROM u PARTITIONED BY DAY", "DAY"],
    ["INSERT INTO t SELECT 1 -- PARTITIONED BY HOUR\nPARTITIONED BY DAY -- PARTITIONED BY HOUR", "DAY"],
  ])("%j", (sql, granularity) => {
    expect(facts(sql).partitionedBy).toBe(granularity);
  });
});

test("describe() reads CLUSTERED BY", () => {
  const clustered = (columns: string) =>
    facts(`INSERT INTO t SELECT 1 PARTITIONED BY DAY CLUSTERED BY ${columns}`).clusteredBy;
  expect(clustered("a")).toEqual(["a"]);
  expect(clustered('"a b", c ASC, 3')).toEqual(["a b", "c", "3"]);
  expect(clustered("UPPER( a ), COALESCE(b, 'x, y'), d DESC")).toEqual(["UPPER( a )", "COALESCE(b, 'x, y')", "d DESC"]);
  expect(facts("INSERT INTO t SELECT 1 PARTITIONED BY DAY").clusteredBy).toBeUndefined();
});

describe("readStatement() reads SET", () => {
  test("of every kind of literal", () => {
    const sql = `SET maxNumTasks = 3; set "quoted key"='it''s'; SET a.b = -1.5; SET c = TRUE; SET d = false; SET e = NULL;
      SET f = ARRAY[1]; SET g = 1 + ; SELECT 1`;
    expect(facts(sql).settings).toEqual({
      maxNumTasks: 3,
      "quoted key": "it's",
      "a.b": -1.5,
      c: true,
      d: false,
      e: null,
      g: 1,
    });
  });

  test("as no setting where there is none", () => {
    expect(facts("SELECT 1")).not.toHaveProperty("settings");
  });

  test.each([
    ["SET sqlQueryId = 'x'; SELECT 1", /^"sqlQueryId" is set by this resource/],
    ["SET \"queryId\" = 'x'; SELECT 1", /^"queryId" is set by this resource/],
    ["SET pulumiDruid = 'x'; SELECT 1", /^"pulumiDruid" is set by this resource/],
    ["SET maxNumTasks = 1; SELECT 1", /^"maxNumTasks" must be an integer of 2 or more$/],
  ])("with its faults: %j", (sql, message) => {
    expect(read(sql).faults[0]?.message).toMatch(message);
  });
});

describe("readStatement() finds the fault of", () => {
  test.each<[string, string, number, number]>([
    ["", "The query is empty", 1, 1],
    [" \n -- nothing\n", "The query is empty", 3, 1],
    [";", "The query is empty", 1, 2],
    ["SET a = 1;", "The query consists of SET only", 1, 11],
    ["SET a = 1", "The query consists of SET only", 1, 10],
    ["SET a = 1 SELECT 1", "The query consists of SET only", 1, 19],
    ["EXPLAIN PLAN FOR SELECT 1", '"EXPLAIN" loads nothing', 1, 1],
    ["SET a = 1;\n  explain plan for INSERT INTO t SELECT 1", '"EXPLAIN" loads nothing', 2, 3],
    ["SELECT 1;\nSELECT 2", "A second statement begins here", 2, 1],
    ["INSERT INTO t SELECT 1; SET a = 1;", 'A "SET" follows the statement', 1, 25],
    ["DELETE FROM t", "The query is not an INSERT, REPLACE or SELECT statement", 1, 1],
    ["\r\n\tDROP TABLE t", "The query is not an INSERT, REPLACE or SELECT statement", 2, 2],
    ["'SELECT 1'", "The query is not an INSERT, REPLACE or SELECT statement", 1, 1],
    ['"SELECT" 1', "The query is not an INSERT, REPLACE or SELECT statement", 1, 1],
    ["(INSERT INTO t SELECT 1)", "The query is not an INSERT, REPLACE or SELECT statement", 1, 1],
    ["WITH w AS (SELECT 1)\nINSERT INTO t SELECT * FROM w", '"INSERT" comes after WITH', 2, 1],
    ["INSERT INTO t SELECT 'a\n FROM b", "The string that begins here is never closed", 1, 22],
    ["\ufeffSELECT 1", "The query begins with a byte order mark", 1, 1],
    ["'", "The string that begins here is never closed", 1, 1],
  ])("%j", (sql, message, line, column) => {
    const { faults } = read(sql);
    expect(faults).toEqual([{ message: expect.stringContaining(message), line, column }]);
  });

  test("no two of one mistake, but two mistakes at once", () => {
    const { faults } = read("SET sqlQueryId = 'x'; SET maxNumTasks = 0;\nEXPLAIN PLAN FOR SELECT 1");
    expect(faults.map(({ line, column }) => [line, column])).toEqual([
      [1, 1],
      [1, 23],
      [2, 1],
    ]);
  });

  test("never with the text of the query", () => {
    const secret = "c4nary";
    const queries = [`'${secret}`, `${secret}`, `EXPLAIN ${secret}`, `SELECT 1; ${secret}`, `SET a = '${secret}`];
    expect(JSON.stringify(queries.map((sql) => read(sql).faults))).not.toContain(secret);
  });
});

test("describe() counts what waits for a value", () => {
  expect(read("SELECT ?, '?', \"?\", /* ? */ ? -- ?\n FROM t WHERE a=?").parameters).toBe(3);
});

test("describe() names functions whose value changes", () => {
  expect(
    read("SELECT CURRENT_TIMESTAMP, rand(), t.rand, current_timestamp, 'LOCALTIME', \"RAND\" FROM t").unstable,
  ).toEqual(["CURRENT_TIMESTAMP", "RAND"]);
});

test("describe() answers with plain JSON, also for nonsense", () => {
  const queries = [
    "",
    "INSERT",
    "INSERT INTO",
    "REPLACE INTO t OVERWRITE",
    "SET",
    "SET a",
    "SELECT FROM",
    "INSERT INTO EXTERN(",
    "(((",
    ")))",
  ];
  for (const sql of [
    ...queries,
    "INSERT INTO EXTERN(s3(bucket => 'b'",
    "SELECT * FROM TABLE(",
    "WITH",
    "SELECT * FROM TABLE(EXTERN(",
  ]) {
    const answer = read(sql);
    expect(JSON.parse(JSON.stringify(answer))).toStrictEqual(answer);
  }
});

test("publicFacts() shows no literal, address or expression", () => {
  const sql = `SET a = 'c4nary'; REPLACE INTO t OVERWRITE WHERE __time > TIMESTAMP 'c4nary'
    SELECT * FROM "c4nary" JOIN TABLE(EXTERN('{"type":"http","uris":["http://c4nary/a","http://c4nary/b"]}')) ON TRUE
    PARTITIONED BY TIME_FLOOR(c4nary, 'P1D') CLUSTERED BY CONCAT(a, 'c4nary')`;
  expect(publicFacts(facts(sql))).toStrictEqual({
    kind: "REPLACE",
    dataSource: "t",
    overwrite: "WHERE",
    sources: [{ type: "table" }, { type: "http" }],
  });
  expect(publicFacts(facts("INSERT INTO t SELECT 1 PARTITIONED BY 'P1D'"))).toStrictEqual({
    kind: "INSERT",
    dataSource: "t",
    partitionedBy: "DAY",
    sources: [],
  });
  expect(publicFacts(facts("INSERT INTO EXTERN(s3(bucket => 'c4nary')) AS CSV SELECT 1")).destination).toEqual({
    type: "s3",
  });
});
