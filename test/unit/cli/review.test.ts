import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import type { DruidClient } from "../../../src/druid/client";
import { cli } from "./outside";

const folder = mkdtempSync(join(tmpdir(), "review-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const URN = "urn:pulumi:dev::shop::group$pulumi-nodejs:dynamic/druid:MsqIngestion::";
const OLD = `REPLACE INTO "wiki" OVERWRITE ALL -- nightly
SELECT TIME_PARSE("t") AS __time, "page"
FROM TABLE(EXTERN('{"type":"http","uris":["http://u:c4nary@h/x"],"httpAuthenticationPassword":"c4nary"}', '{"type":"json"}'))
  EXTEND ("t" VARCHAR, "page" VARCHAR)
WHERE "lang" = 'de' AND "key" = 'c4nary-Key1' AND TIME_PARSE("t") > TIMESTAMP '2024-01-02 03:04:05'
PARTITIONED BY DAY`;
const NEW = OLD.replace('"page"\n', '"page",\n  "added" -- new\n').replace("-- nightly", "").replace("'de'", "'en'");
const inputs = (query: unknown, more = {}) => ({
  query,
  dataSource: "wiki",
  url: "http://router:8888",
  statement: { kind: "REPLACE", dataSource: "wiki", overwrite: "ALL", partitionedBy: "DAY" },
  ...more,
});
const PREVIEW = {
  steps: [
    { op: "same", urn: `${URN}calm`, oldState: { inputs: inputs(OLD) }, newState: { inputs: inputs(OLD) } },
    { op: "update", urn: `${URN}pages`, oldState: { inputs: inputs(OLD) }, newState: { inputs: inputs(NEW) } },
    { op: "create", urn: `${URN}hidden`, newState: { inputs: inputs("[secret]") } },
    {
      op: "replace",
      urn: `${URN}moved`,
      oldState: { inputs: inputs(OLD) },
      newState: { inputs: inputs(OLD, { __secretQuery: true }) },
    },
    { op: "create-replacement", urn: `${URN}moved`, newState: { inputs: inputs(OLD) } },
    { op: "delete", urn: `${URN}gone`, oldState: { inputs: inputs(OLD, { onDelete: "dropDatasource" }) } },
    { op: "create", urn: "urn:pulumi:dev::shop::aws:s3/bucket:Bucket::b", newState: { inputs: {} } },
  ],
  diagnostics: [
    { urn: `${URN}pages`, severity: "info", message: "info: Why: runs because the query changed (3 lines)\n" },
    {
      urn: `${URN}pages`,
      severity: "info",
      message: 'Impact: replaces 5 rows, 1 segment, 1.0 kB of "wiki": all that is there',
    },
    { urn: `${URN}pages`, severity: "info", message: "Schema: +added BIGINT" },
    {
      urn: `${URN}pages`,
      severity: "warning",
      message: "warning: OVERWRITE ALL replaces <b>all</b> | [overwrite-all]\n",
    },
    { urn: `${URN}bad`, severity: "error", message: "error: Cannot plan: no (line 1)\n  1 | SELEC\n    | ^\n" },
    { severity: "info", message: "hello" },
  ],
};
const review = (words: string[] = [], preview: unknown = PREVIEW) =>
  cli(["review", ...words], { input: async () => JSON.stringify(preview) });

describe("review of a preview", () => {
  test("begins with a table of everything that changes", async () => {
    const { code, out } = await review();
    expect(code).toBe(0);
    expect(out.split("\n").slice(0, 11)).toEqual([
      "## Druid ingestions: 1 failing, 1 delete, 1 create, 1 replace, 1 update, 1 unchanged",
      "",
      "> ✖ The preview has failed, so ingestions may be missing here: see its own output.",
      "",
      "| ingestion | | statement | target | rows | warnings |",
      "|---|---|---|---|---|---|",
      "| `bad` |  |  |  |  | ✖ fails |",
      '| `gone` | delete | REPLACE OVERWRITE ALL | `wiki` | drops "wiki" with all its rows | ⚠ drop-datasource |',
      "| `hidden` | create | REPLACE OVERWRITE ALL | `wiki` |  |  |",
      "| `moved` | replace | REPLACE OVERWRITE ALL | `wiki` |  |  |",
      '| `pages` | update | REPLACE OVERWRITE ALL | `wiki` | replaces 5 rows, 1 segment, 1.0 kB of "wiki": all that is there | ⚠ overwrite-all |',
    ]);
  });

  test("gives each a section with why, schema, warnings and the changed lines", async () => {
    const { out } = await review();
    const section = /### `pages`: update\n([\s\S]*)/.exec(out)?.[1] ?? "";
    expect(section).toContain("> ⚠ OVERWRITE ALL replaces &lt;b&gt;all&lt;/b&gt; | \\[overwrite-all\\]");
    expect(section).toContain('- **Target:** "wiki" on http://router:8888');
    expect(section).toContain("- **Why:** runs because the query changed (3 lines)");
    expect(section).toContain("- **Schema:** +added BIGINT");
    expect(section).toContain("SQL, 3 lines changed:\n\n```diff\n");
    expect(section).toContain(
      '\n-SELECT TIME_PARSE("t") AS __time, "page"\n+SELECT TIME_PARSE("t") AS __time, "page",\n+  "added"',
    );
    expect(section).toMatch(
      /\n-WHERE "lang" = 'de' .*\n\+WHERE "lang" = 'en' AND "key" = '…' AND TIME_PARSE\("t"\) > TIMESTAMP '2024-01-02 03:04:05'\n/,
    );
    expect(out).toContain("> ```\n>   1 | SELEC\n>     | ^\n> ```");
  });

  test("hides credentials, literals that may be credentials, and secret queries", async () => {
    const { out } = await review();
    expect(out).not.toContain("c4nary");
    expect(out).toMatch(/### `hidden`: create\n[\s\S]*?The query is a secret and is not shown\./);
    expect(out).toMatch(/### `moved`: replace\n[\s\S]*?The query is a secret and is not shown\./);
  });

  test("says if only the format of the SQL changed, or if it is a different query", async () => {
    const step = (query: string) => ({
      op: "update",
      urn: `${URN}x`,
      oldState: { inputs: inputs(OLD) },
      newState: { inputs: inputs(query) },
    });
    expect((await review([], { steps: [step(OLD.replaceAll("\n", " \n  "))] })).out).toContain(
      "Only white space and comments of the SQL changed",
    );
    expect((await review([], { steps: [step("INSERT INTO t SELECT 'it's' x'")] })).out).toContain(
      "its quotes do not match",
    );
    expect((await review([], { steps: [] })).out).toBe("## Druid ingestions: none\n");
  });

  test("--check fails on chosen warnings and on errors", async () => {
    expect(await review(["--check", "overwrite-all,drop-datasource"])).toMatchObject({
      code: 1,
      err: "Not passed: bad: it fails, gone: drop-datasource, pages: overwrite-all\n",
    });
    const kept = PREVIEW.steps.filter(({ op }) => op !== "delete");
    const calm = { steps: kept, diagnostics: PREVIEW.diagnostics.slice(0, 4) };
    expect((await review(["--check", "drop-datasource"], calm)).code).toBe(0);
    expect((await review(["--check", "all"], calm)).code).toBe(1);
    expect(await review(["--check", "drop-datasorce"])).toMatchObject({
      code: 2,
      err: expect.stringContaining('there is no warning "drop-datasorce"'),
    });
  });

  test("says that a preview has failed where no ingestion has, without the words of others", async () => {
    const diagnostics = [{ severity: "error", message: "error: password c4nary is wrong" }];
    expect(await review([], { steps: [], diagnostics })).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^## Druid ingestions: none\n\n> ✖ The preview has failed[^c]*ingestions may be missing/,
      ),
    });
    const checked = await review(["--check", "overwrite-all"], { steps: [], diagnostics });
    expect(checked).toMatchObject({ code: 1, err: "Not passed: the preview has failed\n" });
    expect(checked.out).not.toContain("c4nary");
  });

  test("shows the error of an ingestion without Pulumi's own words before it", async () => {
    const message = `error: pulumi-nodejs:dynamic/druid:MsqIngestion resource 'bad' has a problem: Cannot plan it\n`;
    const { out } = await review([], { steps: [], diagnostics: [{ urn: `${URN}bad`, severity: "error", message }] });
    expect(out).toContain("> ✖ Cannot plan it\n");
  });

  test("a delete drops nothing that is retained", async () => {
    const gone = { op: "delete", urn: `${URN}gone` };
    const oldState = { inputs: inputs(OLD, { onDelete: "dropDatasource" }), retainOnDelete: true };
    expect((await review(["--check", "all"], { steps: [{ ...gone, oldState }] })).code).toBe(0);
  });

  test("refuses input that is not a preview", async () => {
    expect(await review([], "x")).toMatchObject({
      code: 2,
      err: expect.stringContaining("standard input holds no preview"),
    });
  });
});

describe("review of files", () => {
  const file = (name: string, sql: string) => {
    const path = join(folder, name);
    writeFileSync(path, sql);
    return path;
  };

  test("reviews them by their text alone without a connection", async () => {
    const { code, out } = await cli(["review", file("a.sql", OLD), file("b.sql", "SELEC 1")]);
    expect(code).toBe(0);
    expect(out).toContain("REPLACE OVERWRITE ALL | `wiki` |");
    expect(out).toContain("overwrite-all");
    expect(out).toContain("The query is not an INSERT, REPLACE or SELECT statement (line 1, column 1)");
    expect(out).not.toContain("c4nary");
  });

  test("also asks Druid if there is a connection", async () => {
    const client = {
      url: "http://router:8888",
      explain: async () => ({
        attributes: { replaceTimeChunks: "all", partitionedBy: "DAY" },
        nativeQueries: 1,
        unitesTables: false,
        columns: [
          { name: "page", type: "STRING" },
          { name: "added", type: "LONG" },
        ],
      }),
      holding: async () => ({
        columns: [{ name: "page", type: "VARCHAR" }],
        groups: [{ place: "inside", period: "DAY", segments: 2, rows: 7, bytes: 900, uncounted: 0 }],
      }),
    } as unknown as DruidClient;
    const { out } = await cli(["review", file("c.sql", OLD)], {
      env: { DRUID_URL: "http://router:8888" },
      druid: () => client,
    });
    expect(out).toContain('- **Impact:** replaces 7 rows, 2 segments, 900 B of "wiki": all that is there');
    expect(out).toContain("- **Schema:** +added BIGINT");
    expect(out).toContain("(now 7 rows)");
  });

  test("says which file cannot be read", async () => {
    expect(await cli(["review", "no-such.sql"])).toMatchObject({
      code: 2,
      err: expect.stringContaining('the file "no-such.sql" cannot be read'),
    });
  });
});
