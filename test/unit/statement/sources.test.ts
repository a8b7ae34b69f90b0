import { describe, expect, test } from "@jest/globals";
import { readStatement as read } from "../../../src/statement/facts";
import { cpuClock } from "../../harness/cpu-time";

const sources = (query: string): string[] =>
  read(`INSERT INTO target ${query} PARTITIONED BY ALL`).facts.sources.map(({ type, address }) =>
    address === undefined ? type : `${type} ${address}`,
  );
const extern = (json: unknown) =>
  sources(`SELECT * FROM TABLE(EXTERN('${JSON.stringify(json).replaceAll("'", "''")}', '{"type":"json"}', '[]'))`);

test("what a query reads: tables, and files with their address", () => {
  expect(sources("SELECT * FROM a JOIN b ON a.x = b.x")).toEqual(["table a", "table b"]);
  expect(extern({ type: "http", uris: ["https://example.com/a.json"] })).toEqual(["http https://example.com/a.json"]);
});

describe("sources of tables:", () => {
  test.each<[string, string[]]>([
    ["SELECT 1", []],
    ["SELECT * FROM a", ["table a"]],
    ['SELECT * FROM "a b"', ["table a b"]],
    ['SELECT * FROM "FROM" AS x', ["table FROM"]],
    ['SELECT * FROM druid.a, "druid"."b" y, c AS z', ["table a", "table b", "table c"]],
    [
      "SELECT * FROM a JOIN b ON a.x = b.x LEFT JOIN c USING (x) CROSS JOIN d",
      ["table a", "table b", "table c", "table d"],
    ],
    ["SELECT * FROM a JOIN b ON a.x = ARRAY[b.x, e][1], c", ["table a", "table b", "table c"]],
    [
      "SELECT * FROM a WHERE x IN (SELECT y FROM b WHERE z = (SELECT MAX(w) FROM c))",
      ["table a", "table b", "table c"],
    ],
    ["SELECT (SELECT MAX(x) FROM b) FROM a", ["table b", "table a"]],
    ["SELECT * FROM (SELECT * FROM (SELECT * FROM a)) AS x, b", ["table a", "table b"]],
    ["SELECT * FROM (a JOIN b ON a.x = b.x)", ["table a", "table b"]],
    ["SELECT * FROM ((SELECT * FROM a) UNION ALL (SELECT * FROM b))", ["table a", "table b"]],
    ["SELECT * FROM a UNION ALL SELECT * FROM b UNION ALL TABLE c", ["table a", "table b", "table c"]],
    ["TABLE a", ["table a"]],
    ["SELECT * FROM a, a, (SELECT * FROM a)", ["table a"]],
    ["SELECT * FROM a GROUP BY x, y HAVING z, w ORDER BY u, v LIMIT 5", ["table a"]],
    ["SELECT EXTRACT(DAY FROM __time), TRIM(BOTH ' ' FROM x), SUBSTRING(x FROM 2) FROM a", ["table a"]],
    ["SELECT x IS DISTINCT FROM y, x IS NOT DISTINCT FROM z FROM a", ["table a"]],
    ["SELECT * FROM a JOIN b ON a.x IS NOT DISTINCT FROM b.x JOIN c ON TRUE", ["table a", "table b", "table c"]],
    ["SELECT * FROM a, UNNEST(MV_TO_ARRAY(a.x)) AS u(d), LATERAL (SELECT * FROM b)", ["table a", "table b"]],
    ["SELECT * FROM (VALUES (1, x), (2, y)) AS t(a, b)", []],
    ["VALUES (1, x), (2, y)", []],
    ["SELECT 'FROM b', \"FROM c\" -- FROM d\n FROM a /* , e */", ["table a"]],
    ["SELECT * FROM a x, b y WHERE c = d", ["table a", "table b"]],
    [
      "SELECT * FROM lookup.countries, sys.segments, INFORMATION_SCHEMA.TABLES, view.v, ext.e",
      ["lookup countries", "sys segments", "INFORMATION_SCHEMA TABLES", "view v", "ext e"],
    ],
    ["SELECT * FROM other.a", ["table other.a"]],
    ["SELECT * FROM TABLE(APPEND('a', 'b')) WHERE x", ["table a", "table b"]],
    ["SELECT a FROM t WHERE b MEMBER OF (c), d", ["table t"]],
    ["SELECT SUM(x) FILTER (WHERE y), COUNT(*) OVER (PARTITION BY a ORDER BY b) FROM t", ["table t"]],
  ])("%s", (query, expected) => {
    expect(sources(query)).toEqual(expected);
  });

  test.each<[string, string[]]>([
    ["WITH w AS (SELECT * FROM a) SELECT * FROM w", ["table a"]],
    ["WITH a AS (SELECT * FROM a) SELECT * FROM a", ["table a"]],
    [
      "WITH w (x, y) AS (SELECT * FROM a), v AS (SELECT * FROM w, b) SELECT * FROM v, w, c",
      ["table a", "table b", "table c"],
    ],
    ['WITH "w w" AS (SELECT 1) SELECT * FROM "w w"', []],
    ["WITH w AS (SELECT 1) SELECT * FROM W", ["table W"]],
    ["WITH w AS (SELECT 1) SELECT * FROM druid.w", ["table w"]],
    ["SELECT * FROM (WITH w AS (SELECT * FROM a) SELECT * FROM w), w", ["table a", "table w"]],
    ["WITH w AS (SELECT 1) SELECT * FROM (WITH w AS (SELECT 2) SELECT * FROM w), w", []],
    ["WITH w AS (SELECT 1) SELECT * FROM x WHERE y IN (SELECT z FROM w)", ["table x"]],
    ["WITH w AS (WITH v AS (SELECT * FROM a) SELECT * FROM v) SELECT * FROM w, v", ["table a", "table v"]],
    ["WITH b AS (SELECT * FROM c), c AS (SELECT 1) SELECT * FROM b, c", ["table c"]],
    ["(WITH w AS (SELECT 1) SELECT * FROM w)", []],
  ])("without names of WITH: %s", (query, expected) => {
    expect(sources(query)).toEqual(expected);
  });
});

describe("sources of EXTERN:", () => {
  test.each<[unknown, string[]]>([
    [{ type: "inline", data: "a,b FROM x" }, ["inline"]],
    [
      { type: "http", uris: ["http://h/a.json", "https://h:8443/b?token=x#y"] },
      ["http http://h/a.json", "http https://h:8443/b"],
    ],
    [{ type: "http", uris: ["http://user:pass@h/a", "http://user@h/a"] }, ["http http://h/a"]],
    [{ type: "http", uris: ["http://user:pa/ss@h/a"] }, ["http"]],
    [{ type: "http", uris: "http://h/it's FROM y" }, ["http http://h/it's FROM y"]],
    [{ type: "http", uris: ["http://[::1]:80/a"] }, ["http http://[::1]:80/a"]],
    [{ type: "http", uris: ["http://proxy/http://u:p@h/a"] }, ["http"]],
    [{ type: "s3", uris: ["s3://b/a.json"], properties: { accessKeyId: "AK" } }, ["s3 s3://b/a.json"]],
    [{ type: "s3", uris: ["s3://AK:SK@b/a"] }, ["s3 s3://b/a"]],
    [{ type: "s3", prefixes: ["s3://b/p/", "s3://b/q/"] }, ["s3 s3://b/p/", "s3 s3://b/q/"]],
    [{ type: "s3", objects: [{ bucket: "b", path: "p/x" }, { bucket: 1 }] }, ["s3 s3://b/p/x"]],
    [{ type: "google", objects: [{ bucket: "b", path: "p" }] }, ["google gs://b/p"]],
    [{ type: "azureStorage", uris: ["azureStorage://acc/c/p"] }, ["azureStorage azureStorage://acc/c/p"]],
    [{ type: "azure", objects: [{ bucket: "c", path: "p" }] }, ["azure azure://c/p"]],
    [{ type: "hdfs", paths: ["hdfs://n/a", "/b"] }, ["hdfs hdfs://n/a", "hdfs /b"]],
    [{ type: "hdfs", paths: "hdfs://n/a" }, ["hdfs hdfs://n/a"]],
    [{ type: "local", baseDir: "/data", filter: "*.json" }, ["local /data/*.json"]],
    [{ type: "local", baseDir: "/data/" }, ["local /data/"]],
    [{ type: "local", files: ["/a", "/b"] }, ["local /a", "local /b"]],
    [{ type: "druid", dataSource: "wiki", interval: "2000/2001" }, ["druid wiki"]],
    [{ type: "delta", tablePath: "/t" }, ["delta /t"]],
    [{ type: "iceberg", namespace: "n", tableName: "t" }, ["iceberg n.t"]],
    [
      { type: "sql", database: { connectorConfig: { connectURI: "jdbc:x", password: "p" } }, sqls: ["SELECT 1"] },
      ["sql"],
    ],
    [
      { type: "combining", delegates: [{ type: "inline" }, { type: "http", uris: ["http://h/a"] }] },
      ["inline", "http http://h/a"],
    ],
    [{ type: "of our own", uris: ["http://h/a"] }, ["extern http://h/a"]],
    [{}, ["extern"]],
    [[], ["extern"]],
    ["x", ["extern"]],
  ])("%j", (json, expected) => {
    expect(extern(json)).toEqual(expected);
  });

  test.each<[string, string[]]>([
    [
      `TABLE(EXTERN(inputFormat => '{"type":"csv"}', inputSource => '{"type":"inline","data":"x"}')) EXTEND (a VARCHAR, b BIGINT)`,
      ["inline"],
    ],
    [`TABLE(EXTERN('{"type":"inline",\n"data":', '}', 'x')) (a VARCHAR)`, ["extern"]],
    [`TABLE(EXTERN('{"type":'\n'"inline"}', '{}', '[]'))`, ["inline"]],
    [`TABLE(EXTERN(U&'{"type":"\\0069nline"}', '{}', '[]')) AS x, b`, ["inline", "table b"]],
    ["TABLE(EXTERN(?, ?, ?))", ["extern"]],
    ["TABLE(EXTERN())", ["extern"]],
    [
      "TABLE(HTTP(userName => 'bob', password => 'p', uris => ARRAY['http://h/a', 'http://u:p@h/b'], format => 'csv')) (x VARCHAR)",
      ["http http://h/a", "http http://h/b"],
    ],
    ["TABLE(HTTP(uris => 'http://h/a, http://u:p@h/b', format => 'csv'))", ["http http://h/a", "http http://h/b"]],
    ["TABLE(http(uris => ?))", ["http"]],
    ["TABLE(HTTP(uris => ARRAY[?, 'http://h/a']))", ["http"]],
    ["TABLE(S3(bucket => 'b', paths => ARRAY['x', 'y'], accessKeyId => 'AK'))", ["s3 s3://b/x", "s3 s3://b/y"]],
    ["TABLE(S3(uris => ARRAY['s3://b/x']))", ["s3 s3://b/x"]],
    ["TABLE(INLINE(data => ARRAY['a,b', 'c,d'], format => 'csv')) (a VARCHAR)", ["inline"]],
    ["TABLE(LOCALFILES(baseDir => '/d', filter => '*.csv', format => 'csv'))", ["local /d/*.csv"]],
    ["TABLE(LOCALFILES(baseDir => '/d', files => ARRAY['a', 'b']))", ["local /d/a", "local /d/b"]],
    ["TABLE(MY_OWN(a => 'b'))", ["extern"]],
    ["ext.wiki(uris => ARRAY['x']), b", ["extern", "table b"]],
  ])("FROM %s", (from, expected) => {
    expect(sources(`SELECT * FROM ${from}`)).toEqual(expected);
  });

  test("cut at 20, and each at 120 characters", () => {
    const uris = Array.from({ length: 1_000 }, (_, n) => `http://h/${"long/".repeat(100)}${n}`);
    const { facts } = read(`SELECT * FROM TABLE(EXTERN('${JSON.stringify({ type: "http", uris })}'))`);
    expect(facts.sources).toHaveLength(20);
    expect(facts.moreSources).toBe(980);
    expect(facts.sources[7]?.address).toMatch(/^http:\/\/h\/long.*….*long\/7$/);
    expect(Math.max(...facts.sources.map(({ address }) => address?.length ?? 0))).toBe(120);
  });
});

test("reads names every datasource that is read, also those cut from the sources", () => {
  const tables = Array.from({ length: 30 }, (_, n) => `t${n}`);
  const { reads, facts } = read(`SELECT * FROM ${tables.join(", ")}, sys.segments, TABLE(APPEND('u'))`);
  expect(reads).toEqual([...tables, "u"]);
  expect(facts.moreSources).toBe(12);
});

test.each<[string, unknown]>([
  ["s3(bucket => 'b', prefix => 'p/q')", { type: "s3", address: "s3://b/p/q" }],
  ["google(bucket => 'b', prefix => 'p')", { type: "google", address: "gs://b/p" }],
  ["local(exportPath => '/tmp/x')", { type: "local", address: "/tmp/x" }],
  ["local", { type: "local" }],
  ["s3(bucket => ?)", { type: "s3" }],
])("destination of an export to %s", (destination, expected) => {
  const { facts } = read(`INSERT INTO EXTERN(${destination}) AS CSV SELECT * FROM a`);
  expect(facts).toStrictEqual({ kind: "EXPORT", destination: expected, sources: [{ type: "table", address: "a" }] });
});

test.each([
  ["nested parentheses", `SELECT ${"(".repeat(100_000)}1${")".repeat(100_000)} FROM a`],
  ["nested queries", `${"SELECT * FROM (".repeat(20_000)}SELECT * FROM a${")".repeat(20_000)}`],
  [
    "names of WITH",
    `WITH ${Array.from({ length: 6_000 }, (_, n) => `w${n} AS (SELECT * FROM a)`).join(",")} SELECT * FROM w1`,
  ],
  ["tables", `SELECT * FROM ${"a, ".repeat(100_000)} a`],
  ["inline data", `SELECT * FROM a, TABLE(EXTERN('{"type":"inline","data":"${"x''y ".repeat(200_000)}"}'))`],
  ["open quotes of WITH", `WITH ${"w (".repeat(60_000)} SELECT * FROM a`],
  ["settings", `${"SET a = 1;".repeat(30_000)} SELECT * FROM a`],
  ["a literal of 10 MB", `SELECT '${"x".repeat(10_000_000)}' FROM a`],
  ["colons in an address", `SELECT 1 FROM a, TABLE(HTTP(uris => 'http://${":".repeat(1_000_000)}'))`],
  ["spaces in an address", `SELECT 1 FROM a, TABLE(HTTP(uris => 'http://h/a${" ".repeat(1_000_000)}'))`],
  ["JSON of any depth", `SELECT 1 FROM a, TABLE(EXTERN('${"[".repeat(500_000)}${"]".repeat(500_000)}'))`],
  ["marks of addresses", `SELECT '${"://a:b".repeat(150_000)}' FROM a`],
  ["parameters of an address", `SELECT 'http://h/?${"&a=b".repeat(200_000)}' FROM a`],
  ["columns", `SELECT 1 FROM a PARTITIONED BY DAY CLUSTERED BY ${"a, ".repeat(100_000)} b`],
])("describe() takes much of %s in linear time", (_, query) => {
  const computed = cpuClock();
  const { facts } = read(query.startsWith("SET") ? query : `INSERT INTO t ${query}`);
  expect(computed()).toBeLessThan(10_000);
  expect(facts.sources.length).toBeLessThan(3);
});

test("describe() reads a list of more addresses than a call may have arguments", () => {
  const uris = JSON.stringify(Array.from({ length: 200_000 }, (_, index) => `http://h/${index}`));
  const { facts } = read(
    `INSERT INTO t SELECT * FROM TABLE(EXTERN('{"type":"http","uris":${uris}}')) PARTITIONED BY ALL`,
  );
  expect([facts.sources.length, facts.moreSources]).toEqual([20, 199_980]);
});
