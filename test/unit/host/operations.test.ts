import { getMaxListeners } from "node:events";
import { describe, expect, test } from "@jest/globals";
import { DruidIngestionError } from "../../../src/base/errors";
import { Operations } from "../../../src/host/operations";
import { FakeClock } from "../../harness/fake/clock";

const reason = new DruidIngestionError("interrupted", "stop");

function setUp() {
  const clock = new FakeClock(0);
  const exits: number[] = [];
  const operations = new Operations(clock, () => exits.push(clock.now()));
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { clock, exits, operations, inFlight: { promise, resolve } };
}

describe("Operations", () => {
  test("stop() aborts and lets the process live", async () => {
    const { clock, exits, operations } = setUp();
    operations.stop(reason);
    expect(operations.signal.reason).toBe(reason);
    await clock.advance(60_000);
    expect(exits).toEqual([]);
  });

  test("any number may listen, without a warning of Node's among Pulumi's diagnostics", () => {
    expect(getMaxListeners(setUp().operations.signal)).toBe(Number.POSITIVE_INFINITY);
  });

  test("leave() exits at once when nothing is in flight", () => {
    const { exits, operations } = setUp();
    operations.leave(reason, 4_000);
    expect(exits).toEqual([0]);
  });

  test("leave() exits at once when everything has come to an end, also by failing", async () => {
    const { exits, operations } = setUp();
    await operations.during(async () => "done");
    await expect(operations.during(() => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
    operations.leave(reason, 4_000);
    expect(exits).toEqual([0]);
  });

  test("leave() aborts what is in flight and exits as soon as the last of it has ended", async () => {
    const { clock, exits, operations, inFlight } = setUp();
    const first = operations.during(() => inFlight.promise);
    const second = operations.during(() => clock.sleep(1_000));
    operations.leave(reason, 4_000);
    expect(operations.signal.aborted).toBe(true);
    inFlight.resolve();
    await first;
    await clock.advance(999);
    expect(exits).toEqual([]);
    await clock.advance(51);
    await second;
    expect(exits).toEqual([1_050]);
  });

  test("leave() exits after the grace when something does not come to an end", async () => {
    const { clock, exits, operations, inFlight } = setUp();
    const stubborn = operations.during(() => inFlight.promise);
    operations.leave(reason, 4_000);
    await clock.advance(3_999);
    expect(exits).toEqual([]);
    await clock.advance(1);
    expect(exits).toEqual([4_000]);
    inFlight.resolve();
    await stubborn;
  });

  test("the first reason stays", () => {
    const { operations } = setUp();
    operations.stop(reason);
    operations.leave(new DruidIngestionError("orphaned", "gone"), 1_000);
    expect(operations.signal.reason).toBe(reason);
  });
});
