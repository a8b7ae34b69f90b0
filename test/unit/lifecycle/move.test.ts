import { describe, expect, test } from "@jest/globals";
import { FakeDruid, VirtualClock } from "../../harness/fake";
import type { ProviderProcess } from "../../harness/virtual/process";
import { insert } from "../../harness/virtual/setup";
import { Stack } from "../../harness/virtual/stack";

const at = (host: string) => ({ connection: { url: `http://${host}:8888` } });

function twoClusters() {
  const clock = new VirtualClock();
  const old = new FakeDruid({ clock });
  const other = new FakeDruid({ clock });
  const stack = new Stack({ fake: { old, alias: old, other }, clock });
  return { clock, old, other, stack };
}

describe("a url that changed", () => {
  test("to another name of the cluster: recorded, with the console's address, and nothing runs", async () => {
    const { old, stack } = twoClusters();
    await stack.up({ query: insert("A"), ...at("old") });
    const outcome = await stack.up({ query: insert("A"), ...at("alias") });
    expect(outcome.error).toBeUndefined();
    expect(stack.outputs).toMatchObject({
      url: "http://alias:8888",
      consoleUrl: expect.stringMatching(/^http:\/\/alias:8888\/unified-console\.html#tasks\/task_id~query-.*-1$/),
      state: "SUCCESS",
      number: 1,
    });
    expect(old.tasks).toHaveLength(1);
  });

  test("to another name, where Druid has forgotten the task: the rows tell", async () => {
    const { old, stack } = twoClusters();
    await stack.up({ query: insert("A"), ...at("old") });
    old.cleanHistory();
    await stack.up({ query: insert("A"), ...at("alias") });
    expect(stack.outputs).toMatchObject({ url: "http://alias:8888", state: "SUCCESS", number: 1 });
    expect(old.ledger).toHaveLength(1);
  });

  test("to a cluster that has none of it: loads there", async () => {
    const { old, other, stack } = twoClusters();
    await stack.up({ query: insert("A"), ...at("old") });
    const outcome = await stack.up({ query: insert("A"), ...at("other") });
    expect(outcome.error).toBeUndefined();
    expect(outcome.lines.map(({ message }) => message)).toContain(
      "This cluster has none of the recorded rows: loading them again here",
    );
    expect(other.contentsOf("events")).toEqual([insert("A")]);
    expect(old.tasks).toHaveLength(1);
    expect(stack.outputs).toMatchObject({ url: "http://other:8888", state: "SUCCESS", number: 2, adopted: false });
    expect((await stack.up({ query: insert("A"), ...at("other") })).requests).toBe(0);
  });

  test("with new content to a cluster that has none of it: loads the new content there", async () => {
    const { other, stack } = twoClusters();
    await stack.up({ query: insert("A"), ...at("old") });
    await stack.up({ query: insert("B"), ...at("other") });
    expect(other.contentsOf("events")).toEqual([insert("B")]);
  });

  test("while a run is on record: one of the old cluster is none of the new one", async () => {
    const { clock, old, other, stack } = twoClusters();
    old.plan({ runMs: 600_000 });
    const stop = (process: ProviderProcess) => {
      clock.sleep(20_000).then(
        () => process.interrupt(),
        () => undefined,
      );
    };
    await stack.up({ query: insert("A"), ...at("old") }, { meanwhile: stop });
    const start = clock.now();
    expect((await stack.up({ query: insert("A"), ...at("other") })).error).toBeUndefined();
    expect(clock.now() - start).toBeLessThan(10_000);
    expect(other.contentsOf("events")).toEqual([insert("A")]);
  });

  test("a delete goes to the cluster of the state", async () => {
    const { old, other, stack } = twoClusters();
    await stack.up({ query: insert("A"), ...at("old") });
    await stack.destroy();
    expect(old.tasks).toHaveLength(2);
    expect(other.received).toEqual([]);
  });
});
