import { describe, expect, test } from "@jest/globals";
import { faults } from "../../harness/fake";
import type { ProviderProcess } from "../../harness/virtual/process";
import { insert, replace, setUp } from "../../harness/virtual/setup";

const stop = (process: ProviderProcess) => process.interrupt();
const TASK = "query-pulumi-events-e7e12cea53-1";

describe("an interrupt", () => {
  test("leaves the task running, and the next `pulumi up` ends with its rows", async () => {
    const { fake, stack, later } = setUp();
    fake.plan({ runMs: 600_000 });
    await stack.up({ query: insert("A") }, { meanwhile: later(60_000, stop) });
    expect(stack.outputs).toMatchObject({ state: "RUNNING", taskId: TASK });
    await stack.up({ query: insert("A") });
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", taskId: TASK });
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
  });

  test("while the task runs leaves it to the next `pulumi up`, which joins it", async () => {
    const { clock, fake, stack, later } = setUp();
    fake.plan({ runMs: 600_000 });
    const start = clock.now();
    const outcome = await stack.up({ query: insert("A") }, { meanwhile: later(60_000, stop) });
    expect(clock.now() - start).toBeLessThan(61_000);
    expect(outcome.error).toBe(
      `Cannot go on here: Pulumi was asked to stop (task "${TASK}" keeps running in Druid; the next \`pulumi up\` resumes it)`,
    );
    expect(stack.outputs).toMatchObject({
      state: "RUNNING",
      number: 1,
      published: [],
      taskId: TASK,
      consoleUrl: expect.stringContaining(TASK),
      query: insert("A"),
    });
    const next = await stack.up({ query: insert("A") });
    expect(next.error).toBeUndefined();
    expect(next.lines.map(({ message }) => message)).toContain(`Joining task ${TASK}, which is already running`);
    expect(fake.ledger).toHaveLength(1);
    expect(fake.tasks).toHaveLength(1);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 1, adopted: false });
  });

  test("that comes after the task's end: the next `pulumi up` takes the result", async () => {
    const { clock, fake, stack, later } = setUp();
    fake.plan({ runMs: 60_000 });
    await stack.up({ query: insert("A") }, { meanwhile: later(30_000, stop) });
    await clock.advance(120_000);
    expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
    expect(fake.ledger).toHaveLength(1);
    expect(stack.outputs).toMatchObject({
      state: "SUCCESS",
      taskId: TASK,
      adopted: false,
      report: { rowsWritten: 1_000 },
    });
  });

  test("while the segments load says that the rows are published", async () => {
    const { clock, fake, stack, later } = setUp();
    fake.plan({ loadDelayMs: 60_000 });
    const start = clock.now();
    const outcome = await stack.up({ query: insert("A") }, { meanwhile: later(30_000, stop) });
    expect(clock.now() - start).toBeLessThan(31_000);
    expect(outcome.error).toMatch(
      /the rows of task "query-pulumi-events-e7e12cea53-1" are published; the next `pulumi up` continues/,
    );
    expect(stack.outputs).toMatchObject({ state: "RUNNING", published: [expect.stringMatching(/^v1/)] });
    expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
    expect(fake.ledger).toHaveLength(1);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", adopted: false, segmentLoad: { totalSegments: 1 } });
  });

  test.each([
    ["that Druid never got", faults.hang, 0],
    ["that Druid did get", faults.hangAfter, 1],
    ["that Druid gets later", () => faults.lateHang(20_000), 0],
  ])("with a submit under way %s: the next `pulumi up` finds out", async (_name, fault, tasks) => {
    const { clock, fake, stack, later } = setUp();
    fake.plan({ runMs: 120_000 });
    fake.faults.add({ ...fault(), on: "submit", skip: 1 });
    const start = clock.now();
    const outcome = await stack.up({ query: insert("A") }, { meanwhile: later(5_000, stop) });
    expect(clock.now() - start).toBeLessThan(6_000);
    expect(outcome.error).toMatch(/\(the next `pulumi up` checks what Druid has accepted, and loads nothing twice\)$/);
    expect(stack.outputs).toMatchObject({ state: "STALE", number: 0, published: [] });
    expect(stack.outputs).not.toHaveProperty("taskId");
    expect(fake.tasks).toHaveLength(tasks);
    await clock.advance(30_000);
    expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
    expect(fake.ledger).toHaveLength(1);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 1, taskId: TASK });
  });

  test("with a submit under way in an update keeps what is on record", async () => {
    const { fake, stack, later } = setUp();
    await stack.up({ query: insert("A") });
    const { published } = stack.outputs;
    fake.faults.add({ ...faults.hangAfter(), on: "submit", skip: 1 });
    await stack.up({ query: insert("B") }, { meanwhile: later(5_000, stop) });
    expect(stack.outputs).toMatchObject({ state: "STALE", number: 1, published, taskId: TASK, query: insert("B") });
    // Back to what it was: what has loaded B meanwhile is accounted for, and A is there still.
    expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
    expect(fake.ledger.map(({ content }) => content)).toEqual([insert("A"), insert("B")]);
    expect(stack.outputs).toMatchObject({ number: 3 });
  });

  test("before anything is sent leaves nothing", async () => {
    const { fake, stack, later } = setUp();
    fake.faults.add(faults.hang({ on: "statuses" }));
    const outcome = await stack.up({ query: insert("A") }, { meanwhile: later(3_000, stop) });
    expect(outcome.error).toBe("Cannot go on here: Pulumi was asked to stop");
    expect(stack.resource).toBeUndefined();
    expect(fake.tasks).toEqual([]);
  });

  test("while another content's run is being canceled: the next `pulumi up` goes on from there", async () => {
    const { clock, fake, stack, later } = setUp();
    fake.plan(/-1$/, { runMs: 600_000 });
    await stack.up({ query: replace("A") }, { meanwhile: later(20_000, stop) });
    fake.faults.add(faults.hangAfter({ on: "shutdown" }));
    const start = clock.now();
    const outcome = await stack.up({ query: replace("B") }, { meanwhile: later(5_000, stop) });
    expect(clock.now() - start).toBeLessThan(6_000);
    expect(outcome.error).toMatch(/asked to stop/);
    expect(stack.outputs).toMatchObject({ state: "STALE", published: [], number: 0 });
    expect((await stack.up({ query: replace("B") })).error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([replace("B")]);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 2 });
  });

  test("while it waits for the last report ends the wait too", async () => {
    const { clock, fake, stack, later } = setUp();
    fake.plan({ runMs: 10_000, reportDelayMs: 60_000 });
    const start = clock.now();
    await stack.up({ query: insert("A") }, { meanwhile: later(12_000, stop) });
    expect(clock.now() - start).toBeLessThan(13_000);
    expect(stack.outputs).toMatchObject({ state: "RUNNING" });
  });

  test("while it waits for what Druid has forgotten", async () => {
    const { clock, fake, stack, later } = setUp();
    fake.plan({ vanish: true });
    const start = clock.now();
    await stack.up({ query: insert("A") }, { meanwhile: later(30_000, stop) });
    expect(clock.now() - start).toBeLessThan(31_000);
    expect(stack.outputs).toMatchObject({ state: "RUNNING", number: 1 });
  });

  test("during an outage of the Overlord", async () => {
    const { clock, fake, stack, later } = setUp();
    fake.plan({ runMs: 600_000 });
    fake.in(10_000, () => fake.overlordAway(300_000));
    const start = clock.now();
    const outcome = await stack.up({ query: insert("A") }, { meanwhile: later(60_000, stop) });
    expect(clock.now() - start).toBeLessThan(61_000);
    expect(outcome.error).toMatch(/asked to stop \(task/);
  });
});

describe("customTimeouts", () => {
  test("end a create that takes too long, which goes on in Druid", async () => {
    const { clock, fake, stack } = setUp();
    fake.plan({ runMs: 600_000 });
    const start = clock.now();
    const outcome = await stack.up({ query: insert("A") }, { timeouts: { create: "1m30s" } });
    expect(clock.now() - start).toBeLessThan(91_000);
    expect(outcome.error).toBe(
      'Cannot create ingestion "events" on "http://router:8888": it took longer than the 90 s of customTimeouts.create ' +
        `(task "${TASK}" keeps running in Druid; the next \`pulumi up\` resumes it)`,
    );
    expect(stack.outputs).toMatchObject({ state: "RUNNING", taskId: TASK });
    const next = await stack.up({ query: insert("A") }, { timeouts: { create: "1m30s" } });
    expect(next.error).toBeUndefined();
    expect(fake.ledger).toHaveLength(1);
  });

  test("of an update are the update's own", async () => {
    const { fake, stack } = setUp();
    fake.plan({ runMs: 60_000 });
    const timeouts = { create: "10m", update: "20s" };
    await stack.up({ query: insert("A") }, { timeouts });
    const outcome = await stack.up({ query: insert("B") }, { timeouts });
    expect(outcome.error).toMatch(
      /^Cannot update ingestion "events".* it took longer than the 20 s of customTimeouts.update/,
    );
  });

  test("end a delete that takes too long, and nothing is forgotten", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A"), onDelete: "dropDatasource" }, { timeouts: { delete: "5s" } });
    fake.warehouse.dropDelayMs = 60_000;
    const outcome = await stack.destroy();
    expect(outcome.error).toMatch(
      /^Cannot delete ingestion "events".* it took longer than the 5 s of customTimeouts.delete/,
    );
    expect(stack.resource).toBeDefined();
  });

  test("leave no sleeper behind", async () => {
    const { clock, fake, stack } = setUp();
    fake.plan({ runMs: 1_000 });
    await stack.up({ query: insert("A") }, { timeouts: { create: "1h" } });
    expect(clock.asleep).toBe(0);
  });
});

describe("an engine that is gone", () => {
  test.each([false, true])("before the submit: nothing is changed in Druid (heard: %s)", async (heard) => {
    const { fake, stack } = setUp();
    const outcome = await stack.up({ query: insert("A") }, { meanwhile: (process) => process.orphan({ heard }) });
    expect(outcome.error).toMatch(/the Pulumi engine is gone/);
    expect(fake.tasks).toEqual([]);
    expect(stack.resource).toBeUndefined();
  });

  test("before a cancel: what runs goes on", async () => {
    const { fake, stack, later } = setUp();
    fake.plan({ runMs: 600_000 });
    await stack.up({ query: insert("A") }, { meanwhile: later(20_000, stop) });
    await stack.up({ query: insert("B") }, { meanwhile: (process) => process.orphan() });
    expect(fake.receivedOn("shutdown")).toEqual([]);
    expect(fake.running).toHaveLength(1);
  });

  test("before a drop: the rows stay", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A"), onDelete: "dropDatasource" });
    const outcome = await stack.destroy({ meanwhile: (process) => process.orphan() });
    expect(outcome.error).toMatch(/the Pulumi engine is gone/);
    expect(fake.receivedOn("drop")).toEqual([]);
    expect(fake.receivedOn("noop")).toEqual([]);
    expect(stack.resource).toBeDefined();
  });

  test("while a submit is sent again and again: it is not sent once more", async () => {
    const { fake, stack, later } = setUp();
    fake.faults.add(faults.empty503({ on: "submit", skip: 1, times: Number.POSITIVE_INFINITY }));
    await stack.up({ query: insert("A") }, { meanwhile: later(5_000, (process) => process.orphan()) });
    const sent = fake.receivedOn("submit").map(({ atMs }) => atMs);
    expect(Math.max(...sent) - Math.min(...sent)).toBeLessThanOrEqual(5_000);
    expect(fake.tasks).toEqual([]);
  });
});
