import { describe, expect, test } from "@jest/globals";
import { faults } from "../../harness/fake";
import { json } from "../../harness/fake/exchange";
import { insert, replace, setUp } from "../../harness/virtual/setup";

const FAILURE = { fault: "InsertTimeNull", message: `Encountered a null timestamp ${"x".repeat(120)}`, stageNumber: 1 };

describe("a task that fails", () => {
  test("is a failure of the resource, with Druid's reason", async () => {
    const { fake, stack } = setUp();
    fake.plan({ outcome: FAILURE });
    expect((await stack.up({ query: insert("A") })).error).toMatch(
      /failed in stage 2\/2 \(Druid's stage 1\) on .*: InsertTimeNull: Encountered/,
    );
    expect(stack.outputs).toMatchObject({ state: "FAILED", error: { errorCode: "InsertTimeNull", stageNumber: 1 } });
  });

  test("leaves the resource with everything that the next `pulumi up` needs, and the whole error", async () => {
    const { fake, stack } = setUp();
    fake.plan({ outcome: FAILURE });
    const outcome = await stack.up({ query: insert("A") });
    const taskId = "query-pulumi-events-e7e12cea53-1";
    expect(outcome.error).toBe(
      `Cannot create ingestion "events" on "http://router:8888": task "${taskId}" failed in stage 2/2 (Druid's stage 1) on localhost:8100: ` +
        `InsertTimeNull: ${FAILURE.message}; some rows have no __time: add a filter like WHERE TIME_PARSE("t") IS NOT NULL ` +
        "to leave them out, COALESCE to give them a time, or correct the format in TIME_PARSE; then run `pulumi up` again; " +
        `see http://router:8888/unified-console.html#tasks/task_id~${taskId}`,
    );
    expect(stack.resource).toMatchObject({
      id: "pulumi-events-e7e12cea53",
      initErrors: [outcome.error],
      outputs: {
        query: insert("A"),
        state: "FAILED",
        number: 1,
        published: [],
        taskId,
        key: "pulumi-events-e7e12cea53",
        __provider: expect.stringContaining("pulumi-druid/provider"),
        error: {
          message: FAILURE.message,
          errorCode: "InsertTimeNull",
          stageNumber: 1,
          taskId: `${taskId}-worker0_0`,
          host: "localhost:8100",
        },
      },
    });
  });

  test("names the root cause, and what to do about it", async () => {
    const { fake, stack } = setUp();
    const outer =
      "java.lang.RuntimeException: java.lang.RuntimeException: Error occurred while trying to read uri: http://h/x";
    const stackTrace = `${outer}\n\tat a.b(C.java:1)\nCaused by: java.io.FileNotFoundException: http://u:swordfish@h/x\n\tat d.e(F.java:2)\n`;
    fake.plan({ outcome: { fault: "UnknownError", message: outer, stageNumber: 0, stackTrace } });
    const { error } = await stack.up({ query: insert("A") });
    expect(error).toContain(
      "UnknownError: Error occurred while trying to read uri: http://h/x; caused by FileNotFoundException: http://h/x; " +
        "check that the source is there, and that Druid's servers can reach and read it; then run `pulumi up` again; see http",
    );
    expect(stack.outputs.error).toMatchObject({
      message: "Error occurred while trying to read uri: http://h/x; caused by FileNotFoundException: http://h/x",
    });
    expect((await stack.up({ query: insert("B") }, { secretQuery: true })).error).not.toContain("FileNotFound");
  });

  test("is told without what the query holds to log in, although the query is no secret", async () => {
    const { fake, stack } = setUp();
    const message = 'Server returned 403 for URL: http://h/x with "swordfish", near http://u:swordf';
    fake.plan({ outcome: { ...FAILURE, message } });
    const source = '{"type":"http","uris":["http://u:swordfish@h/x"]}';
    const query = `INSERT INTO events SELECT a FROM TABLE(EXTERN('${source}', '{"type":"json"}')) EXTEND (a VARCHAR) PARTITIONED BY ALL`;
    const { error, lines } = await stack.up({ query });
    expect(error).toMatch(
      /InsertTimeNull: Server returned 403 for URL: http:\/\/h\/x with "\[secret\]", near http:\/\//,
    );
    const { query: _query, ...outputs } = stack.outputs;
    expect(JSON.stringify([error, lines, outputs, stack.resource?.initErrors])).not.toMatch(/swordf/);
  });

  test("is told by its status where the store of reports fails: no later command is stopped by that", async () => {
    const { fake, stack } = setUp();
    fake.plan(/-1$/, { outcome: FAILURE });
    const broken = json(500, { error: "AmazonS3Exception: Access Denied" });
    fake.faults.add(faults.answers(broken, { on: "reports", times: Number.POSITIVE_INFINITY }));
    expect((await stack.up({ query: insert("A") })).error).toMatch(/-1" failed: InsertTimeNull: Encountered a null/);
    expect(stack.outputs).toMatchObject({ state: "FAILED", published: [expect.stringMatching(/\?$/)] });
    expect((await stack.refresh()).error).toBeUndefined();
    expect((await stack.up({ query: insert("B") })).error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([insert("B")]);
  });

  test("is not run for ever where Druid forgets each run of it", async () => {
    const { fake, stack } = setUp();
    fake.plan({ historyMs: 0 });
    const { error } = await stack.up({ query: replace("A") });
    expect(error).toContain("Druid has forgotten 3 runs of it in a row");
    expect(fake.ledger.map(({ taskId }) => taskId.slice(-2))).toEqual(["-1", "-2", "-3"]);
    expect(stack.outputs).toMatchObject({
      state: "STALE",
      number: 3,
      published: [expect.stringMatching(/^v1:.*\?$/)],
    });
    fake.plan({ historyMs: undefined });
    expect((await stack.up({ query: replace("A") })).error).toBeUndefined();
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 4 });
  });

  test("is run again by the next `pulumi up`, without its error afterwards", async () => {
    const { fake, stack } = setUp();
    fake.plan(/-1$/, { outcome: FAILURE });
    await stack.up({ query: insert("A") });
    const outcome = await stack.up({ query: insert("A") });
    expect(outcome).toMatchObject({ asked: ["check", "diff", "update"] });
    expect(outcome.error).toBeUndefined();
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 2 });
    expect(stack.outputs).not.toHaveProperty("error");
    expect(fake.ledger).toHaveLength(1);
  });

  test("in an update keeps what was published before", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    const { published } = stack.outputs;
    fake.plan('"letter"', { outcome: FAILURE });
    const outcome = await stack.up({ query: insert("B") });
    expect(outcome.error).toMatch(/^Cannot update ingestion "events"/);
    expect(stack.outputs).toMatchObject({ state: "FAILED", number: 2, published, query: insert("B") });
    // What was there before is there still: back to it, nothing is run.
    expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
    expect(fake.ledger).toHaveLength(1);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 3, taskId: expect.stringMatching(/-1$/) });
  });

  test("that was canceled by somebody else is run again", async () => {
    const { fake, stack, later } = setUp();
    fake.plan(/-1$/, { runMs: 60_000 });
    const shutdown = () =>
      fake.handle({
        method: "POST",
        path: `/druid/indexer/v1/task/${fake.tasks[0]?.id}/shutdown`,
        query: {},
        headers: {},
      });
    const outcome = await stack.up({ query: insert("A") }, { meanwhile: later(5_000, () => void shutdown()) });
    expect(outcome.error).toMatch(/failed on localhost:8100: Canceled: Query canceled/);
    expect(stack.outputs).toMatchObject({ state: "FAILED", published: [] });
    expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
    expect(fake.ledger).toHaveLength(1);
  });

  test("a REPLACE that failed over its publish is run again: it takes its own rows out", async () => {
    const { fake, stack } = setUp();
    fake.plan(/-1$/, { outcome: { fault: "UnknownError", published: true } });
    await stack.up({ query: replace("A") });
    expect(stack.outputs.published).toEqual([expect.stringMatching(/^v1:.*\?$/)]);
    expect((await stack.up({ query: replace("A") })).error).toBeUndefined();
    expect(fake.ledger).toHaveLength(2);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 2, published: [expect.stringMatching(/^v1:/)] });
  });
});

describe("an INSERT that may have published before it failed", () => {
  async function uncertain() {
    const world = setUp();
    world.fake.plan(/-1$/, { outcome: { fault: "UnknownError", published: true } });
    await world.stack.up({ query: insert("A") });
    return world;
  }

  test("does not suggest another `pulumi up`, since that will stop and ask", async () => {
    const { fake, stack } = setUp();
    fake.plan({ outcome: { fault: "UnknownError", published: true } });
    const { error } = await stack.up({ query: insert("A") });
    expect(error).toContain(
      "it may have published its rows before, so the next `pulumi up` loads nothing by itself; check " +
        '"events": if the rows are there, set adoptTaskId to "query-pulumi-events-e7e12cea53-1"; otherwise change triggers',
    );
    expect(error).not.toContain("run `pulumi up` again");
    expect((await stack.up({ query: insert("A") })).error).toContain("it cannot be determined whether");
  });

  test("suggests another `pulumi up` for a REPLACE, which then runs again", async () => {
    const { fake, stack } = setUp();
    fake.plan(/-1$/, { outcome: { fault: "WorkerRpcFailed", published: true } });
    const { error } = await stack.up({ query: replace("A") });
    expect(error).toContain("run `pulumi up` again");
    expect((await stack.up({ query: replace("A") })).error).toBeUndefined();
  });

  test("stops and asks, with the task's id, and changes nothing", async () => {
    const { fake, stack } = await uncertain();
    const before = stack.resource;
    const outcome = await stack.up({ query: insert("A") });
    expect(outcome.error).toBe(
      'Cannot update ingestion "events" on "http://router:8888": it cannot be determined whether task ' +
        '"query-pulumi-events-e7e12cea53-1" published its rows, and loading them again could duplicate them; check ' +
        '"events" on "http://router:8888": if the rows are there, set adoptTaskId to ' +
        '"query-pulumi-events-e7e12cea53-1"; otherwise change triggers to load them again',
    );
    expect(stack.resource).toEqual(before);
    expect(fake.tasks).toHaveLength(1);
  });

  test("takes the user's word that the rows are there", async () => {
    const { fake, stack } = await uncertain();
    const outcome = await stack.up({ query: insert("A"), adoptTaskId: "query-pulumi-events-e7e12cea53-1" });
    expect(outcome.error).toBeUndefined();
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", adopted: true, published: [expect.stringMatching(/^v1/)] });
    expect(fake.ledger).toHaveLength(1);
    // The answer stays true, and may stay in the program or go.
    expect((await stack.up({ query: insert("A") })).error).toBeUndefined();
    expect(fake.ledger).toHaveLength(1);
  });

  test("loads again where the user says so by a new trigger", async () => {
    const { fake, stack } = await uncertain();
    fake.warehouse.markUnused("events");
    const outcome = await stack.up({ query: insert("A"), triggers: ["again"] });
    expect(outcome.error).toBeUndefined();
    expect(fake.ledger.map(({ what }) => what)).toEqual(["insert", "drop", "insert"]);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 2 });
  });

  test("an answer given once does not count for what comes later", async () => {
    const { fake, stack } = await uncertain();
    const adoptTaskId = "query-pulumi-events-e7e12cea53-1";
    await stack.up({ query: insert("A"), adoptTaskId });
    fake.plan(/-3$/, { outcome: { fault: "UnknownError", published: true } });
    await stack.up({ query: insert("B"), adoptTaskId });
    const outcome = await stack.up({ query: insert("B"), adoptTaskId });
    expect(outcome.error).toMatch(/cannot be determined whether task "query-pulumi-events-e7e12cea53-3" published/);
  });
});

describe("a task that Druid forgets", () => {
  test("is looked for a minute, then an INSERT stops and asks", async () => {
    const { clock, fake, stack } = setUp();
    fake.plan({ vanish: true });
    const start = clock.now();
    const outcome = await stack.up({ query: insert("A") });
    expect(outcome.error).toMatch(
      /^Cannot create ingestion "events" on "http:\/\/router:8888": it cannot be determined whether task "query-pulumi-events-e7e12cea53-1" published/,
    );
    // There is nothing that goes on in Druid.
    expect(outcome.error).not.toMatch(/keeps running in Druid/);
    expect(clock.now() - start).toBeGreaterThanOrEqual(60_000);
    expect(clock.now() - start).toBeLessThan(80_000);
    expect(stack.outputs).toMatchObject({ state: "RUNNING", number: 1 });
  });

  test("asks again at the next `pulumi up`, and takes the answer that nothing is there", async () => {
    const { fake, stack } = setUp();
    fake.plan(/-1$/, { vanish: true });
    await stack.up({ query: insert("A") });
    const asked = await stack.up({ query: insert("A") });
    expect(asked.error).toMatch(/cannot be determined whether task/);
    // The minute of the search must not look like a hang.
    expect(asked.lines.map(({ message }) => message)).toContain(
      'Druid does not know task "query-pulumi-events-e7e12cea53-1", which was running: asking for a minute',
    );
    const outcome = await stack.up({ query: insert("A"), triggers: [1] });
    expect(outcome.error).toBeUndefined();
    expect(fake.ledger).toHaveLength(1);
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 2 });
  });

  test("takes the answer that the rows are there, though Druid knows nothing of the task", async () => {
    const { fake, stack } = setUp();
    fake.plan(/-1$/, { vanish: true });
    await stack.up({ query: insert("A") });
    const outcome = await stack.up({ query: insert("A"), adoptTaskId: String(stack.outputs.taskId) });
    expect(outcome.error).toBeUndefined();
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", adopted: true, published: [expect.stringMatching(/^v1/)] });
    expect(fake.receivedOn("submit").filter(({ answered }) => answered === 202)).toHaveLength(1);
  });

  test("a REPLACE is run again under the next number", async () => {
    const { fake, stack } = setUp();
    fake.plan(/-1$/, { vanish: true });
    const outcome = await stack.up({ query: replace("A") });
    expect(outcome.error).toBeUndefined();
    expect(stack.outputs).toMatchObject({ state: "SUCCESS", number: 2 });
    expect(fake.ledger).toHaveLength(1);
  });
});

describe("segments that do not load", () => {
  test("fail the `pulumi up` after the limit, and the next one goes on waiting", async () => {
    const { fake, stack } = setUp();
    fake.plan({ loadDelayMs: 700_000 });
    const outcome = await stack.up({ query: insert("A"), segmentLoadTimeoutSeconds: 30 });
    expect(outcome.error).toBe(
      'Cannot finish the wait for segments of "events" on "http://router:8888": 1 of 1 segments cannot be queried after ' +
        "31 s; the rows are published: check the Historicals' free space and the Coordinator's rules, then run `pulumi up` again, " +
        "or raise segmentLoadTimeoutSeconds",
    );
    expect(stack.outputs).toMatchObject({ state: "RUNNING", published: [expect.stringMatching(/^v1/)], number: 1 });
    const next = await stack.up({ query: insert("A"), segmentLoadTimeoutSeconds: 900 });
    expect(next.error).toBeUndefined();
    expect(stack.outputs).toMatchObject({ state: "SUCCESS" });
    expect(fake.ledger).toHaveLength(1);
  });

  test("a Coordinator that is away for a while does not fail the `pulumi up`", async () => {
    const { fake, stack, later } = setUp();
    fake.plan({ loadDelayMs: 90_000 });
    const away = () => fake.faults.add(faults.noDestination({ on: ["loadstatus", "segments"], times: 12 }));
    const outcome = await stack.up({ query: insert("A") }, { meanwhile: later(20_000, away) });
    expect(outcome.error).toBeUndefined();
    expect(stack.outputs).toMatchObject({ state: "SUCCESS" });
  });
});

test.each([27, 37] as const)(
  "an INSERT whose worker died over its publish, without a report, is asked about (Druid %d)",
  async (version) => {
    const { fake, stack } = setUp({ version });
    fake.plan(/-1$/, { outcome: { fault: "WorkerFailed", published: true }, noReport: true });
    await stack.up({ query: insert("A") });
    expect((await stack.up({ query: insert("A") })).error).toContain("cannot be determined whether task");
    expect(fake.contentsOf("events")).toEqual([insert("A")]);
  },
);
