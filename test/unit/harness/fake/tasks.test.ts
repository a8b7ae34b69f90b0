import { describe, expect, test } from "@jest/globals";
import { INSERT, REPLACE, world } from "./setup";

test("a task that is submitted runs, ends and leaves its rows", async () => {
  const { fake, client, clock, submit, pass } = world();
  fake.plan({ runMs: 60_000, rows: 5 });
  await submit("a");
  expect(await clock.run(client.status("query-a"))).toMatchObject({ statusCode: "RUNNING" });
  await pass(120_000);
  expect(await clock.run(client.status("query-a"))).toMatchObject({ statusCode: "SUCCESS" });
  expect(fake.ledger).toMatchObject([{ dataSource: "t", rows: 5, taskId: "query-a" }]);
});

describe("time", () => {
  test("passes hours of a job in no time, with its progress in the report", async () => {
    const { fake, client, clock, submit, pass } = world();
    fake.plan({ runMs: 10 * 3_600_000, rows: 1_000_000 });
    await submit("long");
    const seen: unknown[] = [];
    for (let hour = 0; hour < 11; hour += 2) {
      const report = await clock.run(client.report("query-long"));
      const counters = report?.payload.counters?.["0"]?.["0"] as { input0?: { rows?: number[] } } | undefined;
      seen.push([report?.payload.stages?.map(({ phase }) => phase), counters?.input0?.rows?.[0]]);
      await pass(2 * 3_600_000);
    }
    expect(seen).toEqual([
      [[undefined, undefined], undefined],
      [["READING_INPUT", undefined], 333_333],
      [["READING_INPUT", undefined], 666_667],
      [["FINISHED", "READING_INPUT"], 1_000_000],
      [["FINISHED", "READING_INPUT"], 1_000_000],
      [["FINISHED", "FINISHED"], 1_000_000],
    ]);
    expect((await clock.run(client.status("query-long")))?.statusCode).toBe("SUCCESS");
    expect(fake.ledger).toMatchObject([{ what: "insert", dataSource: "t", rows: 1_000_000, taskId: "query-long" }]);
  });

  test("keeps the broker behind the metadata", async () => {
    const { fake, client, clock, submit, pass } = world();
    fake.plan({ runMs: 100, endMs: 0, loadDelayMs: 60_000, segments: 2, rows: 5 });
    fake.warehouse.brokerLagMs = 10_000;
    await submit("a");
    await pass(100);
    const look = async () => [
      (await clock.run(client.status("query-a")))?.statusCode,
      (await clock.run(client.loadStatus("t")))?.percent,
      (await clock.run(client.usedSegments("t"))).length,
      (await clock.run(client.brokerSegments("t", "published"))).length,
      (await clock.run(client.brokerSegments("t", "available"))).length,
      (await clock.run(client.queryableSegments("t", ["2000/2001"]))).flatMap(({ partitions }) => [...partitions]),
    ];
    expect(await look()).toEqual(["SUCCESS", 0, 2, 0, 0, []]);
    await pass(10_000);
    expect(await look()).toEqual(["SUCCESS", 0, 2, 2, 0, []]);
    await pass(50_000);
    expect(await look()).toEqual(["SUCCESS", 100, 2, 2, 2, [0, 1]]);
    expect(await clock.run(client.sql({ query: 'SELECT COUNT(*) AS n FROM "t"' }))).toEqual([{ n: 5 }]);
  });
});

describe("slots", () => {
  test("are taken by controllers first: all starve until Druid gives one up", async () => {
    const { fake, submit, pass } = world({ capacity: 4 });
    fake.plan({ runMs: 1_000, startMs: 100 });
    for (const id of ["a", "b", "c", "d"]) await submit(id, INSERT.replace('"t"', `"${id}"`), { maxNumTasks: 3 });
    await pass(509_000);
    expect(fake.tasks.map(({ stage, workersLaunched }) => [stage, workersLaunched])).toEqual(
      Array.from({ length: 4 }, () => ["RUNNING", 0]),
    );
    await pass(600_000);
    expect(fake.tasks.filter(({ statusCode }) => statusCode === "FAILED").length).toBeGreaterThan(0);
    expect(fake.tasks[0]?.errorMsg).toMatch(/^TaskStartTimeout: Unable to launch \[2\] workers out of the total \[2\]/);
    expect(fake.running).toEqual([]);
  });

  test("that are free let a pending task run", async () => {
    const { fake, client, clock, submit, pass } = world({ capacity: 2 });
    await submit("a");
    await submit("b");
    expect(await clock.run(client.status("query-b"))).toMatchObject({
      runnerStatusCode: "PENDING",
      location: { host: null },
    });
    await pass(5_000);
    expect(fake.tasks.map(({ statusCode }) => statusCode)).toEqual(["SUCCESS", "SUCCESS"]);
  });
});

describe("publishing", () => {
  test("comes before the status: who cancels in between gets FAILED over rows that are there", async () => {
    const { fake, client, clock, submit, pass } = world();
    fake.plan({ runMs: 1_000, endMs: 500 });
    await submit("a");
    await pass(1_200);
    expect((await clock.run(client.report("query-a")))?.payload.status.status).toBe("SUCCESS");
    expect(await clock.run(client.shutdown("query-a"))).toBe(true);
    await pass(10_000);
    expect(await clock.run(client.status("query-a"))).toMatchObject({ statusCode: "FAILED" });
    expect((await clock.run(client.report("query-a")))?.payload.stages?.at(-1)?.phase).toBe("FINISHED");
    expect(fake.contentsOf("t")).toEqual([INSERT]);
  });

  test("never follows a shutdown", async () => {
    const { fake, client, clock, submit, pass } = world();
    await submit("a");
    await pass(1_000);
    await clock.run(client.shutdown("query-a"));
    await pass(60_000);
    expect(fake.ledger).toEqual([]);
  });

  test("can have happened where a task failed by plan", async () => {
    const { fake, client, clock, submit, pass } = world();
    fake.plan("query-a", { outcome: { fault: "WorkerFailed", published: true }, noReport: true });
    await submit("a");
    await pass(10_000);
    expect(await clock.run(client.status("query-a"))).toMatchObject({ statusCode: "FAILED" });
    expect(await clock.run(client.report("query-a"))).toBeUndefined();
    expect(fake.contentsOf("t")).toEqual([INSERT]);
  });

  test("overwrites by REPLACE, appends by INSERT, ends by a drop", async () => {
    const { fake, client, clock, submit, pass } = world();
    for (const [id, query] of Object.entries({ a: INSERT, b: REPLACE, c: `${INSERT} -- c` })) {
      await submit(id, query);
      await pass(5_000);
    }
    expect(fake.contentsOf("t")).toEqual([REPLACE, `${INSERT} -- c`]);
    await clock.run(client.markUnused("t"));
    expect(fake.contentsOf("t")).toEqual([]);
    expect(fake.ledger.map(({ what }) => what)).toEqual(["insert", "replace", "insert", "drop"]);
  });
});
