import { describe, expect, test } from "@jest/globals";
import { throttled } from "../../../src/host/status";
import { FakeClock } from "../../harness/fake/clock";

function setUp(env: NodeJS.ProcessEnv) {
  const clock = new FakeClock(0);
  const sent: string[] = [];
  const send = throttled((urn, message) => sent.push(`${clock.now()} ${urn} ${message}`), clock, env);
  return { clock, sent, send };
}

describe("throttled()", () => {
  test("sends the first line at once and the same line never again", async () => {
    const { clock, sent, send } = setUp({});
    send("a", "stage 1");
    await clock.advance(3_600_000);
    send("a", "stage 1");
    expect(sent).toEqual(["0 a stage 1"]);
  });

  test("holds a change back for a second, then sends what is said then", async () => {
    const { clock, sent, send } = setUp({});
    send("a", "1 %");
    await clock.advance(500);
    send("a", "2 %");
    await clock.advance(500);
    send("a", "3 %");
    expect(sent).toEqual(["0 a 1 %", "1000 a 3 %"]);
  });

  test("sends at most two lines a minute where each becomes a line of a CI log", async () => {
    const { clock, sent, send } = setUp({ CI: "true" });
    for (let second = 0; second < 60; second += 1) {
      send("a", `${second} s`);
      await clock.advance(1_000);
    }
    expect(sent).toEqual(["0 a 0 s", "30000 a 30 s"]);
  });

  test("resources do not hold each other back", () => {
    const { sent, send } = setUp({});
    send("a", "1 %");
    send("b", "1 %");
    expect(sent).toEqual(["0 a 1 %", "0 b 1 %"]);
  });
});
