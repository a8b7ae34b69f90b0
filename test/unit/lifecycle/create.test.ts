import { describe, expect, test } from "@jest/globals";
import { faults } from "../../harness/fake";
import { json } from "../../harness/fake/exchange";
import { insert, replace, setUp } from "../../harness/virtual/setup";
import { wire } from "../../harness/virtual/wire";

/** Every value anywhere in it. */
function* leaves(value: unknown): Generator<unknown> {
  if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) yield* leaves(inner);
  else yield value;
}

describe("create", () => {
  test("loads once, and returns when the rows can be queried", async () => {
    const { fake, stack } = setUp();
    const outcome = await stack.up({ query: insert("A") });
    expect(outcome.error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
    expect(fake.warehouse.rowsAtBroker("events")).toBe(1_000);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 1, rowsWritten: 1_000 });
  });

  test("loads, waits until the rows can be queried, and tells all of it", async () => {
    const { fake, stack } = setUp();
    fake.plan({ rows: 1_234, segments: 3, loadDelayMs: 4_000 });
    const outcome = await stack.up({ query: replace("A"), context: { maxNumTasks: 3 }, triggers: ["1"] });

    expect(outcome.error).toBeUndefined();
    expect(outcome.asked).toEqual(["check", "create"]);
    expect(stack.resource?.id).toBe("pulumi-events-e7e12cea53");
    expect(stack.outputs).toEqual({
      query: replace("A"),
      context: { maxNumTasks: 3 },
      triggers: ["1"],
      __urn: stack.urn,
      __organization: "organization",
      __secretQuery: false,
      __provider: 'exports.handler = () => require("pulumi-druid/provider");',
      statement: { kind: "REPLACE", dataSource: "events", overwrite: "ALL", partitionedBy: "ALL", sources: [] },
      key: "pulumi-events-e7e12cea53",
      number: 1,
      published: [expect.stringMatching(/^v1:[0-9a-f]{64}$/)],
      state: "SUCCESS",
      taskId: "query-pulumi-events-e7e12cea53-1",
      dataSource: "events",
      adopted: false,
      consoleUrl: "http://router:8888/unified-console.html#tasks/task_id~query-pulumi-events-e7e12cea53-1",
      url: "http://router:8888",
      segmentLoad: expect.objectContaining({ state: "SUCCESS", totalSegments: 3, pendingSegments: 0, source: "probe" }),
      rowsWritten: 1_234,
      report: {
        startTime: "2024-01-01T00:00:00.000Z",
        durationMs: expect.any(Number),
        rowsRead: 1_234,
        rowsWritten: 1_234,
        bytesRead: 123_400,
        workers: 2,
        warnings: [],
        stages: [
          { number: 0, phase: "FINISHED", workers: 2, partitions: 1, durationMs: expect.any(Number), rows: 1_234 },
          { number: 1, phase: "FINISHED", workers: 2, partitions: 3, durationMs: expect.any(Number), rows: 1_234 },
        ],
      },
      status: {
        createdTime: "2024-01-01T00:00:00.000Z",
        durationMs: expect.any(Number),
        location: { host: "localhost", port: 8_100, tlsPort: -1 },
        groupId: "query-pulumi-events-e7e12cea53-1",
      },
    });
    expect([...leaves(stack.outputs)]).not.toContain(null);
    expect(fake.ledger).toHaveLength(1);
    expect(fake.warehouse.rowsAtBroker("events")).toBe(1_234);
  });

  test("shows the link to the task, then what it waits for, and at the end rows, segments and time", async () => {
    const { fake, stack } = setUp();
    fake.plan({ rows: 65_000, segments: 7, runMs: 44_000, loadDelayMs: 4_000 });
    const { lines } = await stack.up({ query: replace("A") });
    const texts = lines.map(({ kind, message }) => `${kind}: ${message}`);
    const link = texts.findIndex((text) => text.startsWith("info: See the task at http://router:8888/"));
    const wait = texts.indexOf("status: waiting for segments: 0 of 7 can be queried");
    expect(link).toBeGreaterThanOrEqual(0);
    expect(wait).toBeGreaterThan(link);
    expect(texts.at(-1)).toMatch(/^info: 65,000 rows · 7 segments · 4\d s$/);
  });

  test("logs its final line after the checks", async () => {
    const { fake, stack } = setUp();
    const isCheck = ({ json: body }: { json: unknown }) => /"SELECT[^"]*n < 0/.test(JSON.stringify(body ?? ""));
    fake.faults.add({ name: "check", effect: "now", on: isCheck, answer: json(200, []) });
    const sql = [{ name: "no negatives", query: "SELECT 1 FROM events WHERE n < 0" }];
    const { lines } = await stack.up({ query: replace("A"), checks: { sql } });
    expect(stack.outputs).toMatchObject({ checks: [{ name: "no negatives", passed: true }] });
    expect(lines.at(-1)?.message).toMatch(/^1,000 rows · .* s$/);
  });

  test("does not repeat the figures of an earlier load if nothing runs", async () => {
    const { stack } = setUp();
    await stack.up({ query: replace("A") });
    stack.forget();
    const { lines } = await stack.up({ query: replace("A") });
    expect(lines.map(({ message }) => message)).toContainEqual(expect.stringContaining("nothing to run"));
    expect(lines.map(({ message }) => message)).not.toContainEqual(expect.stringMatching(/ rows · .* s$/));
  });

  test("sends what was asked for, its own id and what it is", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A"), context: { maxNumTasks: 3, note: "x" }, parameters: [] });
    const [submitted] = fake
      .receivedOn("submit")
      .filter(({ json }) => !/^EXPLAIN/.test((json as { query: string }).query));
    const [published] = stack.outputs.published as string[];
    expect(submitted?.json).toEqual({
      query: insert("A"),
      context: {
        maxNumTasks: 3,
        note: "x",
        sqlQueryId: "pulumi-events-e7e12cea53-1",
        pulumiDruid: `${published?.replace("+", "")} INSERT events ${stack.urn}`,
      },
    });
  });

  test.each([24, 26, 28, 31, 38] as const)("runs on Druid %d", async (version) => {
    const { fake, stack } = setUp({ version });
    const outcome = await stack.up({ query: replace("A"), context: { waitUntilSegmentsLoad: true } });
    expect(outcome.error).toBeUndefined();
    expect(stack.outputs).toMatchObject({
      state: "SUCCESS",
      segmentLoad: { source: version >= 28 ? "report" : "probe" },
    });
    expect("segmentReport" in stack.outputs).toBe(version >= 30);
    expect([...leaves(stack.outputs)]).not.toContain(null);
    expect(fake.contentsOf("events")).toEqual([replace("A")]);
  });

  test("a user without STATE READ may load all the same", async () => {
    const { stack } = setUp({ forbidden: ["statuses", "capacity", "workers"] });
    expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 1 });
  });

  test("a SELECT gives its rows and loads nothing", async () => {
    const { fake, stack } = setUp();
    fake.plan({
      results: [
        [1, "a"],
        [null, "b"],
      ],
    });
    expect((await stack.up({ query: "SELECT 1" })).error).toBeUndefined();
    expect(stack.outputs).toMatchObject({
      state: "SUCCESS",
      results: {
        rows: [
          { c0: 1, c1: "a" },
          { c0: null, c1: "b" },
        ],
        sqlTypeNames: ["BIGINT", "VARCHAR"],
        truncated: false,
      },
    });
    expect(stack.outputs).not.toHaveProperty("dataSource");
    expect(stack.outputs).not.toHaveProperty("load");
    expect(fake.receivedOn("loadstatus")).toEqual([]);
  });

  test("returns at SUCCESS where the rows need not be there yet", async () => {
    const { clock, fake, stack } = setUp();
    fake.plan({ loadDelayMs: 600_000 });
    const start = clock.now();
    expect((await stack.up({ query: insert("A"), waitForSegmentLoad: false })).error).toBeUndefined();
    expect(clock.now() - start).toBeLessThan(4_000);
    expect(stack.outputs).not.toHaveProperty("load");
    expect(fake.receivedOn("loadstatus")).toEqual([]);
  });

  test("after a state that was lost, takes over what an earlier life has loaded", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    stack.resource = undefined;
    const outcome = await stack.up({ query: insert("A") });
    expect(outcome.error).toBeUndefined();
    expect(stack.outputs).toMatchObject({
      state: "SUCCESS",
      adopted: true,
      number: 2,
      taskId: "query-pulumi-events-e7e12cea53-1",
      report: { rowsWritten: 1_000 },
      segmentLoad: { state: "SUCCESS" },
    });
    expect(outcome.lines.map(({ message }) => message).join("\n")).toMatch(
      /"events" is up to date \(task query-pulumi-events-e7e12cea53-1, finished at 2024-01-01T00:00:02\.\d+Z\)/,
    );
    expect(fake.ledger).toHaveLength(1);
    expect(fake.tasks.map(({ id, type }) => `${type} ${id.slice(-2)}`)).toEqual(["query_controller -1", "noop -2"]);
  });

  test("a run of an earlier life with other content is no reason to leave this one out", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    stack.resource = undefined;
    await stack.up({ query: insert("B") });
    expect(fake.ledger.map(({ content }) => content)).toEqual([insert("A"), insert("B")]);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", adopted: false, number: 2 });
  });

  test("a mark that is forbidden is a warning", async () => {
    const { stack } = setUp({ forbidden: ["noop"] });
    await stack.up({ query: insert("A") });
    stack.resource = undefined;
    const outcome = await stack.up({ query: insert("A") });
    expect(outcome.error).toBeUndefined();
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", adopted: true, number: 1 });
    expect(outcome.lines.filter(({ kind }) => kind === "warning").map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^Cannot guard against delayed requests: .*403.*grant DATASOURCE "events" WRITE/),
    );
  });

  test("rows that are gone are loaded again", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    fake.warehouse.markUnused("events");
    stack.resource = undefined;
    const outcome = await stack.up({ query: insert("A") });
    expect(outcome.error).toBeUndefined();
    expect(fake.ledger.map(({ what }) => what)).toEqual(["insert", "drop", "insert"]);
    expect(stack.outputs).toMatchObject({ number: 2, adopted: false });
    expect(outcome.lines.map(({ message }) => message)).toContain(
      'The rows once loaded into "events" are gone: loading them again',
    );
  });

  test("warnings of the run are counted, and the first three quoted", async () => {
    const { fake, stack } = setUp();
    fake.plan({ badLines: 4 });
    const outcome = await stack.up({ query: insert("A") });
    expect(stack.outputs).toMatchObject({ report: { warnings: [{ errorCode: "CannotParseExternalData", count: 4 }] } });
    const rows = [1, 2, 3].map((line) => `Unable to parse row [{] (Line: ${line})`).join("; ");
    expect(outcome.lines.filter(({ kind }) => kind === "warning").map(({ message }) => message)).toEqual([
      `Task query-pulumi-events-e7e12cea53-1 reported 4 warnings, CannotParseExternalData: ${rows}; ` +
        'getReport("query-pulumi-events-e7e12cea53-1") has all of them',
    ]);
  });

  test("warnings of a secret query are not quoted", async () => {
    const { fake, stack } = setUp();
    fake.plan({ badLines: 4 });
    const { lines } = await stack.up({ query: insert("A") }, { secretQuery: true });
    expect(lines.filter(({ kind }) => kind === "warning").map(({ message }) => message)).toEqual([
      "Task query-pulumi-events-e7e12cea53-1 reported 4 warnings, CannotParseExternalData; " +
        'getReport("query-pulumi-events-e7e12cea53-1") has all of them',
    ]);
  });

  test("outputs cross Pulumi's wire also where no report can be had", async () => {
    const { fake, stack } = setUp();
    fake.plan({ noReport: true });
    const outcome = await stack.up({ query: insert("A") });
    expect(outcome.error).toBeUndefined();
    expect(() => wire(stack.outputs)).not.toThrow();
    expect(stack.outputs).not.toHaveProperty("report");
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", segmentLoad: { totalSegments: 1 } });
  });

  test("rows of a run without a report that somebody has dropped are loaded again", async () => {
    const { fake, stack } = setUp();
    fake.plan({ noReport: true });
    await stack.up({ query: insert("A") });
    fake.warehouse.markUnused("events");
    stack.resource = undefined;
    const outcome = await stack.up({ query: insert("A") });
    expect(outcome.error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 2, adopted: false });
  });

  test("they are also where the record is of a failed run before it, which wrote none", async () => {
    const { clock, fake, stack, later } = setUp();
    fake.plan(/-1$/, { outcome: { fault: "InsertTimeNull", published: false, stageNumber: 1 }, rows: 0 });
    await stack.up({ query: insert("B") });
    expect(stack.outputs).toMatchObject({ state: "FAILED", report: { rowsWritten: 0 } });
    fake.plan(/-2$/, { noReport: true });
    await stack.up({ query: insert("A") }, { meanwhile: later(1_000, (process) => process.kill()) });
    await clock.advance(60_000);
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
    fake.warehouse.markUnused("events");
    expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
    expect(fake.ledger.map(({ what }) => what)).toEqual(["insert", "drop", "insert"]);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 3 });
  });

  test("a refused submit leaves no resource behind", async () => {
    const { fake, stack } = setUp();
    fake.faults.add(faults.forbidden({ on: "submit", skip: 1, times: 9 }));
    const outcome = await stack.up({ query: insert("A") });
    expect(outcome.error).toMatch(
      /^Cannot submit the query to "http:\/\/router:8888": 403.*grant DATASOURCE WRITE on the target/s,
    );
    expect(stack.resource).toBeUndefined();
    expect(fake.tasks).toEqual([]);
  });
});
