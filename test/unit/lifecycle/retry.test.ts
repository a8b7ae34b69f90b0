/** A failed run is repeated by itself only where its cause passes and it certainly published nothing. */
import { describe, expect, test } from "@jest/globals";
import { faults } from "../../harness/fake";
import type { ProviderProcess } from "../../harness/virtual/process";
import { insert, replace, setUp } from "../../harness/virtual/setup";

const query = insert("A");
const KEY = "query-pulumi-events-e7e12cea53";
const unpublished = (fault: string) => ({ outcome: { fault, published: false, stageNumber: 1 } });
const first = /-1$/;

describe("a failed run", () => {
  test.each(["WorkerFailed", "WorkerRpcFailed", "TaskStartTimeout", "InsertLockPreempted"])(
    "with %s is repeated under the next number, and `pulumi up` says so",
    async (fault) => {
      const { fake, stack } = setUp();
      fake.plan(first, unpublished(fault));
      const { error, lines } = await stack.up({ query });
      expect(error).toBeUndefined();
      expect(lines.map(({ message }) => message)).toContain(
        `Task ${KEY}-1 failed with ${fault} and has certainly published nothing: running it again in 5 s (retry 1 of 2)`,
      );
      expect(fake.contentsOf("events")).toEqual([query]);
      expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 2, taskId: `${KEY}-2`, adopted: false });
      expect((await stack.up({ query })).requests).toBe(0);
    },
  );

  test("is repeated at most twice; the error and the report are those of the last run", async () => {
    const { fake, stack } = setUp();
    fake.plan(unpublished("WorkerFailed"));
    const { error } = await stack.up({ query });
    expect(error).toContain(`task "${KEY}-3" failed`);
    expect(stack.outputs).toMatchObject({
      state: "FAILED",
      number: 3,
      taskId: `${KEY}-3`,
      error: { errorCode: "WorkerFailed" },
    });
    expect(fake.tasks).toHaveLength(3);
  });

  test.each([0, 1, 5])("is repeated as often as `retries` says: %d", async (retries) => {
    const { fake, stack } = setUp();
    fake.plan(unpublished("WorkerFailed"));
    await stack.up({ query, retries });
    expect(fake.tasks).toHaveLength(retries + 1);
  });

  test.each([
    ["its cause stays", unpublished("InsertTimeNull")],
    ["it has published", { outcome: { fault: "WorkerFailed", published: true } }],
    ["nothing tells whether it has published", { outcome: { fault: "WorkerFailed" }, noReport: true }],
  ])("is not repeated where %s", async (_why, plan) => {
    for (const write of [insert, replace]) {
      const { fake, stack } = setUp();
      fake.plan(plan);
      expect((await stack.up({ query: write("A") })).error).toBeDefined();
      expect(fake.tasks).toHaveLength(1);
    }
  });

  test("that a user has canceled is not repeated", async () => {
    const { fake, stack, later } = setUp();
    fake.plan({ runMs: 60_000 });
    const path = `/druid/indexer/v1/task/${KEY}-1/shutdown`;
    const cancel = () => void fake.handle({ method: "POST", path, query: {}, headers: {}, body: "" });
    expect((await stack.up({ query }, { meanwhile: later(10_000, cancel) })).error).toContain("Canceled");
    expect(fake.tasks).toHaveLength(1);
  });

  test("that was adopted is not repeated", async () => {
    const { clock, fake, stack } = setUp();
    fake.plan("query-by-hand", { runMs: 20_000, ...unpublished("WorkerFailed") });
    const body = JSON.stringify({ query, context: { sqlQueryId: "by-hand" } });
    await fake.handle({ method: "POST", path: "/druid/v2/sql/task", query: {}, headers: {}, body });
    await clock.advance(1_000);
    expect((await stack.up({ query, adoptTaskId: "query-by-hand" })).error).toContain('task "query-by-hand" failed');
    expect(fake.contentsOf("events")).toEqual([]);
  });
});

describe("an adopted run is not repeated", () => {
  const stop = (process: ProviderProcess) => process.interrupt();

  test("if it is one of our own", async () => {
    const { fake, stack, later } = setUp();
    fake.plan({ runMs: 60_000, ...unpublished("WorkerFailed") });
    await stack.up({ query }, { meanwhile: later(10_000, stop) });
    expect((await stack.up({ query, adoptTaskId: `${KEY}-1` })).error).toContain(`task "${KEY}-1" failed`);
    expect(fake.tasks).toHaveLength(1);
  });

  test("if a later `pulumi up` joins it, without adoptTaskId", async () => {
    const { clock, fake, stack, later } = setUp();
    fake.plan("query-by-hand", { runMs: 60_000, ...unpublished("WorkerFailed") });
    const body = JSON.stringify({ query, context: { sqlQueryId: "by-hand" } });
    await fake.handle({ method: "POST", path: "/druid/v2/sql/task", query: {}, headers: {}, body });
    await clock.advance(1_000);
    await stack.up({ query, adoptTaskId: "query-by-hand" }, { meanwhile: later(10_000, stop) });
    expect((await stack.up({ query })).error).toContain('task "query-by-hand" failed');
    expect(fake.contentsOf("events")).toEqual([]);
  });
});

describe("between a failed run and the next", () => {
  test.each(["interrupt", "kill"] as const)(
    "an %s leaves it to the next `pulumi up`, which loads once",
    async (how) => {
      const { fake, stack, later } = setUp();
      fake.plan(first, unpublished("WorkerFailed"));
      const stop = (process: ProviderProcess) => (how === "kill" ? process.kill() : process.interrupt());
      await stack.up({ query }, { meanwhile: later(6_000, stop) });
      expect(fake.tasks).toHaveLength(1);
      if (how === "interrupt") expect(stack.outputs).toMatchObject({ state: "FAILED", number: 1 });
      expect((await stack.up({ query })).error).toBeUndefined();
      expect(fake.contentsOf("events")).toEqual([query]);
    },
  );

  test("a lost answer starts no second task", async () => {
    const { fake, stack } = setUp();
    fake.plan(first, unpublished("WorkerFailed"));
    const isSecond = ({ json: body }: { json: unknown }) => JSON.stringify(body ?? "").includes('-2"');
    fake.faults.add(faults.resetAfter({ on: isSecond }));
    expect((await stack.up({ query })).error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([query]);
    expect(fake.tasks).toHaveLength(2);
  });
});
