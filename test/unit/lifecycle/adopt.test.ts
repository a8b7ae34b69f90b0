import { describe, expect, test } from "@jest/globals";
import type { FakeDruid } from "../../harness/fake";
import { insert, replace, setUp } from "../../harness/virtual/setup";

/** A task that somebody started without us. */
async function foreign(fake: FakeDruid, query: string, sqlQueryId = "by-hand"): Promise<string> {
  const body = JSON.stringify({ query, context: { sqlQueryId } });
  await fake.handle({ method: "POST", path: "/druid/v2/sql/task", query: {}, headers: {}, body });
  return `query-${sqlQueryId}`;
}

async function noop(fake: FakeDruid, id: string): Promise<string> {
  const body = JSON.stringify({ type: "noop", id, dataSource: "events", runTime: 1 });
  await fake.handle({ method: "POST", path: "/druid/indexer/v1/task", query: {}, headers: {}, body });
  return id;
}

describe("adoptTaskId", () => {
  test("takes a task of somebody else's for the run, and submits none", async () => {
    const { clock, fake, stack } = setUp();
    const adoptTaskId = await foreign(fake, insert("A"));
    await clock.advance(10_000);
    await stack.up({ query: insert("A"), adoptTaskId });
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", adopted: true, taskId: adoptTaskId });
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
  });

  test("takes a finished task for the run: nothing is submitted, its figures are ours", async () => {
    const { clock, fake, stack } = setUp();
    fake.plan({ rows: 77 });
    const adoptTaskId = await foreign(fake, insert("A"));
    await clock.advance(10_000);
    const outcome = await stack.up({ query: insert("A"), adoptTaskId });
    expect(outcome.error).toBeUndefined();
    expect(fake.ledger).toHaveLength(1);
    expect(stack.outputs).toMatchObject({
      state: "SUCCESS",
      adopted: true,
      adoptedTaskId: adoptTaskId,
      taskId: "query-by-hand",
      number: 1,
      published: [expect.stringMatching(/^v1:/)],
      rowsWritten: 77,
      report: { rowsWritten: 77 },
      segmentLoad: { state: "SUCCESS" },
    });
    expect((await stack.up({ query: insert("A"), adoptTaskId })).requests).toBe(0);
  });

  test("joins one that still runs, and an interrupt leaves it to the next `pulumi up`", async () => {
    const { fake, stack, later } = setUp();
    fake.plan({ runMs: 120_000 });
    const adoptTaskId = await foreign(fake, insert("A"));
    const outcome = await stack.up(
      { query: insert("A"), adoptTaskId },
      { meanwhile: later(30_000, (process) => process.interrupt()) },
    );
    expect(outcome.error).toMatch(/\(task "query-by-hand" keeps running in Druid/);
    expect(stack.outputs).toMatchObject({ state: "RUNNING", adopted: true, taskId: adoptTaskId, number: 1 });
    expect((await stack.up({ query: insert("A"), adoptTaskId })).error).toBeUndefined();
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", adopted: true });
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
  });

  test("one that fails while we watch is this resource's failure, and the next `pulumi up` loads", async () => {
    const { fake, stack } = setUp();
    fake.plan("query-by-hand", { outcome: { fault: "InsertTimeNull" } });
    const adoptTaskId = await foreign(fake, insert("A"));
    const outcome = await stack.up({ query: insert("A"), adoptTaskId });
    expect(outcome.error).toMatch(/task "query-by-hand" failed.*InsertTimeNull/);
    expect(stack.outputs).toMatchObject({ state: "FAILED", published: [], taskId: adoptTaskId });
    expect((await stack.up({ query: insert("A"), adoptTaskId })).error).toBeUndefined();
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 2, adopted: false });
  });

  test("counts no more once something was loaded: new content runs", async () => {
    const { clock, fake, stack } = setUp();
    const adoptTaskId = await foreign(fake, insert("A"));
    await clock.advance(10_000);
    await stack.up({ query: insert("A"), adoptTaskId });
    await stack.up({ query: insert("B"), adoptTaskId });
    expect(fake.contentsOf("events")).toEqual([insert("A"), insert("B")]);
    expect(stack.outputs).toMatchObject({ adopted: false, number: 2, taskId: expect.stringMatching(/-2$/) });
  });

  test("given again together with new content it is not taken for that: new content runs", async () => {
    const { clock, fake, stack } = setUp();
    const adoptTaskId = await foreign(fake, insert("A"));
    await clock.advance(10_000);
    await stack.up({ query: insert("A"), adoptTaskId });
    await stack.up({ query: insert("A") });
    await stack.up({ query: insert("B"), adoptTaskId });
    expect(fake.contentsOf("events")).toEqual([insert("A"), insert("B")]);
  });

  test("still in the program of one that was declared anew, it is not taken for content that comes later", async () => {
    const { clock, fake, stack } = setUp();
    const adoptTaskId = await foreign(fake, insert("A"));
    await clock.advance(10_000);
    await stack.up({ query: insert("A"), adoptTaskId });
    await stack.destroy();
    await stack.up({ query: insert("B"), adoptTaskId });
    await stack.up({ query: insert("C"), adoptTaskId });
    expect(fake.contentsOf("events")).toEqual([insert("A"), insert("B"), insert("C")]);
  });

  test("is refused where this ingestion has written over its rows since", async () => {
    const { clock, fake, stack } = setUp();
    const adoptTaskId = await foreign(fake, replace("A"));
    await clock.advance(10_000);
    await stack.up({ query: replace("B") });
    const outcome = await stack.up({ query: replace("A"), adoptTaskId });
    expect(outcome.error).toMatch(
      /has since run other content, which may have replaced its rows; remove adoptTaskId to load them again/,
    );
    expect(fake.contentsOf("events")).toEqual([replace("B")]);
  });

  test("is taken by a resource that has its rows already, and is nothing to it where it names its own run", async () => {
    const { clock, fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    const own = await stack.up({ query: insert("A"), adoptTaskId: String(stack.outputs.taskId) });
    expect(own).toMatchObject({ requests: 0 });
    const adoptTaskId = await foreign(fake, insert("A"));
    await clock.advance(10_000);
    await stack.up({ query: insert("A"), adoptTaskId });
    expect(stack.outputs).toMatchObject({ adopted: true, taskId: adoptTaskId, adoptTaskId });
  });

  test.each([
    [
      "a task that Druid does not know",
      async () => "query-nobody",
      "Druid does not know it; check its id in the task view of Druid's console",
    ],
    [
      "a task that is no SQL task",
      (fake: FakeDruid) => noop(fake, "some-noop"),
      'it is of type "noop", not a SQL task ("query_controller"); set adoptTaskId to the id of the controller task',
    ],
    [
      "a task of another datasource",
      (fake: FakeDruid) => foreign(fake, insert("A", "others")),
      'it loads into "others", the query into "events"; adopt a task of the same datasource',
    ],
    [
      "a task that failed before it published",
      (fake: FakeDruid) => {
        fake.plan({ outcome: { fault: "InsertTimeNull" }, runMs: 1_000 });
        return foreign(fake, insert("A"));
      },
      "it failed before it published any rows; remove adoptTaskId to load them",
    ],
  ])("refuses %s", async (_name, make, reason) => {
    const { clock, fake, stack } = setUp();
    const adoptTaskId = await make(fake);
    await clock.advance(20_000);
    const tasks = fake.tasks.length;
    const outcome = await stack.up({ query: insert("A"), adoptTaskId });
    expect(outcome.error).toBe(`Cannot adopt task "${adoptTaskId}" on "http://router:8888": ${reason}`);
    expect(stack.resource).toBeUndefined();
    expect(fake.tasks).toHaveLength(tasks);
  });

  describe("one that was left running by an interrupt", () => {
    async function leftRunning() {
      const world = setUp();
      world.fake.plan("query-by-hand", { runMs: 120_000 });
      const adoptTaskId = await foreign(world.fake, insert("A"));
      const meanwhile = world.later(30_000, (process) => process.interrupt());
      await world.stack.up({ query: insert("A"), adoptTaskId }, { meanwhile });
      return { ...world, adoptTaskId };
    }

    test("stays this resource's run when adoptTaskId is taken out of the program", async () => {
      const { fake, stack, adoptTaskId } = await leftRunning();
      expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
      expect(fake.contentsOf("events")).toEqual([insert("A")]);
      expect(stack.outputs).toMatchObject({ state: "SUCCESS", adopted: true, taskId: adoptTaskId, number: 1 });
      expect((await stack.up({ query: insert("A") })).requests).toBe(0);
    });

    test.each(["with", "without"])("is canceled for other content, %s adoptTaskId in the program", async (how) => {
      const { fake, stack, adoptTaskId } = await leftRunning();
      const more = how === "with" ? { adoptTaskId } : {};
      expect((await stack.up({ query: insert("B"), ...more })).error).toBeUndefined();
      expect(fake.tasks[0]).toMatchObject({ id: adoptTaskId, statusCode: "FAILED", cancelled: true });
      expect(fake.contentsOf("events")).toEqual([insert("B")]);
      expect(stack.outputs).toMatchObject({ state: "SUCCESS", adopted: false, number: 2 });
    });

    test("does not hide what a killed update has begun after it", async () => {
      const { clock, fake, stack, later, adoptTaskId } = await leftRunning();
      await clock.advance(300_000);
      fake.plan({ runMs: 120_000 });
      await stack.up({ query: insert("B") }, { meanwhile: later(5_000, (process) => process.kill()) });
      expect(fake.tasks.map(({ statusCode }) => statusCode)).toEqual(["SUCCESS", "SUCCESS", "RUNNING"]);
      expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
      expect(fake.tasks[2]).toMatchObject({ statusCode: "FAILED", cancelled: true });
      expect(fake.contentsOf("events")).toEqual([insert("A")]);
      expect(stack.outputs).toMatchObject({ state: "SUCCESS", adopted: true, taskId: adoptTaskId });
    });

    test("counts as published where it ended well before other content was wanted", async () => {
      const { clock, fake, stack, adoptTaskId } = await leftRunning();
      await clock.advance(300_000);
      await stack.up({ query: insert("B") });
      await stack.up({ query: insert("A") });
      expect(fake.contentsOf("events")).toEqual([insert("A"), insert("B")]);
      expect(stack.outputs).toMatchObject({ taskId: adoptTaskId, adopted: true });
    });

    test.each(["with", "without"])(
      "is followed by our own where it failed, %s adoptTaskId in the program",
      async (how) => {
        const { fake, stack, adoptTaskId } = await leftRunning();
        await fake.handle({
          method: "POST",
          path: `/druid/indexer/v1/task/${adoptTaskId}/shutdown`,
          query: {},
          headers: {},
          body: "",
        });
        expect(
          (await stack.up({ query: insert("A"), ...(how === "with" ? { adoptTaskId } : {}) })).error,
        ).toBeUndefined();
        expect(fake.contentsOf("events")).toEqual([insert("A")]);
        expect(stack.outputs).toMatchObject({ state: "SUCCESS", adopted: false, number: 2 });
      },
    );

    test("is asked about when Druid has forgotten it and nobody says that its rows are there", async () => {
      const { clock, fake, stack, adoptTaskId } = await leftRunning();
      await clock.advance(300_000);
      fake.restartOverlord({ forget: true });
      const outcome = await stack.up({ query: insert("A") });
      expect(outcome.error).toMatch(/set adoptTaskId to "query-by-hand".*change triggers/);
      expect((await stack.up({ query: insert("A"), adoptTaskId })).error).toBeUndefined();
      expect(fake.contentsOf("events")).toEqual([insert("A")]);
    });
  });

  test("a delete cancels an adopted task that still runs", async () => {
    const { fake, stack, later } = setUp();
    fake.plan("query-by-hand", { runMs: 600_000 });
    const adoptTaskId = await foreign(fake, insert("A"));
    await stack.up({ query: insert("A"), adoptTaskId }, { meanwhile: later(20_000, (process) => process.interrupt()) });
    expect((await stack.destroy()).error).toBeUndefined();
    expect(fake.tasks[0]).toMatchObject({ id: adoptTaskId, statusCode: "FAILED", cancelled: true });
    expect(fake.ledger).toEqual([]);
  });
});
