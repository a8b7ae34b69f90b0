/** What we read of a query, held to what Druid's own planner says about it. Loads two small datasources first. */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { systemClock } from "../../src/base/clock";
import type { DruidHttpError } from "../../src/base/errors";
import type { DruidClient } from "../../src/druid/client";
import { createHttpClient } from "../../src/druid/http-client";
import { canonicalQuery } from "../../src/statement/canonical";
import { explainText, positionInQuery, readExplain } from "../../src/statement/explain";
import { readStatement as read } from "../../src/statement/facts";
import { type RunningDruid, startDruid } from "../harness/druid/druid";
import { majorOf } from "../harness/druid/folder";
import { readPlanned } from "./planner";

const DATA = `EXTERN('{"type":"inline","data":"2020-01-01T00:00:00,a,1"}', '{"type":"csv","columns":["t","x","n"]}',
  '[{"name":"t","type":"string"},{"name":"x","type":"string"},{"name":"n","type":"long"}]')`;
const load = (name: string) =>
  `REPLACE INTO "${name}" OVERWRITE ALL SELECT TIME_PARSE(t) AS __time, x, n FROM TABLE(${DATA}) PARTITIONED BY ALL`;

let druid: RunningDruid;
let client: DruidClient;

beforeAll(async () => {
  druid = await startDruid();
  client = createHttpClient({
    connection: { url: druid.url, headers: {}, tls: { insecureSkipVerify: false }, requestTimeoutSeconds: 30 },
    clock: systemClock,
    random: Math.random,
  });
  const tasks = await Promise.all(["wiki", "my raw"].map((name) => client.submit({ query: load(name) })));
  await until(async () => {
    const states = await Promise.all(tasks.map(({ taskId }) => client.status(taskId)));
    return states.every((state) => state?.statusCode === "SUCCESS");
  });
  await until(async () => {
    const rows = await client.sql({
      query: "SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = 'druid'",
    });
    return rows.length === 2;
  });
});

afterAll(() => druid?.stop(), 60_000);

async function until(isDone: () => Promise<boolean>): Promise<void> {
  for (let look = 0; look < 300; look += 1) {
    if (await isDone()) return;
    await systemClock.sleep(200);
  }
  throw new Error("Cannot prepare Druid: the datasources did not come up within 60 s");
}

/** Everything the planner says, its plan too, under a fixed query id. */
async function planOf(query: string): Promise<{ status: number; text: string }> {
  const body = JSON.stringify({ query, context: { sqlQueryId: "plan" } });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${druid.url}/druid/v2/sql/task`, { method: "POST", headers, body });
  return { status: answer.status, text: await answer.text() };
}

const HTTP_JSON = `'{"type":"http","uris":["http://user:pass@localhost:1/FROM,x"]}', '{"type":"json"}', '[{"name":"t","type":"string"}]'`;

const statements: [string, string][] = [
  ["a plain INSERT", `INSERT INTO tbl SELECT * FROM wiki PARTITIONED BY DAY`],
  ["a quoted target", `INSERT INTO "my tbl" SELECT * FROM "my raw" PARTITIONED BY HOUR`],
  ["a target with its schema", `INSERT INTO "druid"."tbl" SELECT * FROM druid.wiki PARTITIONED BY MONTH`],
  [
    "a target in Unicode escapes",
    `INSERT INTO U&"d\\0061ta" SELECT * FROM U&"wik!0069" UESCAPE '!' PARTITIONED BY YEAR`,
  ],
  ["small letters", `insert into tbl select * from wiki partitioned by all time clustered by x`],
  ["REPLACE ALL", `REPLACE INTO tbl OVERWRITE ALL SELECT * FROM wiki PARTITIONED BY DAY CLUSTERED BY x, "n"`],
  [
    "REPLACE WHERE",
    `REPLACE INTO wiki OVERWRITE WHERE __time >= TIMESTAMP '2000-01-01' AND __time < TIMESTAMP '2001-01-01' SELECT * FROM wiki PARTITIONED BY MONTH`,
  ],
  [
    "REPLACE WHERE of a query in parentheses",
    `REPLACE INTO wiki OVERWRITE WHERE __time >= TIMESTAMP '2000-01-01' AND (__time < TIMESTAMP '2001-01-01') (SELECT * FROM wiki) PARTITIONED BY YEAR`,
  ],
  ["EXTERN", `INSERT INTO tbl SELECT TIME_PARSE(t) AS __time FROM TABLE(EXTERN(${HTTP_JSON})) PARTITIONED BY DAY`],
  [
    "EXTERN with EXTEND",
    `INSERT INTO tbl SELECT TIME_PARSE("t") AS __time, "FROM" FROM TABLE(EXTERN(inputSource => '{"type":"inline","data":"x"}', inputFormat => '{"type":"json"}')) EXTEND ("t" VARCHAR, "FROM" VARCHAR) PARTITIONED BY DAY`,
  ],
  [
    "an EXTERN joined with a table",
    `INSERT INTO tbl SELECT TIME_PARSE(e.t) AS __time, w.x FROM TABLE(${DATA}) AS e JOIN wiki AS w ON e.x = w.x PARTITIONED BY DAY`,
  ],
  ["a join", `INSERT INTO tbl SELECT a.__time, b.x FROM wiki a JOIN "my raw" b ON a.x = b.x PARTITIONED BY DAY`],
  ["a comma join", `INSERT INTO tbl SELECT a.__time, b.x FROM wiki a, "my raw" b PARTITIONED BY DAY`],
  [
    "a subquery in a condition",
    `INSERT INTO tbl SELECT * FROM wiki WHERE x IN (SELECT x FROM "my raw" WHERE n > 1) PARTITIONED BY DAY`,
  ],
  [
    "WITH",
    `INSERT INTO tbl WITH w AS (SELECT * FROM wiki), v (a, b, c) AS (SELECT * FROM w) SELECT a AS __time, b FROM v PARTITIONED BY DAY`,
  ],
  [
    "WITH that hides the table it reads",
    `INSERT INTO tbl WITH wiki AS (SELECT * FROM wiki) SELECT * FROM wiki PARTITIONED BY DAY`,
  ],
  [
    "WITH within a subquery",
    `INSERT INTO tbl SELECT * FROM (WITH wiki AS (SELECT * FROM "my raw") SELECT * FROM wiki) PARTITIONED BY DAY`,
  ],
  [
    "UNION ALL",
    `INSERT INTO tbl SELECT __time, x FROM wiki UNION ALL SELECT __time, x FROM "my raw" PARTITIONED BY DAY`,
  ],
  [
    "a subquery of a subquery",
    `INSERT INTO tbl SELECT MAX(__time) AS __time, x FROM (SELECT __time, x FROM (SELECT * FROM wiki)) GROUP BY x PARTITIONED BY DAY`,
  ],
  ["EXTRACT", `INSERT INTO tbl SELECT __time, EXTRACT(DAY FROM __time) AS d FROM wiki PARTITIONED BY DAY`],
  ["TRIM", `INSERT INTO tbl SELECT __time, TRIM(BOTH ' ' FROM x) AS d FROM wiki PARTITIONED BY DAY`],
  ["SUBSTRING", `INSERT INTO tbl SELECT __time, SUBSTRING(x FROM 1) AS d FROM wiki PARTITIONED BY DAY`],
  ["TIME_FLOOR", `INSERT INTO tbl SELECT * FROM wiki PARTITIONED BY TIME_FLOOR(__time, 'PT5M')`],
  ["FLOOR", `INSERT INTO tbl SELECT * FROM wiki PARTITIONED BY FLOOR(__time TO QUARTER)`],
  ["FLOOR to a week", `INSERT INTO tbl SELECT * FROM wiki PARTITIONED BY FLOOR(__time TO WEEK)`],
  ["LIMIT", `INSERT INTO tbl SELECT * FROM wiki LIMIT 5 PARTITIONED BY ALL`],
  [
    "words of clauses in strings and names",
    `INSERT INTO tbl SELECT __time, 'x PARTITIONED BY HOUR' AS "PARTITIONED BY", x AS "FROM ""y""" FROM wiki PARTITIONED BY DAY`,
  ],
  [
    "comments of every kind",
    `/* INSERT INTO a */ INSERT -- INTO b\n INTO // c\n tbl /***/ AND x /* */ SELECT /*+ hint */ * FROM wiki -- , d\r\n PARTITIONED/**/BY/****/DAY -- CLUSTERED BY x`,
  ],
  [
    "VALUES",
    `INSERT INTO tbl SELECT TIMESTAMP '2000-01-01' AS __time, a FROM (VALUES (1), (2)) AS t(a) PARTITIONED BY ALL`,
  ],
  [
    "CLUSTERED BY of numbers",
    `INSERT INTO tbl SELECT __time, x AS "an x", n m, wiki.n AS U&"d\\0061ta" FROM wiki PARTITIONED BY ALL CLUSTERED BY 2, (3), +4 ASC`,
  ],
  [
    "CLUSTERED BY of numbers in a UNION",
    `INSERT INTO tbl SELECT __time, x AS y FROM wiki UNION ALL SELECT __time, x FROM "my raw" PARTITIONED BY DAY CLUSTERED BY 2`,
  ],
  [
    "CLUSTERED BY of numbers behind WITH",
    `INSERT INTO tbl WITH w AS (SELECT __time, x, 'a, b' AS c FROM wiki) SELECT __time, CASE WHEN x = c THEN 1 END AS k, x v FROM w PARTITIONED BY DAY CLUSTERED BY 3, 2`,
  ],
  [
    "CLUSTERED BY of numbers in parentheses",
    `REPLACE INTO tbl OVERWRITE ALL (SELECT DISTINCT __time, EXTRACT(DAY FROM __time) AS d, x FROM wiki) PARTITIONED BY DAY CLUSTERED BY (2), x`,
  ],
  ["a SELECT", `SELECT x, COUNT(*) FROM wiki GROUP BY x`],
  ["a SELECT of two", `WITH w AS (SELECT * FROM wiki) SELECT * FROM w JOIN "my raw" r ON w.x = r.x`],
];

describe("readStatement() agrees with Druid's planner on", () => {
  test.each(statements)("%s", async (_, sql) => {
    const { facts, reads, faults } = read(sql);
    expect(faults).toEqual([]);
    const explained = readExplain(await client.explain({ query: explainText(sql) }));
    const planned = readPlanned(JSON.parse((await planOf(explainText(sql))).text)[0]);
    const external = facts.sources.some(({ type }) => type !== "table") ? ["EXTERNAL"] : [];
    const resources = new Set([...reads, ...(facts.dataSource === undefined ? [] : [facts.dataSource]), ...external]);
    expect({
      statementType: facts.kind,
      dataSource: facts.dataSource,
      partitionedBy: facts.partitionedBy,
      clusteredBy: facts.clusteredBy,
      isAll: facts.overwrite === "ALL",
      resources: [...resources].sort(),
    }).toEqual({
      ...planned,
      partitionedBy: explained.partitionedBy,
      isAll: explained.replaceTimeChunks === "ALL",
    });
  });
});

test.each(statements)("canonicalQuery() means the same to Druid: %s", async (_, sql) => {
  const plan = await planOf(explainText(sql));
  expect(plan.status).toBe(200);
  expect(await planOf(explainText(canonicalQuery(sql)))).toEqual(plan);
});

test.each([
  "",
  "-- nothing",
  "SELECT 1; SELECT 2",
  "DELETE FROM wiki",
  "WITH w AS (SELECT * FROM wiki) INSERT INTO tbl SELECT * FROM w PARTITIONED BY DAY",
  "INSERT INTO tbl SELECT 'a FROM wiki PARTITIONED BY DAY",
  'INSERT INTO tbl SELECT "x\n" FROM wiki PARTITIONED BY DAY',
  "INSERT INTO tbl SELECT /***/ * FROM wiki PARTITIONED BY DAY",
  "EXPLAIN PLAN FOR SELECT 1",
  "INSERT INTO tbl SELECT * FROM wiki; PARTITIONED BY DAY",
  "INSERT INTO tbl; SELECT * FROM wiki PARTITIONED BY DAY",
  "INSERT INTO tbl OVERWRITE ALL SELECT * FROM wiki PARTITIONED BY DAY",
  "INSERT OVERWRITE tbl SELECT * FROM wiki PARTITIONED BY DAY",
  "REPLACE INTO tbl SELECT * FROM wiki OVERWRITE ALL PARTITIONED BY DAY",
  ...[
    ..."\0\u000b\u007f\u0085\u00a0\u00ad\u00b4\u00d7\u2009\u200b\u200d\u2018\u201d\u2013\u2028\u202e\u2060\u20ac\u3000\ufeff\uff0c",
    "🐘",
  ].map((char) => `INSERT INTO tbl SELECT *${char} FROM wiki PARTITIONED BY DAY`),
])("Druid refuses what readStatement() refuses: %j", async (sql) => {
  expect(read(sql).faults).toHaveLength(1);
  expect((await planOf(explainText(sql))).status).toBeGreaterThanOrEqual(400);
});

describe("what Druid says of a query shows no literal, and one place:", () => {
  const call = (literal: string) =>
    `SELECT x FROM TABLE(HTTP(uris => 'http://h/f', password ${literal}, format => 'csv'))`;
  test.each([
    `INSERT INTO tbl // don't\n ${call("'CANARY'")}`,
    `INSERT INTO tbl -- don't\r ${call("'CANARY'")}`,
    `INSERT INTO tbl /* don't */ ${call("'CANARY'")}`,
    `INSERT INTO tbl /***/ ' */ ${call("'CANARY'")}`,
    `INSERT INTO tbl /*+ don't */ ${call("'CANARY'")}`,
    `INSERT INTO "o'clock" ${call("'CANARY'")}`,
    `INSERT INTO tbl ${call("U&'CAN!0041RY' UESCAPE '!'")}`,
    `INSERT INTO tbl ${call("N'CANARY'")}`,
    `INSERT INTO tbl ${call("_utf8'CANARY'")}`,
    `INSERT INTO tbl ${call("x'CANARY'")}`,
    `INSERT INTO tbl ${call("'pä\"s\\s''CANARY\tö'")}`,
    `INSERT INTO tbl ${call("'CAN\r\nARY'")}`,
  ])("%j", async (sql) => {
    const error = await client.explain({ query: explainText(sql) }).catch((caught: unknown) => caught);
    const { message, detail } = error as DruidHttpError;
    expect(`${message} ${detail}`).not.toMatch(/CAN|ARY|pä|00e4/);
    expect(message.match(/line/g)).toHaveLength(1);
    expect(message).toMatch(
      /unexpected token \[[^\]]{0,80}\], expected .{1,60} \(line \d, column \d+ of the query\)\n/,
    );
  });

  test.each([
    "INSERT INTO tbl SELECT 1 AS a PARTITIONED BY ALL CLUSTERED BY a || 'päCANARY' DESC",
    "INSERT INTO tbl SELECT TIMESTAMP 'CANARY' AS a PARTITIONED BY ALL",
    `INSERT INTO tbl SELECT a FROM TABLE(EXTERN('{"type":"http","uris":["http://u:CANARY@x/ y"]}', '{"type":"json"}')) EXTEND (a VARCHAR) PARTITIONED BY ALL`,
    `INSERT INTO tbl SELECT a FROM TABLE(EXTERN('{"type":"http","password":CANARY}', '{"type":"json"}')) EXTEND (a VARCHAR) PARTITIONED BY ALL`,
  ])("or none: %j", async (sql) => {
    const error = await client.explain({ query: explainText(sql) }).catch((caught: unknown) => caught);
    expect((error as DruidHttpError).detail).toMatch(/\[value\]/);
    expect((error as DruidHttpError).detail).not.toMatch(/CANARY/);
  });

  test("says which Druid knows what this one does not", async () => {
    const next = async (sql: string) => {
      const error = await client.explain({ query: explainText(sql) }).catch((caught: unknown) => caught);
      return /; (.*)$/m.exec((error as DruidHttpError).message)?.[1] ?? "";
    };
    const words = (since: number) =>
      majorOf(druid.version) < since ? new RegExp(`needs Druid ${since} or newer`) : /^((?!or newer).)*$/;
    expect(await next("SET a = 'x';\nSELECT 1")).toMatch(words(34));
    for (const target of ["EXTERN(local(exportPath => '/x'))", "extern ( s3 (bucket => 'b'))"]) {
      expect(await next(`INSERT INTO ${target} AS CSV SELECT 1`)).toMatch(words(29));
    }
    expect(await next("INSERT INTO t (a) (")).toBe("");
  });
});

test("positionInQuery() is where Druid means", async () => {
  const sql = "  INSERT INTO tbl SELECT nope FROM wiki\nPARTITIONED BY DAY";
  const error = await client.explain({ query: explainText(sql) }).catch((caught: unknown) => caught);
  const { position } = error as { position: { line: number; column: number } };
  expect(positionInQuery(sql, position)).toEqual({ line: 1, column: sql.indexOf("nope") + 1 });
});
