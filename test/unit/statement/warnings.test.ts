import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { readStatement as read } from "../../../src/statement/facts";
import { type WarningOptions, warningsFor } from "../../../src/statement/warnings";

const warnings = (sql: string, options?: WarningOptions) => warningsFor(read(sql), options).map(({ text }) => text);
const INSERT = "INSERT INTO wiki SELECT * FROM raw PARTITIONED BY DAY";
const REPLACE = "REPLACE INTO wiki OVERWRITE ALL SELECT * FROM raw PARTITIONED BY DAY";
const WHERE = "REPLACE INTO wiki OVERWRITE WHERE __time >= TIMESTAMP '2000-01-01' SELECT * FROM raw PARTITIONED BY DAY";
const EXPORT = "INSERT INTO EXTERN(local(exportPath => '/x')) AS CSV SELECT * FROM wiki";
const NONE = { isNone: true, text: "0 rows" };
const THERE = { isNone: false, text: "1,461 rows" };
const recorded = { kind: "INSERT", dataSource: "wiki", partitionedBy: "DAY" } as const;

test("warningsFor() tells of the dangerous, and of nothing else", () => {
  expect(warnings(INSERT)).toEqual([]);
  expect(warnings(REPLACE)).toEqual([expect.stringContaining('OVERWRITE ALL replaces every row in "wiki"')]);
});

test.each<[string, string, WarningOptions]>([
  ["a plain INSERT", INSERT, {}],
  ["a REPLACE of a part", WHERE, {}],
  ["a REPLACE of a part that ran before", WHERE, { recorded: { ...recorded, kind: "REPLACE" } }],
  ["an INSERT that ran before into another datasource", INSERT, { recorded: { ...recorded, dataSource: "other" } }],
  ["data that is kept", INSERT, { onDelete: "keepData" }],
  ["an export", EXPORT, { onDelete: "dropDatasource" }],
  [
    "a REPLACE that reads its own target",
    "REPLACE INTO wiki OVERWRITE WHERE __time > ? SELECT * FROM wiki PARTITIONED BY DAY",
    {},
  ],
  ["a name of WITH like the target", "INSERT INTO w WITH w AS (SELECT 1) SELECT * FROM w PARTITIONED BY ALL", {}],
  ["a flag that is off", INSERT, { context: { waitUntilSegmentsLoad: "false" } }],
  ["rows that may not be left out", INSERT, { context: { mode: "nonStrict", maxParseExceptions: 0 } }],
  [
    "an export that goes elsewhere now",
    EXPORT,
    { recorded: { kind: "EXPORT", destination: { type: "local", address: "/y" } } },
  ],
  ["an export that was a load before", EXPORT, { recorded }],
  ["a query that cannot be read", "INSERT INTO wiki SELECT 'a", {}],
  ["OVERWRITE ALL where no rows are", REPLACE, { rows: NONE, onDelete: "dropDatasource" }],
  ["an INSERT that ran before, where no rows are now", INSERT, { rows: NONE, recorded }],
  ["a drop that was warned about", INSERT, { onDelete: "dropDatasource", isNewOnDelete: false }],
  ["a key that nobody knows", INSERT, { context: { maxNumFoo: 1, ours: 2, timeout: 1 } }],
])("warningsFor() is silent about %s", (_, sql, options) => {
  expect(warnings(sql, options)).toEqual([]);
});

test.each<[string, string, WarningOptions, RegExp]>([
  [
    "an export that runs again",
    EXPORT,
    { recorded: { kind: "EXPORT", destination: { type: "local", address: "/x" } } },
    /^The export runs again into the same destination, and Druid fails it if files are there/,
  ],
  [
    "a secret export that runs again",
    EXPORT,
    { recorded: { kind: "EXPORT", destination: { type: "local" } } },
    /^The export runs again/,
  ],
  ["lost rows", INSERT, { context: { maxParseExceptions: "5" } }, /^Up to 5 row\(s\) that cannot be read/],
  ["any lost rows", `SET maxParseExceptions = -1; ${INSERT}`, {}, /^Any number of rows that cannot be read/],
  ["the lax mode", INSERT, { context: { mode: "nonStrict" } }, /^Any number of rows that cannot be read/],
  ["OVERWRITE ALL", REPLACE, {}, /^OVERWRITE ALL replaces every row in "wiki", including/],
  [
    "OVERWRITE ALL over rows",
    REPLACE,
    { rows: THERE },
    /^OVERWRITE ALL replaces every row in "wiki" \(now 1,461 rows\), including rows loaded by others/,
  ],
  [
    "a drop of rows",
    INSERT,
    { onDelete: "dropDatasource", rows: THERE },
    /a delete removes every row from "wiki" \(now 1,461 rows\)/,
  ],
  [
    "segments of two sizes in the cluster",
    INSERT,
    { rows: { ...THERE, otherPartitions: "MONTH" } },
    /^PARTITIONED BY changes from MONTH to DAY: "wiki" will hold/,
  ],
  [
    "a key that is misspelled",
    INSERT,
    { context: { maxNumTask: 3 } },
    /^Druid may ignore the context key "maxNumTask"; did you mean "maxNumTasks"\?$/,
  ],
  [
    "a key of SET that is misspelled",
    `SET finalizeAgregations = FALSE; ${INSERT}`,
    {},
    /did you mean "finalizeAggregations"/,
  ],
  [
    "a condition that covers all",
    WHERE,
    { explained: { replaceTimeChunks: "ALL" } },
    /it replaces every row in "wiki"$/,
  ],
  [
    "an INSERT that ran before",
    INSERT,
    { recorded },
    /^INSERT appends: "wiki" will hold the rows of the last run and the new ones/,
  ],
  [
    "an INSERT that reads its target",
    INSERT.replace("raw", 'druid."wiki"'),
    {},
    /^INSERT reads "wiki" and writes to it/,
  ],
  [
    "segments of two sizes",
    WHERE.replace("DAY", "'PT1H'"),
    { recorded },
    /^PARTITIONED BY changes from DAY to HOUR: "wiki" will hold/,
  ],
  [
    "a drop",
    INSERT,
    { onDelete: "dropDatasource" },
    /^With onDelete "dropDatasource", a delete removes every row from "wiki"/,
  ],
  [
    "a function of the moment",
    INSERT.replace("*", "CURRENT_TIMESTAMP"),
    {},
    /^CURRENT_TIMESTAMP is non-deterministic: a retry may load different rows/,
  ],
  ["a SELECT", "SELECT 1", {}, /^SELECT loads nothing/],
  [
    "a wait in the context",
    INSERT,
    { context: { waitUntilSegmentsLoad: true } },
    /^"waitUntilSegmentsLoad" only keeps/,
  ],
  ["a wait in the SQL", `SET waitUntilSegmentsLoad = TRUE; ${INSERT}`, {}, /^"waitUntilSegmentsLoad" only keeps/],
])("warningsFor() tells of %s", (_, sql, options, expected) => {
  expect(warnings(sql, options)).toEqual([expect.stringMatching(expected)]);
});

describe("warningsFor() tells of sketches that land as numbers:", () => {
  const hint = /^(\w+(?:, \w+)*) stores a plain number, .*set finalizeAggregations to false in the input "context"$/;
  const load = (columns: string, rest = "") =>
    `INSERT INTO t SELECT ${columns} FROM raw GROUP BY 1${rest} PARTITIONED BY ALL`;
  const hinted = (sql: string, context?: Record<string, unknown>) =>
    warnings(sql, context && { context }).flatMap((warning) => hint.exec(warning)?.[1] ?? []);

  test.each<[string, string]>([
    [
      readFileSync(join(__dirname, "../../fixtures/sql/19-finalize-sketch.sql"), "utf8"),
      "APPROX_COUNT_DISTINCT_BUILTIN",
    ],
    [load("a, APPROX_COUNT_DISTINCT(b) AS u"), "APPROX_COUNT_DISTINCT"],
    [load("a, approx_count_distinct_ds_hll(b) AS u"), "APPROX_COUNT_DISTINCT_DS_HLL"],
    [
      load("a, APPROX_COUNT_DISTINCT_DS_THETA (b) AS u, DS_TUPLE_DOUBLES(b, c) AS v"),
      "APPROX_COUNT_DISTINCT_DS_THETA, DS_TUPLE_DOUBLES",
    ],
    [
      "INSERT INTO t SELECT * FROM (SELECT a, APPROX_COUNT_DISTINCT(b) AS u FROM raw GROUP BY 1) PARTITIONED BY ALL",
      "APPROX_COUNT_DISTINCT",
    ],
    ["INSERT INTO t SELECT APPROX_COUNT_DISTINCT(b) AS u FROM raw PARTITIONED BY ALL", "APPROX_COUNT_DISTINCT"],
    [`SET finalizeAggregations = TRUE; ${load("a, APPROX_COUNT_DISTINCT(b) AS u")}`, "APPROX_COUNT_DISTINCT"],
  ])("%s", (sql, names) => {
    expect(hinted(sql)).toEqual([names]);
    expect(hinted(sql, { finalizeAggregations: true })).toEqual([names]);
  });

  test.each<[string, Record<string, unknown>]>([
    [load("a, APPROX_COUNT_DISTINCT(b) AS u"), { finalizeAggregations: false }],
    [load("a, APPROX_COUNT_DISTINCT(b) AS u"), { finalizeAggregations: "FALSE" }],
    [`SET finalizeAggregations = FALSE; ${load("a, APPROX_COUNT_DISTINCT(b) AS u")}`, {}],
    [`SET finalizeAggregations = FALSE; ${load("a, APPROX_COUNT_DISTINCT(b) AS u")}`, { finalizeAggregations: true }],
    [load("a, DS_HLL(b) AS u, DS_THETA(b) AS v, LATEST(c) AS w, COUNT(DISTINCT d) AS x"), {}],
    [load("a", " HAVING APPROX_COUNT_DISTINCT(b) > 5"), {}],
    [load("a, 'APPROX_COUNT_DISTINCT(b)' AS u, \"APPROX_COUNT_DISTINCT\" AS v"), {}],
    ["SELECT APPROX_COUNT_DISTINCT(b) FROM raw", {}],
    ["INSERT INTO EXTERN(local(exportPath => '/x')) AS CSV SELECT APPROX_COUNT_DISTINCT(b) AS u FROM raw", {}],
  ])("but not of %s with %j", (sql, context) => {
    expect(hinted(sql, context)).toEqual([]);
  });
});

describe("warningsFor() tells of a null that makes a column without a type:", () => {
  const told = (sql: string, parameters: unknown[]) =>
    warnings(sql, { parameters }).filter((warning) => warning.includes("write CAST(? AS VARCHAR)"));
  const sql = (columns: string) => `INSERT INTO t SELECT ${columns} FROM raw WHERE a = ? PARTITIONED BY ALL`;

  test.each<[string, unknown[], string]>([
    [readFileSync(join(__dirname, "../../fixtures/sql/16-null-parameter.sql"), "utf8"), [null], "parameters[0]"],
    [sql("? AS d, ? AS e"), ["x", { type: "VARCHAR", value: null }, null], "parameters[1]"],
    [sql("DISTINCT ? AS d, a, ? AS e"), [null, null, 1], "parameters[0], parameters[1]"],
    ["INSERT INTO t SELECT * FROM (SELECT a, ? AS d FROM raw) PARTITIONED BY ALL", [null], "parameters[0]"],
  ])("%s with %j", (query, parameters, names) => {
    expect(told(query, parameters)).toEqual([expect.stringContaining(`${names} is null and makes a column`)]);
  });

  test.each<[string, unknown[]]>([
    [sql("CAST(? AS VARCHAR) AS d"), [null, null]],
    [sql("COALESCE(?, 'x') AS d, CONCAT('x', ?) AS e"), [null, null, null]],
    [sql("? AS d"), ["x", null]],
    [sql("? AS d"), [{ type: "BIGINT", value: 0 }, null]],
  ])("but not of %s with %j", (query, parameters) => {
    expect(told(query, parameters)).toEqual([]);
  });
});

test("warningsFor() says of OVERWRITE ALL in another granularity that all segments are rewritten", () => {
  expect(warnings(REPLACE, { recorded: { ...recorded, partitionedBy: "HOUR" } })[1]).toMatch(
    /all segments of "wiki" are rewritten$/,
  );
});

test("warningsFor() names what is secret, never its value, and is silent once the query is secret", () => {
  const json = JSON.stringify({ type: "s3", uris: ["s3://u:c4nary@b/x"], properties: { secretAccessKey: "c4nary" } });
  const sql = `INSERT INTO wiki SELECT * FROM TABLE(EXTERN('${json}')) PARTITIONED BY ALL`;
  expect(warnings(sql)).toEqual([
    'The query contains a password in a URI (line 1), "secretAccessKey" (line 1) in plain text; wrap it with pulumi.secret()',
  ]);
  expect(warnings(sql, { isSecret: true })).toEqual([]);
});
