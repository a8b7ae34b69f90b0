import { describe, expect, test } from "@jest/globals";
import { throttled } from "../../../src/host/status";
import { FakeClock } from "../../harness/fake/clock";

function setUp(env: NodeJS.ProcessEnv) {
  const clock = new FakeClock(0);
  const sent: string[] = [];
  const { say, settle } = throttled((urn, message) => sent.push(`${clock.now()} ${urn} ${message}`), clock, env);
  return { clock, sent, send: say, settle };
}

describe("throttled()", () => {
  test("sends the first line at once and the same line never again", async () => {
    const { clock, sent, send } = setUp({});
    send("a", "stage 1");
    await clock.advance(3_600_000);
    send("a", "stage 1");
    expect(sent).toEqual(["0 a stage 1"]);
  });

  test("holds messages back for a second, then sends the newest", async () => {
    const { clock, sent, send } = setUp({});
    send("a", "1 %");
    await clock.advance(500);
    send("a", "2 %");
    send("a", "3 %");
    await clock.advance(499);
    expect(sent).toEqual(["0 a 1 %"]);
    await clock.advance(1);
    expect(sent).toEqual(["0 a 1 %", "1000 a 3 %"]);
  });

  test("sends a message that is said only once, right after another one", async () => {
    const { clock, sent, send } = setUp({});
    send("a", "looking for earlier runs");
    send("a", "waiting for other ingestions");
    await clock.advance(85_000);
    expect(sent).toEqual(["0 a looking for earlier runs", "1000 a waiting for other ingestions"]);
  });

  test("sends nothing if the newest message is already shown", async () => {
    const { clock, sent, send } = setUp({});
    send("a", "1 %");
    send("a", "away");
    send("a", "1 %");
    await clock.advance(5_000);
    expect(sent).toEqual(["0 a 1 %"]);
    send("a", "2 %");
    expect(sent).toEqual(["0 a 1 %", "5000 a 2 %"]);
  });

  test("sends nothing after a permanent line, and leaves no timer behind", async () => {
    const { clock, sent, send, settle } = setUp({});
    send("a", "1 %");
    send("a", "2 %");
    settle("a");
    await clock.advance(5_000);
    expect(sent).toEqual(["0 a 1 %"]);
    send("a", "1 %");
    expect(sent).toEqual(["0 a 1 %", "5000 a 1 %"]);
  });

  test.each([[{ CI: "true" }], [{ JENKINS_URL: "http://ci" }], [{ PULUMI_AUTOMATION_API: "true" }]])(
    "sends at most two lines a minute where each becomes a line of a log: %j",
    async (env) => {
      const { clock, sent, send } = setUp(env);
      for (let second = 0; second < 60; second += 1) {
        send("a", `${second} s`);
        await clock.advance(1_000);
      }
      expect(sent).toEqual(["0 a 0 s", "30000 a 29 s", "60000 a 59 s"]);
    },
  );

  test("CI=false counts as a terminal", async () => {
    const { clock, sent, send } = setUp({ CI: "false" });
    send("a", "1 %");
    await clock.advance(1_000);
    send("a", "2 %");
    expect(sent).toHaveLength(2);
  });

  test("resources do not hold each other back", () => {
    const { sent, send } = setUp({});
    send("a", "1 %");
    send("b", "1 %");
    expect(sent).toEqual(["0 a 1 %", "0 b 1 %"]);
  });
});
