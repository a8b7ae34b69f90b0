import { describe, expect, test } from "@jest/globals";
import { FakeClock, VirtualClock } from "../../../harness/fake/clock";

describe("FakeClock", () => {
  test("wakes who sleeps when it is moved so far", async () => {
    const clock = new FakeClock(1_000);
    let isAwake = false;
    void clock.sleep(10).then(() => {
      isAwake = true;
    });
    await clock.advance(9);
    expect(isAwake).toBe(false);
    await clock.advance(1);
    expect(isAwake).toBe(true);
  });

  test("stands still until it is moved, then wakes in order of time and of call", async () => {
    const clock = new FakeClock(1_000);
    const woken: string[] = [];
    for (const [name, ms] of [
      ["c", 30],
      ["a", 10],
      ["b", 10],
    ] as const) {
      void clock.sleep(ms).then(() => woken.push(`${name}@${clock.now()}`));
    }
    await clock.advance(9);
    expect(woken).toEqual([]);
    await clock.advance(21);
    expect(woken).toEqual(["a@1010", "b@1010", "c@1030"]);
    expect(clock.now()).toBe(1_030);
    expect(clock.asleep).toBe(0);
  });

  test("wakes a loop as often as the span allows", async () => {
    const clock = new FakeClock(0);
    let beats = 0;
    void (async () => {
      for (;;) {
        await clock.sleep(100);
        beats += 1;
      }
    })();
    await clock.advance(1_050);
    expect(beats).toBe(10);
    expect(clock.now()).toBe(1_050);
  });

  test("rejects with the signal's reason at once and forgets the sleeper", async () => {
    const clock = new FakeClock();
    const controller = new AbortController();
    const sleep = clock.sleep(1_000, controller.signal);
    controller.abort(new Error("stop"));
    await expect(sleep).rejects.toThrow("stop");
    expect(clock.asleep).toBe(0);
    await expect(clock.sleep(1, controller.signal)).rejects.toThrow("stop");
  });
});

describe("VirtualClock", () => {
  test("passes a day of concurrent loops at once, in the same order every time", async () => {
    const runOnce = async () => {
      const clock = new VirtualClock();
      const seen: string[] = [];
      const loop = async (name: string, ms: number) => {
        for (let i = 0; i < 100; i += 1) {
          await clock.sleep(ms);
          seen.push(name);
        }
      };
      const startedAt = clock.now();
      await clock.run(Promise.all([loop("a", 864_000), loop("b", 350_000), loop("c", 175_000)]));
      expect(clock.now() - startedAt).toBe(86_400_000);
      return seen.join("");
    };
    expect(await runOnce()).toBe(await runOnce());
  });

  test("gives the value, throws the error, and leaves others asleep", async () => {
    const clock = new VirtualClock();
    void clock.sleep(10_000);
    expect(await clock.run(clock.sleep(5).then(() => "done"))).toBe("done");
    await expect(clock.run(clock.sleep(5).then(() => Promise.reject(new Error("no"))))).rejects.toThrow("no");
    expect(clock.asleep).toBe(1);
  });

  test("fails a hang with the list of who sleeps", async () => {
    const clock = new VirtualClock();
    async function forEverAndEver(ms: number): Promise<void> {
      for (;;) await clock.sleep(ms);
    }
    await expect(clock.run(forEverAndEver(60_000), { limitMs: 3_600_000 })).rejects.toThrow(
      /3600000 ms of virtual time; asleep:\n {2}60000 ms, due in 60000 ms at .*clock.test.ts:\d+/,
    );
    await expect(clock.run(forEverAndEver(0), { limitWakes: 50 })).rejects.toThrow(/after waking 50 sleepers/);
    await expect(new VirtualClock().run(new Promise(() => {}))).rejects.toThrow(/stands still/);
  });
});
