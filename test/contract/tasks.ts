/** The contract of tasks: submitted, running, waiting, cancelled, unknown, fenced. */
import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import { notQueryable } from "../../src/ingestion/segments/timeline";
import { segmentsOf } from "../../src/ingestion/segments/used";
import { type Asked, until } from "./asked";
import { ALL_OF_TIME, insert, ROW, replace, TWO } from "./rows";

export function contractOfTasks(asked: Asked): void {
  test("takes an INSERT under our id, echoes its context, reports it and refuses the id from then on", async () => {
    const dataSource = asked.named("insert");
    const query = insert(dataSource, asked.source(TWO));
    const context = { sqlQueryId: randomUUID(), pulumiDruid: "v1:x insert" };
    const answer = asked.note("submit", await asked.client.submit({ query, context }));
    expect(answer).toEqual({ taskId: `query-${context.sqlQueryId}`, state: "RUNNING" });
    const status = asked.note("status of SUCCESS", await asked.ended(answer.taskId));
    expect(status).toMatchObject({ statusCode: "SUCCESS", dataSource, type: "query_controller", errorMsg: null });
    const report = asked.note("report of SUCCESS", await asked.finalReport(answer.taskId));
    expect(report?.payload.status.status).toBe("SUCCESS");
    expect(report?.payload.stages?.map(({ phase }) => phase)).toEqual(["FINISHED", "FINISHED"]);
    expect(report?.payload.counters?.["1"]?.["0"]?.segmentGenerationProgress?.rowsPushed).toBe(2);
    const payload = asked.note("payload", await asked.client.payload(answer.taskId));
    expect(payload).toMatchObject({ type: "query_controller", dataSource, sqlQueryContext: context });
    const twice = await asked.refusal("duplicate", asked.client.submit({ query, context }));
    expect([twice.status, twice.detail]).toEqual([500, expect.stringMatching(/already exists/)]);
    await asked.count(dataSource, 2);
    const used = asked.note("used segments", await asked.client.usedSegments(dataSource));
    expect(used).toHaveLength(1);
    expect(await asked.client.brokerSegments(dataSource, "available")).toEqual(used);
    expect(await asked.client.brokerSegments(dataSource, "available", { among: ["x", ...used], limit: 2 })).toEqual(
      used,
    );
    expect(await asked.client.brokerSegments(dataSource, "available", { among: ["x"] })).toEqual([]);
    const parts = asked.note("queryable segments", await asked.client.queryableSegments(dataSource, [ALL_OF_TIME]));
    expect(notQueryable(segmentsOf(dataSource, used), parts)).toEqual([]);
  });

  test("tells that the Coordinator has the leading Overlord in its process", async () => {
    expect(asked.note("is leader", await asked.client.isOverlordOfCoordinatorLeading())).toBe(true);
  });

  test("holds one REPLACE back while another runs, and lets it go on afterwards", async () => {
    const dataSource = asked.named("lock");
    const { extern, letGo } = asked.slowSource();
    const first = await asked.submit(replace(dataSource, extern));
    // Druid says RUNNING a moment before it knows where.
    const isRunning = await until(
      () => asked.client.status(first),
      (status) => typeof status?.location?.host === "string",
    );
    expect(asked.note("status of RUNNING", isRunning)?.runnerStatusCode).toBe("RUNNING");
    const live = await until(
      () => asked.report(first),
      (report) => report?.payload.counters?.["0"] !== undefined,
    );
    expect(asked.noteUnfinished("live report", live)?.payload.stages?.[0]?.phase).toBe("READING_INPUT");
    expect(live?.payload.status.status).toBe("RUNNING");
    const second = await asked.submit(replace(dataSource, asked.source([...TWO, ROW(3)])));
    const insertion = await asked.submit(insert(dataSource, asked.source(TWO)));
    expect(await asked.ended(insertion)).toMatchObject({
      errorMsg: expect.stringMatching(/^InsertCannotAllocateSegment: /),
    });
    const waiting = asked.note("status of WAITING", await asked.client.status(second));
    expect(waiting).toMatchObject({ statusCode: "RUNNING", runnerStatusCode: "WAITING", location: { host: null } });
    expect(await asked.client.report(second)).toBeUndefined();
    const bulk = await asked.client.statuses([first, second, "query-unknown"]);
    asked.note("bulk", bulk.get(second));
    expect([...bulk].map(([id, { statusCode }]) => [id, statusCode]).sort()).toEqual(
      [
        [first, "RUNNING"],
        [second, "RUNNING"],
      ].sort(),
    );
    letGo();
    expect((await asked.ended(first))?.statusCode).toBe("SUCCESS");
    expect((await asked.ended(second))?.statusCode).toBe("SUCCESS");
    await asked.count(dataSource, 3);
  });

  test("cancels what runs and what waits, and changes nothing that has ended", async () => {
    const dataSource = asked.named("cancel");
    const { extern, letGo } = asked.slowSource();
    const first = await asked.submit(replace(dataSource, extern));
    await until(
      () => asked.report(first),
      (report) => report?.payload.stages?.[0]?.phase === "READING_INPUT",
    );
    const second = await asked.submit(replace(dataSource, asked.source(TWO)));
    expect(await asked.client.shutdown(second)).toBe(true);
    const never = asked.note("status of cancelled WAITING", await asked.client.status(second));
    expect(never).toMatchObject({
      statusCode: "FAILED",
      errorMsg: "Shutdown request from user",
      location: { host: null },
    });
    expect(await asked.client.report(second)).toBeUndefined();
    expect(await asked.client.shutdown(first)).toBe(true);
    expect(await asked.client.status(first)).toMatchObject({
      statusCode: "FAILED",
      errorMsg: "Shutdown request from user",
    });
    letGo();
    const report = asked.noteUnfinished("report of cancelled", await asked.finalReport(first));
    expect(report?.payload.status).toMatchObject({
      status: "FAILED",
      errorReport: { error: { errorCode: "Canceled" } },
    });
    expect(report?.payload.stages?.map(({ phase }) => phase)).toEqual([undefined, undefined]);
    const { id } = await asked.run(replace(dataSource, asked.source(TWO)));
    expect(await asked.client.shutdown(id)).toBe(true);
    expect(await asked.client.status(id)).toMatchObject({ statusCode: "SUCCESS" });
  });

  test("knows nothing of unknown ids", async () => {
    const id = `query-${randomUUID()}`;
    expect(await asked.client.status(id)).toBeUndefined();
    expect(await asked.client.report(id)).toBeUndefined();
    expect(await asked.client.payload(id)).toBeUndefined();
    expect(await asked.client.shutdown(id)).toBe(false);
    expect((await asked.client.statuses([id])).size).toBe(0);
  });

  test("fences an id by a noop task", async () => {
    const sqlQueryId = randomUUID();
    const noop = { id: `query-${sqlQueryId}`, dataSource: asked.named("noop"), context: { pulumiDruid: "mark - urn" } };
    await asked.client.submitNoop(noop);
    expect(await asked.ended(noop.id)).toMatchObject({ statusCode: "SUCCESS", type: "noop" });
    expect(asked.note("noop payload", await asked.client.payload(noop.id))).toMatchObject({
      type: "noop",
      context: noop.context,
    });
    expect(await asked.client.report(noop.id)).toBeUndefined();
    const query = insert(noop.dataSource, asked.source(TWO));
    const fenced = await asked.refusal("fenced", asked.submit(query, {}, sqlQueryId));
    expect([fenced.status, fenced.detail]).toEqual([500, expect.stringMatching(/already exists/)]);
    const again = await asked.refusal("second noop", asked.client.submitNoop(noop));
    const words = asked.since(30) ? `Task[${noop.id}] already exists` : `Task [${noop.id}] already exists.`;
    expect([again.status, again.detail]).toEqual([400, words]);
  });
}
