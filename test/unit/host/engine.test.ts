import { describe, expect, test } from "@jest/globals";
import { judge, watchEngine } from "../../../src/host/engine";
import type { CallError } from "../../../src/host/sdk";
import { VirtualClock } from "../../harness/fake/clock";

const refused = { code: 14, details: "No connection established. Last error: connect ECONNREFUSED 127.0.0.1:5" };
const dropped = { code: 14, details: "Connection dropped" };

/** Answers in order, the last one for ever. */
function answers(...list: (CallError | null | Error)[]) {
  let asked = 0;
  const call = async () => {
    const answer = list[Math.min(asked, list.length - 1)] ?? null;
    asked += 1;
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { call, asked: () => asked };
}

describe("judge()", () => {
  test.each([
    ["answers", [null], true, 1],
    ["does not serve the call", [{ code: 12 }], true, 1],
    ["is stopped and lets the call run out", [{ code: 4 }], true, 1],
    ["cannot even be called", [new TypeError("no such method")], true, 1],
    ["refuses the connection", [refused], false, 2],
    ["refuses once, then answers", [refused, null], true, 2],
    ["never answered, behind something that drops connections", [dropped], true, 1],
  ] as const)("an engine that %s", async (_what, list, expected, asked) => {
    const clock = new VirtualClock();
    const engine = answers(...list);
    expect(await clock.run(judge(engine.call, clock)())).toBe(expected);
    expect(engine.asked()).toBe(asked);
  });

  test("an engine that answered before is dead when its connection is gone, whatever the reason", async () => {
    const clock = new VirtualClock();
    const alive = judge(answers(null, dropped).call, clock);
    expect(await clock.run(alive())).toBe(true);
    expect(await clock.run(alive())).toBe(false);
  });
});

describe("watchEngine()", () => {
  test("tells once, within 3.5 s, that the engine is gone, and asks no more", async () => {
    const clock = new VirtualClock();
    const engine = answers(null, null, null, refused);
    const startMs = clock.now();
    const gone: number[] = [];
    await clock.run(watchEngine(judge(engine.call, clock), clock, () => gone.push(clock.now() - startMs)));
    expect(gone).toEqual([3 * 2_000 + 1_300]);
    expect(clock.asleep).toBe(0);
    expect(engine.asked()).toBe(5);
  });
});
