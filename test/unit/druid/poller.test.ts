import { describe, expect, test } from "@jest/globals";
import { DruidIngestionError } from "../../../src/base/errors";
import type { CallOptions } from "../../../src/druid/client";
import { createPoller } from "../../../src/druid/poller";
import type { TaskStatus } from "../../../src/druid/wire/task";
import { FakeClock } from "../../harness/fake/clock";

/** A client that knows some tasks, and holds its answers back while told to. */
function setUp(known: string[] = ["a", "b", "c"]) {
  const clock = new FakeClock();
  const requests: { ids: readonly string[]; bulk: boolean; options: CallOptions | undefined }[] = [];
  let failure: Error | undefined;
  let gate: Promise<void> = Promise.resolve();
  let open: () => void = () => {};
  const settled = async <T>(value: T): Promise<T> => {
    await gate;
    if (failure) throw failure;
    return value;
  };
  const statusOf = (id: string): TaskStatus => ({ id, statusCode: "RUNNING" });
  const client = {
    status(id: string, options?: CallOptions) {
      requests.push({ ids: [id], bulk: false, options });
      return settled(known.includes(id) ? { ...statusOf(id), runnerStatusCode: "PENDING" } : undefined);
    },
    statuses(ids: readonly string[], options?: CallOptions) {
      requests.push({ ids, bulk: true, options });
      return settled(new Map(ids.filter((id) => known.includes(id)).map((id) => [id, statusOf(id)])));
    },
  };
  return {
    clock,
    requests,
    poller: createPoller(client, clock),
    fail: (error: Error) => {
      failure = error;
    },
    hold: () => {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    release: () => open(),
  };
}

describe("createPoller()", () => {
  test("asks for one task alone with all that a single answer tells", async () => {
    const { clock, poller, requests } = setUp();
    const look = poller.look("a");
    await clock.advance(25);
    await expect(look).resolves.toMatchObject({ id: "a", runnerStatusCode: "PENDING" });
    expect(requests).toMatchObject([{ ids: ["a"], bulk: false }]);
  });

  test("shares one request between all who ask within a tick, each id once", async () => {
    const { clock, poller, requests } = setUp();
    const looks = [poller.look("a"), poller.look("b"), poller.look("a"), poller.look("unknown")];
    await clock.advance(20);
    expect(requests).toEqual([]);
    looks.push(poller.look("c"));
    await clock.advance(5);
    const found = await Promise.all(looks);
    expect(found.map((status) => status?.id)).toEqual(["a", "b", "a", undefined, "c"]);
    expect(requests).toMatchObject([{ ids: ["a", "b", "unknown", "c"], bulk: true }]);
  });

  test("shares a single request between two who ask for the same task", async () => {
    const { clock, poller, requests } = setUp();
    const looks = [poller.look("a"), poller.look("a")];
    await clock.advance(25);
    await Promise.all(looks);
    expect(requests).toMatchObject([{ ids: ["a"], bulk: false }]);
  });

  test("gathers anew while an earlier request is under way", async () => {
    const { clock, poller, requests, hold, release } = setUp();
    hold();
    const first = poller.look("a");
    await clock.advance(25);
    const second = poller.look("b");
    await clock.advance(25);
    expect(requests.map(({ ids }) => ids)).toEqual([["a"], ["b"]]);
    release();
    await Promise.all([first, second]);
    expect(clock.asleep).toBe(0);
  });

  test("lets an error reach everybody who asked", async () => {
    const { clock, poller, fail } = setUp();
    fail(new Error("away"));
    const ends = [poller.look("a"), poller.look("b")].map((look) => expect(look).rejects.toThrow("away"));
    await clock.advance(25);
    await Promise.all(ends);
  });

  test("leaves the others alone when one gives up, before and after the request", async () => {
    for (const beforeMs of [0, 25]) {
      const { clock, poller, hold, release, requests } = setUp();
      hold();
      const abort = new AbortController();
      const given = expect(poller.look("a", { signal: abort.signal })).rejects.toMatchObject({ kind: "interrupted" });
      const other = poller.look("b");
      await clock.advance(beforeMs);
      abort.abort();
      await given;
      await clock.advance(25);
      expect(requests).toHaveLength(1);
      expect(requests[0]?.options?.signal?.aborted).toBe(false);
      release();
      await expect(other).resolves.toMatchObject({ id: "b" });
    }
  });

  test("drops the request when all have given up, and begins anew for the next", async () => {
    const { clock, poller, requests, hold } = setUp();
    const early = new AbortController();
    const dropped = expect(poller.look("a", { signal: early.signal })).rejects.toMatchObject({ kind: "interrupted" });
    await clock.advance(10);
    early.abort();
    await dropped;
    expect(clock.asleep).toBe(0);
    hold();
    const late = new AbortController();
    const sent = expect(poller.look("b", { signal: late.signal })).rejects.toMatchObject({ kind: "interrupted" });
    await clock.advance(25);
    late.abort();
    await sent;
    expect(requests).toHaveLength(1);
    expect(requests[0]?.options?.signal?.aborted).toBe(true);
  });

  test("gives the reason of an abort where it is an error of ours", async () => {
    const { poller } = setUp();
    const orphaned = new DruidIngestionError("orphaned", "The engine is gone");
    await expect(poller.look("a", { signal: AbortSignal.abort(orphaned) })).rejects.toBe(orphaned);
  });

  test("has the patience of the most patient", async () => {
    const { clock, poller, requests } = setUp();
    const looks = [poller.look("a", { patienceMs: 0 }), poller.look("b", { patienceMs: 60_000 })];
    await clock.advance(25);
    looks.push(poller.look("a", { patienceMs: 0 }), poller.look("b"));
    await clock.advance(25);
    looks.push(poller.look("a", { patienceMs: 5 }));
    await clock.advance(25);
    await Promise.all(looks);
    expect(requests.map(({ options }) => options?.patienceMs)).toEqual([60_000, 10_000, 5]);
  });
});
