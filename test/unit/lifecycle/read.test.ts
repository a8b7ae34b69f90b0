import { describe, expect, test } from "@jest/globals";
import type { ProviderProcess } from "../../harness/virtual/process";
import { insert, replace, setUp } from "../../harness/virtual/setup";
import { wire } from "../../harness/virtual/wire";

const stop = (process: ProviderProcess) => process.interrupt();

describe("refresh", () => {
  test("of what is there changes nothing, in state or in Druid", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    const before = structuredClone(stack.resource);
    const tasks = fake.tasks.length;
    const outcome = await stack.refresh();
    expect(outcome.error).toBeUndefined();
    expect(stack.resource).toEqual(before);
    expect(fake.tasks).toHaveLength(tasks);
    expect((await stack.up({ query: insert("A") })).requests).toBe(0);
  });

  test("leaves a run alone that goes on", async () => {
    const { fake, stack, later } = setUp();
    fake.plan({ runMs: 600_000 });
    await stack.up({ query: insert("A") }, { meanwhile: later(20_000, stop) });
    const before = structuredClone(stack.outputs);
    expect((await stack.refresh()).error).toBeUndefined();
    expect(stack.outputs).toEqual(before);
  });

  test("takes the result of a run that has ended and can be queried", async () => {
    const { clock, fake, stack, later } = setUp();
    fake.plan({ runMs: 60_000, rows: 55 });
    await stack.up({ query: insert("A") }, { meanwhile: later(20_000, stop) });
    await clock.advance(120_000);
    expect((await stack.refresh()).error).toBeUndefined();
    expect(stack.outputs).toMatchObject({
      state: "SUCCESS",
      number: 1,
      published: [expect.stringMatching(/^v1/)],
      report: { rowsWritten: 55 },
      segmentLoad: { totalSegments: 1, source: "probe" },
      query: insert("A"),
      statement: { kind: "INSERT" },
      __provider: expect.any(String),
    });
    expect(stack.resource?.initErrors).toEqual([]);
    expect((await stack.up({ query: insert("A") })).requests).toBe(0);
  });

  test("keeps RUNNING for one that has ended and is still loading, so that the next `pulumi up` waits", async () => {
    const { clock, fake, stack, later } = setUp();
    fake.plan({ runMs: 60_000, loadDelayMs: 300_000 });
    await stack.up({ query: insert("A") }, { meanwhile: later(20_000, stop) });
    await clock.advance(120_000);
    await stack.refresh();
    expect(stack.outputs).toMatchObject({
      state: "RUNNING",
      published: [expect.stringMatching(/^v1/)],
      report: { rowsWritten: 1_000 },
    });
    const outcome = await stack.up({ query: insert("A") });
    expect(outcome.error).toBeUndefined();
    expect(outcome.lines.map(({ message }) => message)).toContain("waiting for segments: 0 of 1 can be queried");
    expect(fake.ledger).toHaveLength(1);
  });

  test.each([
    ["before it published", { outcome: { fault: "InsertTimeNull" } }, 0],
    ["over its publish", { outcome: { fault: "UnknownError", published: true } }, 1],
  ])("takes the failure of a run %s", async (_name, plan, contents) => {
    const { clock, fake, stack, later } = setUp();
    fake.plan({ runMs: 60_000, ...plan });
    await stack.up({ query: insert("A") }, { meanwhile: later(20_000, stop) });
    await clock.advance(120_000);
    await stack.refresh();
    expect(stack.outputs).toMatchObject({ state: "FAILED", number: 1, error: { errorCode: plan.outcome.fault } });
    expect(stack.outputs.published).toHaveLength(contents);
  });

  test("finds what a killed update left: STALE, and the next `pulumi up` accounts for it", async () => {
    const { clock, fake, stack, later } = setUp();
    await stack.up({ query: insert("A") });
    await stack.up({ query: insert("B") }, { meanwhile: later(1_000, (process) => process.kill()) });
    await clock.advance(60_000);
    // Put back to its old text it shows no difference …
    expect((await stack.up({ query: insert("A") })).requests).toBe(0);
    // … until a refresh.
    await stack.refresh();
    expect(stack.outputs).toMatchObject({ state: "STALE", number: 2 });
    expect(stack.outputs.published).toHaveLength(2);
    await stack.up({ query: insert("A") });
    expect(fake.contentsOf("events")).toEqual([insert("A"), insert("B")]);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 3 });
  });

  test("of a killed update that still runs saves nothing of it as accounted for", async () => {
    const { fake, stack, later } = setUp();
    await stack.up({ query: insert("A") });
    fake.plan(/-2$/, { runMs: 600_000 });
    await stack.up({ query: insert("B") }, { meanwhile: later(1_000, (process) => process.kill()) });
    await stack.refresh();
    expect(stack.outputs).toMatchObject({ state: "STALE", number: 1 });
    // What nobody wants any more is canceled.
    await stack.up({ query: insert("A") });
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", adopted: false, taskId: expect.stringMatching(/-1$/) });
  });

  test("a task that Druid knows no more says nothing about its rows", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    const before = structuredClone(stack.outputs);
    fake.cleanHistory();
    expect((await stack.refresh()).error).toBeUndefined();
    expect(stack.outputs).toEqual(before);
  });

  test("a run on record that Druid knows no more is left for the next `pulumi up`", async () => {
    const { fake, stack, later } = setUp();
    fake.plan({ runMs: 600_000 });
    await stack.up({ query: insert("A") }, { meanwhile: later(20_000, stop) });
    fake.cleanHistory(String(stack.outputs.taskId));
    const before = structuredClone(stack.outputs);
    await stack.refresh();
    expect(stack.outputs).toEqual(before);
  });

  test("rows that are gone are told, and the next `pulumi up` loads them again", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    fake.warehouse.markUnused("events");
    const outcome = await stack.refresh();
    expect(outcome.lines).toContainEqual(
      expect.objectContaining({
        kind: "warning",
        message: 'The rows of "events" are gone: the next `pulumi up` loads them again',
      }),
    );
    expect(stack.outputs).toMatchObject({ state: "DATA_MISSING", published: [], report: { rowsWritten: 1_000 } });
    expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
    expect(fake.ledger.map(({ what }) => what)).toEqual(["insert", "drop", "insert"]);
  });

  test("rows that a drop rule has taken are no loss", async () => {
    const { clock, fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    fake.warehouse.rules.set("events", [{ type: "dropForever" }]);
    fake.warehouse.markUnused("events");
    await clock.advance(5_000);
    const outcome = await stack.refresh();
    expect(stack.outputs).toMatchObject({ state: "SUCCESS" });
    expect(outcome.lines).toContainEqual(
      expect.objectContaining({
        kind: "warning",
        message: expect.stringMatching(/its drop rules .* may have removed them$/),
      }),
    );
  });

  test("all historicals down is no loss", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    for (const segment of fake.warehouse.segments) segment.loadedAtMs = Number.POSITIVE_INFINITY;
    await stack.refresh();
    expect(stack.outputs).toMatchObject({ state: "SUCCESS" });
  });

  test("what published nothing cannot go missing", async () => {
    const { fake, stack } = setUp();
    fake.plan({ rows: 0 });
    expect((await stack.up({ query: replace("A") })).error).toBeUndefined();
    expect(stack.outputs).toMatchObject({
      state: "SUCCESS",
      report: { rowsWritten: 0 },
      segmentLoad: { totalSegments: 0 },
    });
    await stack.refresh();
    expect(stack.outputs).toMatchObject({ state: "SUCCESS" });
  });

  test("an adopted run that has ended is taken like one of our own", async () => {
    const { clock, fake, stack, later } = setUp();
    fake.plan({ runMs: 60_000 });
    const body = JSON.stringify({ query: insert("A"), context: { sqlQueryId: "by-hand" } });
    await fake.handle({ method: "POST", path: "/druid/v2/sql/task", query: {}, headers: {}, body });
    await stack.up({ query: insert("A"), adoptTaskId: "query-by-hand" }, { meanwhile: later(20_000, stop) });
    await clock.advance(120_000);
    await stack.refresh();
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", adopted: true, number: 1, taskId: "query-by-hand" });
    expect((await stack.up({ query: insert("A"), adoptTaskId: "query-by-hand" })).requests).toBe(0);
  });

  test("gives what crosses Pulumi's wire", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A"), parameters: [], context: { note: null } });
    fake.warehouse.markUnused("events");
    await stack.refresh();
    expect(() => wire(stack.outputs)).not.toThrow();
  });
});
