import { describe, expect, jest, test } from "@jest/globals";
import { asMarkdown, replaceBlock, shortTable } from "../../bench/markdown";
import { measure } from "../../bench/measure";
import { atMost, type Part } from "../../bench/part";
import { figuresOf } from "../../bench/waiting/figures";
import { ours } from "../../bench/waiting/ours";
import { follow, peers } from "../../bench/waiting/peers";
import { drawnTasks, JUDGING_SEED, TUNING_SEED } from "../../bench/waiting/shapes";
import { sessionOver } from "../../harness/virtual/session";

const waitOf = (name: RegExp, durationMs: number, answerMs = 100) => {
  const peer = peers.find((one) => name.test(one.name));
  if (!peer) throw new Error(`there is no ${name}`);
  return follow(
    peer,
    durationMs,
    () => answerMs,
    () => 0.5,
  );
};

describe("a wait of others", () => {
  // An answer of 100 ms tells what was after 50: Druid is looked at every 1,100 ms, so for the tenth time at 9,950.
  test.each([
    [/web console/, { requests: 11, delayMs: 1_100 }],
    [/Airflow/, { requests: 11, delayMs: 2_100 }],
    [/druidapi/, { requests: 18, delayMs: 300 }],
    [/post-index-task/, { requests: 3, delayMs: 300 }],
    // Pauses of 2, 3 and 5 s.
    [/smithy/, { requests: 4, delayMs: 400 }],
  ])("%s of 10 s is what arithmetic says", (name, expected) => {
    expect(waitOf(name, 10_000)).toEqual(expected);
  });

  test("is the same over the fake Druid", async () => {
    const { clock, fake, session } = sessionOver({ latencyMs: 100 });
    // The submit's answer arrives 50 ms after the launch.
    fake.plan({ startMs: 0, runMs: 10_050, endMs: 0 });
    const query = 'INSERT INTO "t" SELECT 1 PARTITIONED BY ALL';
    await clock.run(session.client.submit({ query, context: { sqlQueryId: "x" } }));
    const loop = async () => {
      while ((await session.client.status("query-x"))?.statusCode === "RUNNING") await clock.sleep(1_000);
    };
    await clock.run(loop());
    const requests = fake.receivedOn("status").length;
    const delayMs = clock.now() - (fake.tasks[0]?.endedAtMs ?? 0);
    expect({ requests, delayMs }).toEqual(waitOf(/web console/, 10_000));
  });

  test("with any fixed pause costs about half the duration", () => {
    const waits = Array.from({ length: 200 }, (_, at) => {
      const durationMs = 600_000 + at * 137;
      return { kind: "", durationMs, ...waitOf(/5 s \(/, durationMs, 0) };
    });
    expect(figuresOf(waits).cost).toBeCloseTo(1, 1);
  });
});

test("ours, of a task of 20 s, is seen to its end in few requests", async () => {
  const [linear] = drawnTasks(JUDGING_SEED, 1);
  if (!linear) throw new Error("nothing was drawn");
  const { requests, delayMs } = await ours({ ...linear, durationMs: 20_000 }, 1);
  expect(requests).toBeGreaterThan(5);
  expect(requests).toBeLessThan(35);
  expect(delayMs).toBeGreaterThan(0);
  expect(delayMs).toBeLessThan(1_000);
});

test("the pace is judged on other tasks than it was tuned on", () => {
  const durations = (seed: number) => drawnTasks(seed, 3).map(({ durationMs }) => durationMs);
  expect(durations(JUDGING_SEED)).toEqual(durations(JUDGING_SEED));
  expect(durations(TUNING_SEED).filter((one) => durations(JUDGING_SEED).includes(one))).toEqual([]);
});

describe("the result", () => {
  const part: Part = async () => ({
    tables: [{ title: "Waiting", head: ["", "s"], rows: [["ours", 1]] }],
    goals: { "waiting: delay": atMost(0.5, 0.25, "s"), "waiting: requests": atMost(400, 401, "requests") },
  });
  const result = async () => {
    const quiet = jest.spyOn(process.stderr, "write").mockReturnValue(true);
    return measure({ waiting: part }, { isQuick: true }).finally(() => quiet.mockRestore());
  };

  test("has each goal with its bound and whether it is met", async () => {
    expect(JSON.parse(JSON.stringify(await result()))).toMatchObject({
      machine: { cpus: expect.any(Number) },
      versions: { "Node.js": process.versions.node, "druid-query-toolkit": expect.any(String) },
      date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      secondsByPart: { waiting: 0 },
      goals: {
        "waiting: delay": { goal: 0.5, value: 0.25, unit: "s", met: true },
        "waiting: requests": { goal: 400, value: 401, unit: "requests", met: false },
      },
    });
  });

  test("is written for people, a missed goal in bold", async () => {
    expect(asMarkdown(await result())).toContain(
      "| waiting: requests | 401 requests | at most 400 requests | **missed** |",
    );
    expect(shortTable(await result())).toContain(
      "| waiting: requests | 401 requests, **missed** | at most 400 requests |",
    );
  });

  test("takes the place of the one before", () => {
    const page = (text: string) => `a\n<!-- bench: by -->\n${text}<!-- end of bench -->\nb\n`;
    expect(replaceBlock(page("old\n"), "$1 new")).toBe(page("\n$1 new\n\n"));
    expect(() => replaceBlock("a", "new")).toThrow("no mark");
  });
});
