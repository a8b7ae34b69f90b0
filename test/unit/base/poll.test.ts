import { describe, expect, test } from "@jest/globals";
import { poll } from "../../../src/base/poll";
import { VirtualClock } from "../../harness/fake/clock";

function setUp() {
  const clock = new VirtualClock();
  const abort = new AbortController();
  const start = clock.now();
  const looks: number[] = [];
  return {
    looks,
    abort,
    /** Finds something at the look after this many. */
    find: (after: number) =>
      clock.run(
        poll(
          async (ageMs) => {
            looks.push(clock.now() - start);
            expect(ageMs).toBe(clock.now() - start);
            return looks.length > after ? "found" : undefined;
          },
          { clock, signal: abort.signal, boundMs: 1_000, pauseMs: (ageMs) => Math.max(100, ageMs) },
        ),
      ),
  };
}

describe("poll()", () => {
  test("gives what a look finds, and does not wait for what is there", async () => {
    const { looks, find } = setUp();
    await expect(find(0)).resolves.toBe("found");
    expect(looks).toEqual([0]);
  });

  test("pauses by the age of the wait", async () => {
    const { looks, find } = setUp();
    await expect(find(3)).resolves.toBe("found");
    expect(looks).toEqual([0, 100, 200, 400]);
  });

  test("looks no more once its time is over", async () => {
    const { looks, find } = setUp();
    await expect(find(100)).resolves.toBeUndefined();
    expect(looks).toEqual([0, 100, 200, 400, 800, 1_600]);
  });

  test("ends with the reason of an abort", async () => {
    const { abort, find } = setUp();
    const found = find(1);
    abort.abort(new Error("stop"));
    await expect(found).rejects.toThrow("stop");
  });
});
