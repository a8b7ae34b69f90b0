/** Checks of loaded rows: never a second load, whatever becomes of them. */
import { describe, expect, test } from "@jest/globals";
import { type FakeDruid, faults } from "../../harness/fake";
import { json, text } from "../../harness/fake/exchange";
import type { ProviderProcess } from "../../harness/virtual/process";
import { insert, replace, setUp } from "../../harness/virtual/setup";

const query = insert("A");
const FIND = 'SELECT "user" FROM "events" WHERE "n" < 0';
const duplicates = { name: "no negatives", query: FIND };

/** The Broker answers queries that contain the text with these rows, until told otherwise. */
function tell(fake: FakeDruid, text: string, rows: object[]): { stop(): void } {
  let told = true;
  const on = ({ route, json: body }: { route: string; json: unknown }) =>
    told && route === "sql" && String((body as { query?: string }).query).includes(text);
  fake.faults.add({ name: "rows", effect: "now", times: Number.POSITIVE_INFINITY, on, answer: json(200, rows) });
  return { stop: () => (told = false) };
}

const isCheck = ({ json: body }: { json: unknown }) => (body as { query?: string } | undefined)?.query === FIND;
const submits = (fake: FakeDruid) => fake.receivedOn("submit").filter(({ json: body }) => isRun(body)).length;
const isRun = (body: unknown) => !String((body as { query?: string }).query).startsWith("EXPLAIN");
const sqlOf = (fake: FakeDruid) => fake.receivedOn("sql").map(({ json: body }) => (body as { query: string }).query);
const messages = (lines: readonly { message: string }[]) => lines.map(({ message }) => message);

describe("checks that pass", () => {
  test("are listed in preview, run once the rows can be queried, and are an output", async () => {
    const { fake, stack } = setUp();
    tell(fake, FIND, []);
    const checks = { minRows: 1_000, maxRows: 1_000, maxWarnings: 0, notNull: ["user"], sql: [duplicates] };
    const preview = await stack.preview({ query, checks });
    expect(messages(preview.lines)).toContain(
      "Checks that will run on the rows: minRows, maxRows, maxWarnings, notNull user, no negatives",
    );
    expect((await stack.up({ query, checks })).error).toBeUndefined();
    expect(stack.outputs).toMatchObject({
      state: "SUCCESS",
      checks: [
        { name: "minRows", passed: true, found: "1000" },
        { name: "maxRows", passed: true, found: "1000" },
        { name: "maxWarnings", passed: true, found: "0" },
        { name: "notNull user", passed: true, found: "no null in 1000 rows" },
        { name: "no negatives", passed: true, found: "no row" },
      ],
    });
    const before = fake.received.findLastIndex(({ route }) => route === "candidates");
    const first = fake.received.findIndex(
      ({ route, json: body }) => route === "sql" && JSON.stringify(body).includes("IS NULL"),
    );
    expect(first).toBeGreaterThan(before);
    expect(await stack.up({ query, checks })).toMatchObject({ asked: ["check", "diff"], requests: 0 });
  });

  test("are not part of the content: adding, changing or removing one loads nothing", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query });
    const { number, published, taskId } = stack.outputs;
    for (const checks of [{ minRows: 1 }, { minRows: 2 }, undefined]) {
      const outcome = await stack.up({ query, ...(checks && { checks }) });
      expect(outcome).toMatchObject({ asked: ["check", "diff", "update"], requests: 0 });
      expect(stack.outputs).toMatchObject({ number, published, taskId, state: "SUCCESS" });
      expect(stack.outputs.checks).toEqual(checks && [{ name: "minRows", passed: true, found: "1000" }]);
      expect((await stack.up({ query, ...(checks && { checks }) })).asked).toEqual(["check", "diff"]);
    }
    expect(submits(fake)).toBe(1);
  });

  test("stay when another input changes, and run again after other content", async () => {
    const { fake, stack } = setUp();
    const checks = { sql: [{ ...duplicates, expect: "no row" }] };
    tell(fake, FIND, []);
    await stack.up({ query, checks });
    await stack.up({ query, checks, onDelete: "dropDatasource" });
    expect(stack.outputs.checks).toHaveLength(1);
    expect(sqlOf(fake).filter((sql) => sql === FIND)).toHaveLength(1);
    await stack.up({ query: insert("B"), checks });
    expect(sqlOf(fake).filter((sql) => sql === FIND)).toHaveLength(2);
  });

  test.each([
    ["a value", 3, [{ EXPR$0: 3 }]],
    ["a text", "x", [{ a: "x" }]],
    ["a row", { a: 1, b: null }, [{ b: null, a: 1 }]],
    ["a list of rows", [{ a: 1 }, { a: 2 }], [{ a: 1 }, { a: 2 }]],
    ["any row", "a row", [{ a: 1 }, { a: 2 }]],
  ])("may expect %s", async (_what, expected, rows) => {
    const { fake, stack } = setUp();
    const watch = tell(fake, FIND, rows);
    const checks = { sql: [{ name: "x", query: FIND, expect: expected }] };
    expect((await stack.up({ query, checks })).error).toBeUndefined();
    watch.stop();
    tell(fake, FIND, []);
    expect((await stack.up({ query, checks: { ...checks, minRows: 1 } })).error).toContain("and found no row");
  });
});

describe("a check that fails", () => {
  const rows = [1, 2, 3, 4].map((n) => ({ user: `u${n}` }));

  test("fails the resource with what it expected and found and three rows, keeps the load, and runs again", async () => {
    const { fake, stack } = setUp();
    const watch = tell(fake, FIND, rows);
    const checks = { minRows: 1, sql: [duplicates] };
    const { error } = await stack.up({ query, checks });
    expect(error).toBe(
      'Cannot create ingestion "events" on "http://router:8888": 1 of 2 checks failed: "no negatives" expected no row ' +
        'and found 4 rows: {"user":"u1"}, {"user":"u2"}, {"user":"u3"}, …; the rows stay and are not loaded again: the ' +
        "next `pulumi up` runs the checks again; a changed query or triggers loads again, and an INSERT then adds to these " +
        "rows",
    );
    expect(stack.resource?.initErrors).toEqual([error]);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 1, checks: [{ passed: true }, { passed: false }] });
    expect(stack.outputs).not.toHaveProperty("checked");
    const again = await stack.up({ query, checks });
    expect(again).toMatchObject({
      asked: ["check", "diff", "update"],
      error: expect.stringContaining("Cannot update"),
    });
    watch.stop();
    tell(fake, FIND, []);
    expect((await stack.up({ query, checks })).error).toBeUndefined();
    expect(stack.outputs).toMatchObject({ number: 1, checks: [{ passed: true }, { passed: true }] });
    expect(fake.tasks).toHaveLength(1);
    expect(fake.contentsOf("events")).toEqual([query]);
  });

  test("stays failed after a refresh, and after a destroy that keeps the data", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query, checks: { minRows: 2_000 } });
    await stack.refresh();
    expect((await stack.up({ query, checks: { minRows: 2_000 } })).error).toContain(
      "expected at least 2000 rows and found 1000",
    );
    await stack.destroy();
    expect((await stack.up({ query, checks: { minRows: 2_000 } })).error).toContain("found 1000");
    expect(fake.contentsOf("events")).toEqual([query]);
  });

  test("also fails if Druid refuses its query, or has no report with the counts", async () => {
    const { fake, stack } = setUp();
    fake.plan({ noReport: true });
    const checks = { minRows: 1, sql: [{ name: "x", query: 'SELECT * FROM "nowhere"' }] };
    const { error } = await stack.up({ query, checks });
    expect(error).toContain('"minRows" expected at least 1 row and found nothing: Druid has no report of the run');
    expect(error).toContain('"x" could not run: Cannot run a query on "http://router:8888": 400');
    expect(error).toContain("Object 'nowhere' not found");
  });

  test("of a run without a report passes once Druid has one", async () => {
    const { fake, stack } = setUp();
    const hidden = { name: "no report", effect: "none", on: "reports", times: 1_000 } as const;
    fake.faults.add({ ...hidden, answer: text(404, "No task reports were found for this task") });
    const checks = { minRows: 1_000, maxWarnings: 0 };
    expect((await stack.up({ query, checks })).error).toContain("Druid has no report of the run");
    fake.faults.clear();
    expect((await stack.up({ query, checks })).error).toBeUndefined();
    expect(stack.outputs).toMatchObject({ rowsWritten: 1_000, report: { rowsWritten: 1_000 }, number: 1 });
  });

  test("waits for a Broker that does not know a new column yet, for a minute and no longer", async () => {
    const { clock, fake, stack } = setUp();
    const error = {
      error: "druidException",
      errorCode: "invalidInput",
      errorMessage: "Column 'n' not found in any table",
    };
    const unknown = { name: "no column", effect: "none", on: isCheck, answer: json(400, error) } as const;
    fake.faults.add({ ...unknown, times: 10 });
    tell(fake, FIND, []);
    expect((await stack.up({ query, checks: { sql: [duplicates] } })).error).toBeUndefined();
    fake.faults.clear();
    fake.faults.add({ ...unknown, times: 1_000 });
    let start = clock.now();
    const changed = { query: insert("B"), checks: { sql: [duplicates] } };
    expect((await stack.up(changed)).error).toContain('"no negatives" could not run: ');
    expect(clock.now() - start).toBeLessThan(100_000);
    start = clock.now();
    expect((await stack.up(changed)).error).toContain("Column 'n' not found");
    expect(clock.now() - start).toBeLessThan(1_000);
  });

  test("names the permission that is missing", async () => {
    const { fake, stack } = setUp();
    fake.faults.add(
      faults.forbidden({ on: ({ json: body }) => JSON.stringify(body ?? "").includes(" < 0"), times: 9 }),
    );
    const { error } = await stack.up({ query, checks: { sql: [duplicates] } });
    expect(error).toContain("grant DATASOURCE READ on what the query reads");
  });

  test.each([{ secretQuery: true }, { secretChecks: true }])("quotes nothing of a secret: %j", async (secret) => {
    const { fake, stack } = setUp();
    tell(fake, FIND, rows);
    const checks = { sql: [duplicates, { name: "y", query: 'SELECT * FROM "nowhere" WHERE "n" = 4711' }] };
    const counted = { ...checks, minRows: 7_777 };
    const { error, lines } = await stack.up({ query, checks: counted }, secret);
    expect(error).toContain("expected no row and found 4 rows;");
    const all = JSON.stringify([error, messages(lines), stack.outputs.checks]);
    const told = JSON.stringify([error, messages(lines)]);
    for (const text of ["no negatives", "7777"]) expect(told.includes(text)).toBe(!("secretChecks" in secret));
    for (const text of ["u1", "nowhere", "4711"]) expect(all).not.toContain(text);
  });
});

describe("what stops the checks", () => {
  const stop = (process: ProviderProcess) => process.interrupt();

  test("waits a minute if the Broker does not answer, then decides nothing, and the next `pulumi up` checks", async () => {
    const { clock, fake, stack } = setUp();
    const on = isCheck;
    await stack.up({ query });
    fake.faults.add(faults.refuse({ on, times: 4 }));
    const watch = tell(fake, FIND, []);
    expect((await stack.up({ query, checks: { sql: [duplicates] } })).error).toBeUndefined();
    watch.stop();
    fake.faults.add(faults.refuse({ on, times: 1_000 }));
    const start = clock.now();
    const changed = { sql: [duplicates], minRows: 1 };
    const { error } = await stack.up({ query, checks: changed });
    expect(clock.now() - start).toBeGreaterThan(30_000);
    expect(error).toContain("(the rows are loaded; the next `pulumi up` runs the checks)");
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 1 });
    expect(stack.outputs).not.toHaveProperty("checked");
    fake.faults.clear();
    tell(fake, FIND, []);
    expect((await stack.up({ query, checks: changed })).error).toBeUndefined();
    expect(fake.tasks).toHaveLength(1);
  });

  test.each(["interrupt", "kill"])("an %s: the rows stay one load, and the next `pulumi up` checks", async (how) => {
    const { fake, stack, later } = setUp();
    const checks = { sql: [duplicates] };
    const on = isCheck;
    fake.faults.add(faults.slow(60_000, { on }));
    const act = how === "interrupt" ? stop : (process: ProviderProcess) => process.kill();
    const { error } = await stack.up({ query, checks }, { meanwhile: later(30_000, act) });
    if (how === "interrupt") {
      expect(error).toContain("Pulumi was asked to stop (the rows are loaded; the next `pulumi up` runs the checks)");
    }
    tell(fake, FIND, [{ user: "x" }]);
    expect((await stack.up({ query, checks })).error).toContain('"no negatives" expected no row and found "x"');
    expect(fake.contentsOf("events")).toEqual([query]);
  });

  test("a failed load runs no checks", async () => {
    const { fake, stack } = setUp();
    fake.plan({ outcome: { fault: "InsertTimeNull" } });
    await stack.up({ query, checks: { sql: [duplicates] } });
    expect(stack.outputs.state).toBe("FAILED");
    expect(sqlOf(fake)).not.toContain(FIND);
  });
});

describe("what a load has written", () => {
  const notNull = ["user"];
  const nulls = (fake: FakeDruid) => sqlOf(fake).filter((sql) => sql.includes("IS NULL"));

  test("is the whole datasource after OVERWRITE ALL", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: replace("A"), checks: { notNull } });
    expect(nulls(fake)[0]).toMatch(/FROM "events"$/);
  });

  test("asks for the JSON of a column of JSON or sketches: to Druid 27 all of its values are null", async () => {
    const { fake, stack } = setUp();
    fake.plan({ columns: ["user"], complex: ["user"] });
    await stack.up({ query: replace("A"), checks: { notNull } });
    expect(nulls(fake)[0]).toContain('FILTER (WHERE TO_JSON_STRING("user") IS NULL)');
  });

  test("is found once for all columns: a request more for a column is that which counts its nulls", async () => {
    const requestsFor = async (columns: string[]) => {
      const { fake, stack } = setUp();
      await stack.up({ query, checks: { notNull: columns } });
      expect(nulls(fake)).toHaveLength(columns.length);
      return fake.received.length;
    };
    expect((await requestsFor(["a", "b", "c"])) - (await requestsFor(["a"]))).toBe(2);
  });

  test("is what an INSERT shares with earlier loads, if its rows cannot be told apart", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query });
    tell(fake, 'AS "nulls"', [{ n: 2_000, nulls: 1 }]);
    tell(fake, "SELECT * FROM", [{ user: null }]);
    const { error } = await stack.up({ query: insert("B"), checks: { notNull } });
    expect(error).toContain(
      '"notNull user" expected no null and found 1 in 2000 rows (rows of earlier loads included): {"user":null}',
    );
  });

  test("may be nothing", async () => {
    const { fake, stack } = setUp({ version: 37 });
    fake.plan({ rows: 0, segments: 0 });
    expect((await stack.up({ query, checks: { notNull } })).error).toBeUndefined();
  });
});

describe("in preview", () => {
  test("the Broker plans new SQL checks, and preview warns of those that it refuses", async () => {
    const { fake, stack } = setUp();
    const checks = { sql: [{ name: "typo", query: 'SELECT "usr" FROM "events"' }, duplicates] };
    const refuse = () => {
      const on = ({ json: body }: { json: unknown }) => JSON.stringify(body ?? "").includes("EXPLAIN PLAN FOR SELECT");
      const error = { error: "druidException", errorCode: "invalidInput", errorMessage: "Column 'usr' not found" };
      fake.faults.add({ name: "refuse", effect: "none", on, answer: json(400, error) });
    };
    expect((await stack.preview({ query, checks })).lines.join()).not.toContain("planned");
    await stack.up({ query });
    refuse();
    const shown = messages((await stack.preview({ query, checks })).lines).join();
    expect(shown).toContain('The check "typo" cannot be planned yet: Cannot run a query on "http://router:8888": 400');
    expect(shown).toContain("Column 'usr' not found");
    refuse();
    const secret = messages((await stack.preview({ query, checks }, { secretChecks: true })).lines).join();
    expect(secret).toContain("The check cannot be planned yet:");
    for (const text of ["usr", "typo"]) expect(secret).not.toContain(text);
    expect(messages((await stack.preview({ query, checks, validate: "off" })).lines).join()).not.toContain("planned");
  });
});

describe("other ways to the rows", () => {
  const failing = { minRows: 2_000 };

  test("an adopted task is checked like a run", async () => {
    const { clock, fake, stack } = setUp();
    const body = JSON.stringify({ query, context: { sqlQueryId: "by-hand" } });
    await fake.handle({ method: "POST", path: "/druid/v2/sql/task", query: {}, headers: {}, body });
    await clock.advance(10_000);
    const adoptTaskId = "query-by-hand";
    expect((await stack.up({ query, adoptTaskId, checks: failing })).error).toContain("found 1000");
    expect(stack.outputs).toMatchObject({ adopted: true, taskId: adoptTaskId });
    expect((await stack.up({ query, adoptTaskId, checks: { minRows: 1 } })).error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([query]);
  });

  test("a replacement is checked, and so is new content after a failed check", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query });
    expect((await stack.up({ query: insert("A", "others"), checks: failing })).error).toContain("Cannot create");
    expect((await stack.up({ query: insert("B", "others"), checks: failing })).error).toContain("Cannot update");
    expect(fake.contentsOf("others")).toEqual([insert("A", "others"), insert("B", "others")]);
  });
});

describe("mistakes", () => {
  const select = "SELECT 1";
  test.each([
    [{ checks: { minRows: -1 } }, '"checks.minRows" must not be negative'],
    [{ checks: { minRows: "x" } }, '"checks.minRows" must be a number'],
    [{ checks: { minRows: 2, maxRows: 1 } }, '"checks.maxRows" must be at least minRows (2)'],
    [{ checks: { rows: 1 } }, '"checks" has no "rows"'],
    [{ checks: { sql: [{ name: "x", query: query }] } }, '"checks.sql[0].query" must be a SELECT'],
    [{ checks: { sql: [{ name: "x", query: "SELECT ?" }] } }, '"checks.sql[0].query" contains "?"'],
    [{ checks: { sql: [{ name: "x", query: "FOO" }] } }, '"checks.sql[0].query" is invalid'],
    [{ checks: { sql: [1, 2].map(() => ({ name: "x", query: select })) } }, '"checks.sql[1].name" "x" is used twice'],
    [{ checks: { notNull: ["a"] }, waitForSegmentLoad: false }, '"checks.notNull" queries the rows'],
    [
      { query: select, checks: { minRows: 1 } },
      '"checks.minRows" needs rows in a datasource, and a SELECT writes none',
    ],
    [{ retries: 1.5 }, '"retries" must be a whole number'],
  ])("are told in preview: %j", async (args, text) => {
    const { stack } = setUp();
    expect((await stack.preview({ query, ...args })).error).toContain(text);
  });
});
