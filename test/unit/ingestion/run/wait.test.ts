import { describe, expect, test } from "@jest/globals";
import { DruidIngestionError } from "../../../../src/base/errors";
import { awaitEnd, lastReport } from "../../../../src/ingestion/run/wait";
import { type FakeDruidOptions, faults, type Plan } from "../../../harness/fake";
import { json } from "../../../harness/fake/exchange";
import { type Recorded, sessionOver } from "../../../harness/virtual/session";

const HOUR = 3_600_000;
const FOREVER = Number.POSITIVE_INFINITY;

async function running(
  plan: Partial<Plan> = {},
  options: Partial<FakeDruidOptions> = {},
  id = "x",
): Promise<Recorded & { taskId: string }> {
  const recorded = sessionOver(options);
  recorded.fake.plan(plan);
  await begin(recorded, id);
  recorded.fake.received.length = 0;
  return { ...recorded, taskId: `query-${id}` };
}

async function begin({ clock, session }: Recorded, id: string): Promise<void> {
  await clock.run(
    session.client.submit({ query: 'INSERT INTO "events" SELECT 1 PARTITIONED BY ALL', context: { sqlQueryId: id } }),
  );
}

const wait = ({ clock, session, taskId }: Recorded & { taskId: string }) => clock.run(awaitEnd(session, taskId));
const delays = ({ fake }: Recorded) => {
  const times = fake.received.map(({ atMs }) => atMs);
  return times.slice(1).map((at, index) => at - (times[index] ?? 0));
};
const routes = ({ fake }: Recorded) => fake.received.map(({ route }) => route).join(" ");

describe("awaitEnd()", () => {
  test("of a success gives status and final report", async () => {
    const end = await wait(await running({ rows: 5 }));
    expect(end).toMatchObject({
      is: "success",
      status: { statusCode: "SUCCESS", createdTime: expect.any(String) },
      report: { payload: { status: { status: "SUCCESS" } } },
    });
  });

  test("of a failure waits for a report that comes late", async () => {
    const it = await running({ outcome: { fault: "InsertTimeNull" }, reportDelayMs: 8_000 });
    expect(await wait(it)).toMatchObject({ is: "unpublished", report: { payload: { status: { status: "FAILED" } } } });
  });

  test("of a failure whose report never comes cannot tell", async () => {
    const it = await running({ outcome: { fault: "InsertTimeNull" }, noReport: true, runMs: 1_000 });
    const start = it.clock.now();
    expect(await wait(it)).toMatchObject({ is: "unknown", report: undefined });
    expect(it.clock.now() - start).toBeGreaterThanOrEqual(15_000);
    expect(it.clock.now() - start).toBeLessThan(20_000);
  });

  test("of a failure over its publish cannot tell", async () => {
    expect(await wait(await running({ outcome: { fault: "UnknownError", published: true } }))).toMatchObject({
      is: "unknown",
    });
  });

  test("of a success whose report never comes is a success, and says so", async () => {
    const it = await running({ noReport: true });
    expect(await wait(it)).toMatchObject({ is: "success", report: undefined });
    expect(it.logged.slice(1)).toEqual([
      'Druid has no report of task "query-x": its row counts and warnings are unknown',
    ]);
  });

  test("of a task that Druid does not know for a minute and five looks: lost", async () => {
    const it = await running({ vanish: true });
    const start = it.clock.now();
    expect(await wait(it)).toEqual({ is: "lost" });
    expect(it.clock.now() - start).toBeGreaterThanOrEqual(60_000);
    expect(it.clock.now() - start).toBeLessThan(66_000);
    expect(it.fake.received.length).toBeGreaterThanOrEqual(5);
    expect(it.fake.received.length).toBeLessThan(80);
  });

  test("a task that is unknown for a while only is waited for", async () => {
    const it = await running({ vanish: true, runMs: 1_000 });
    it.clock.sleep(40_000).then(
      async () => {
        it.fake.plan({ vanish: false });
        await it.session.client.submit({ query: "SELECT 1", context: { sqlQueryId: "x" } });
      },
      () => undefined,
    );
    expect(await wait(it)).toMatchObject({ is: "success" });
  });

  test("being unknown counts in a row only", async () => {
    const it = await running({ runMs: 10 * 60_000 });
    // Known, then unknown for less than a minute, again and again.
    const unknown = faults.answers({ status: 404, headers: {}, body: "Cannot find any task with id: [query-x]" });
    for (let minute = 1; minute < 9; minute += 1) {
      it.fake.in(minute * 60_000, () => it.fake.faults.add({ ...unknown, on: ["status", "reports"], times: 8 }));
    }
    expect(await wait(it)).toMatchObject({ is: "success" });
  });
});

describe("an outage", () => {
  test.each(["noDestination", "empty503", "html502"] as const)(
    "of the Overlord of 5 minutes is survived (%s)",
    async (how) => {
      const it = await running({ runMs: 60_000 });
      it.fake.in(30_000, () => it.fake.overlordAway(300_000, how));
      const start = it.clock.now();
      expect(await wait(it)).toMatchObject({ is: "success" });
      // Nothing ends while the Overlord is away; its return is seen within the longest pause.
      expect(it.clock.now() - start).toBeLessThan(30_000 + 300_000 + 40_000);
      expect(it.said).toContainEqual(expect.stringMatching(/^Druid does not answer \(HTTP \d+\), still trying$/));
      const during = it.fake.received.filter(({ atMs }) => atMs - start > 30_000 && atMs - start < 330_000);
      expect(during.length).toBeLessThan(60);
    },
  );

  test("of the network of 5 minutes is survived", async () => {
    const it = await running({ runMs: 60_000 });
    it.fake.in(30_000, () => it.fake.faults.add(faults.refuse({ times: 20 })));
    expect(await wait(it)).toMatchObject({ is: "success" });
    expect(it.said).toContain("Druid does not answer (no connection), still trying");
  });

  test("during which the machine sleeps for a night counts only while it was awake", async () => {
    const it = await running({ runMs: 60_000 });
    let sleptMs = 0;
    const clock = { ...it.clock, now: () => it.clock.now() + sleptMs, sleep: it.clock.sleep.bind(it.clock) };
    it.fake.in(30_000, () => it.fake.faults.add(faults.refuse({ times: 10 })));
    it.fake.in(55_000, () => {
      sleptMs = 8 * HOUR;
    });
    expect(await it.clock.run(awaitEnd({ ...it.session, clock }, it.taskId))).toMatchObject({ is: "success" });
  });

  test("of more than 10 minutes ends in a failure that lists what it saw", async () => {
    const it = await running({ runMs: 60_000, waitingMs: 3_000, pendingMs: 3_000 });
    it.fake.in(30_000, () => it.fake.faults.add(faults.refuse({ times: FOREVER })));
    const start = it.clock.now();
    await expect(wait(it)).rejects.toThrow(
      /^Cannot follow task "query-x" on "http:\/\/router:8888": Druid has not answered for 10 minutes \(11 minutes after the start; statuses seen before: WAITING \d+, PENDING \d+, RUNNING \d+\): Cannot read the status of task "query-x" on "http:\/\/router:8888": the connection was refused; .*; run `pulumi up` again when Druid is back, it resumes the task$/,
    );
    expect(it.clock.now() - start).toBeLessThan(12 * 60_000);
    expect(it.fake.received.length).toBeLessThan(150);
  });

  test("of the metadata store, for which Druid answers 500, is survived", async () => {
    const it = await running({ runMs: 600_000 });
    const broken = json(500, { error: "UnableToObtainConnectionException: Communications link failure" });
    it.fake.faults.add(faults.answers(broken, { on: ["status", "reports"], skip: 5, times: 10 }));
    expect(await wait(it)).toMatchObject({ is: "success" });
    expect(it.said).toContain("Druid does not answer (HTTP 500), still trying");
  });

  test("that falls on the final report is survived too", async () => {
    const it = await running({ outcome: { fault: "InsertTimeNull" }, runMs: 10_000 });
    it.fake.in(10_000, () => it.fake.faults.add(faults.noDestination({ on: "reports", times: 40 })));
    expect(await wait(it)).toMatchObject({ is: "unpublished" });
  });

  test("of the reports alone ends too, although the status of the failed task is there", async () => {
    const it = await running({ outcome: { fault: "InsertTimeNull" }, runMs: 10_000 });
    it.fake.faults.add(faults.empty503({ on: "reports", times: FOREVER }));
    const start = it.clock.now();
    await expect(wait(it)).rejects.toThrow(
      /Druid has not answered for 10 minutes .*: Cannot read the report of task "query-x"/,
    );
    expect(it.clock.now() - start).toBeLessThan(20 * 60_000);
  });

  test("of another kind is none: a lost permission is said at once", async () => {
    const it = await running({ runMs: 60_000 });
    it.fake.in(10_000, () => it.fake.faults.add(faults.forbidden({ times: FOREVER })));
    await expect(wait(it)).rejects.toThrow(/403.*grant DATASOURCE READ on the datasource that the task loads into/);
  });
});

describe("the pace", () => {
  test("of a job of 10 s is a look each half second, longer in a stage that goes on, every fourth at the report", async () => {
    const it = await running({ runMs: 9_000, startMs: 0 });
    await wait(it);
    const [first, ...rest] = delays(it);
    expect(first).toBe(500);
    expect(rest.slice(0, 6).every((ms) => ms === 500 || ms === 525)).toBe(true);
    expect(Math.max(...rest)).toBeLessThan(1_000);
    expect(rest.slice(-6, -2).every((ms) => ms === 500 || ms === 525)).toBe(true);
    expect(routes(it)).toMatch(/^status reports status status status reports status/);
    expect(it.fake.received.length).toBeLessThanOrEqual(20);
  });

  test("of a job of an hour is 400 requests at most, and its end is seen within a second", async () => {
    const it = await running({ runMs: HOUR });
    const start = it.clock.now();
    await wait(it);
    expect(it.fake.received.length).toBeLessThanOrEqual(400);
    expect(it.clock.now() - start - HOUR).toBeLessThan(1_000);
    expect(Math.max(...delays(it))).toBeLessThanOrEqual(15_025);
  });

  test("of an hour without reports is 400 requests at most too", async () => {
    const it = await running({ runMs: HOUR, reportDelayMs: 2 * HOUR, noReport: true });
    await wait(it);
    expect(it.fake.received.length).toBeLessThanOrEqual(400);
  });

  test("of ten jobs at once costs little more than that of one", async () => {
    const it = await running({ runMs: 60_000 }, { capacity: 100 }, "0");
    for (let job = 1; job < 10; job += 1) await begin(it, String(job));
    it.fake.received.length = 0;
    await it.clock.run(
      Promise.all(Array.from({ length: 10 }, (_, job) => awaitEnd(it.another().session, `query-${job}`))),
    );
    const bulk = it.fake.receivedOn("statuses").length;
    expect(it.fake.receivedOn("status").length).toBeLessThan(50);
    expect(bulk).toBeGreaterThan(10);
  });
});

describe("what it says", () => {
  test("begins with the permanent link to the task", async () => {
    const it = await running();
    await wait(it);
    expect(it.logged).toEqual(["See the task at http://router:8888/unified-console.html#tasks/task_id~query-x"]);
  });

  test("is how far the run is", async () => {
    const it = await running({ runMs: 30_000 });
    await wait(it);
    expect(it.said[1]).toMatch(/^\d+% · \d+ rows? · reading 1\/2 · 2\.\d kB$/);
    expect(it.said).toContainEqual(expect.stringMatching(/^\d+% · \d+ rows · \d+\/s · reading 1\/2/));
    expect(it.said).toContainEqual(expect.stringMatching(/^\d+% · \d+ rows · (\d+ s left · )?sorting 1\/2/));
    expect(it.said).toContainEqual(expect.stringMatching(/· writing 2\/2/));
    expect(it.said.at(-1)).toBe("published, reading the report");
  });

  test("also shows the time left, once it can be predicted", async () => {
    const it = await running({ runMs: 600_000 });
    await wait(it);
    expect(it.said).toContainEqual(
      expect.stringMatching(/^50% · 1,000 rows · [\d a-z]+ left · writing 2\/2 · \d+ written/),
    );
  });

  test("is why a run cannot begin: locks", async () => {
    const it = await running({ waitingMs: 30_000 });
    await wait(it);
    expect(it.said[1]).toBe("the task is starting");
    expect(it.said).toContain("waiting for locks: another task is working on the same datasource and time range");
  });

  test("is why a run cannot begin: no slot", async () => {
    const it = await running({ pendingMs: 30_000 });
    await wait(it);
    expect(it.said).toContain("waiting for a task slot: lower maxNumTasks of the running ingestions, or add capacity");
  });

  test("is why a run cannot begin, also where many are looked at together", async () => {
    const it = await running({ pendingMs: 30_000 }, {}, "0");
    await begin(it, "1");
    await it.clock.run(Promise.all([awaitEnd(it.session, "query-0"), awaitEnd(it.session, "query-1")]));
    expect(it.said).toContain("waiting for a task slot: lower maxNumTasks of the running ingestions, or add capacity");
  });

  test("is that workers are missing", async () => {
    const it = await running({ runMs: 20_000 }, { capacity: 2 });
    await it.clock.run(
      it.session.client.submit({
        query: 'INSERT INTO "other" SELECT 1 PARTITIONED BY ALL',
        context: { sqlQueryId: "y", maxNumTasks: 4 },
      }),
    );
    await it.clock.advance(25_000);
    const end = it.clock.run(awaitEnd(it.session, "query-y"), { limitMs: 30_000 });
    await end.catch(() => undefined);
    expect(it.said).toContainEqual(
      expect.stringMatching(/^waiting for task slots: \d of 4 tasks run; lower maxNumTasks or add capacity$/),
    );
  });

  test("is no more than a hint where reports cannot be had", async () => {
    const it = await running({ runMs: 20_000 });
    it.fake.faults.add(faults.forbidden({ on: "reports", times: FOREVER }));
    expect(await wait(it)).toMatchObject({ is: "success", report: undefined });
  });
});

describe("an interrupt", () => {
  test.each([
    ["between two looks", undefined],
    ["in a look that hangs", faults.hang({ on: "status", skip: 2 })],
    ["in a report that hangs", faults.hang({ on: "reports" })],
    ["in an outage", faults.refuse({ times: FOREVER })],
  ])("%s ends the wait at once", async (_name, fault) => {
    const it = await running({ runMs: HOUR });
    if (fault) it.fake.faults.add(fault);
    const start = it.clock.now();
    it.clock.sleep(30_000).then(
      () => it.stop.abort(new DruidIngestionError("interrupted", "stop")),
      () => undefined,
    );
    await expect(wait(it)).rejects.toThrow("stop");
    expect(it.clock.now() - start).toBe(30_000);
  });
});

describe("lastReport()", () => {
  test("waits for the final one while the live one is still served", async () => {
    const it = await running({ runMs: 2_000, startMs: 0, endMs: 0 });
    await it.clock.advance(1_500);
    const report = await it.clock.run(lastReport(it.session, it.taskId));
    expect(report?.payload.status.status).toBe("SUCCESS");
  });

  test("takes the live one where no other comes", async () => {
    const it = await running({ runMs: 60_000 });
    await it.clock.advance(30_000);
    const report = await it.clock.run(lastReport(it.session, it.taskId));
    expect(report?.payload.status.status).toBe("RUNNING");
  });
});
