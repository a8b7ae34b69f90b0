import { afterEach, describe, expect, test } from "@jest/globals";
import { isHttpError } from "../../../../src/base/errors";
import { druid, failureOf, type Reply, replay, reply, stopAllWebs } from "../web";

afterEach(stopAllWebs);

describe("an unknown task", () => {
  const unknown = [
    "27.0.0/status-unknown",
    "37.0.0/status-unknown",
    "by-hand-24/status-unknown",
    "by-hand-24/status-unknown-json",
  ];
  test.each(unknown)("is undefined or false everywhere (%s)", async (name) => {
    const { client } = await druid(name);
    await expect(client.status("query-x")).resolves.toBeUndefined();
    await expect(client.report("query-x")).resolves.toBeUndefined();
    await expect(client.payload("query-x")).resolves.toBeUndefined();
    await expect(client.shutdown("query-x")).resolves.toBe(false);
  });

  // What is unknown may be submitted again: nothing else may pass for it.
  const others: [string, Reply][] = [
    ["a wrong path", replay("27.0.0/path-unknown")],
    ["a proxy's page", reply(404, "<html><title>404 Not Found</title></html>", { "content-type": "text/html" })],
    ["another service's JSON", reply(404, { message: "no such route" })],
    ["a Router without Overlord", replay("27.0.0/outage-status")],
    ["a bad request", reply(400, { error: "bad" })],
  ];
  test.each(others)("is not what %s means", async (_what, answer) => {
    const { client } = await druid(answer);
    const options = { patienceMs: 0 };
    const asks = [client.status("x", options), client.payload("x", options), client.shutdown("x", options)];
    const errors = await Promise.all(asks.map(failureOf));
    expect(errors.map(isHttpError)).toEqual([true, true, true]);
  });
});

describe("status()", () => {
  test("gives the task, and writes its id safely into the path", async () => {
    const { client, asked } = await druid("27.0.0/status-waiting");
    await expect(client.status("a/b ?")).resolves.toMatchObject({ statusCode: "RUNNING", runnerStatusCode: "WAITING" });
    expect(asked[0]?.path).toBe("/druid/indexer/v1/task/a%2Fb%20%3F/status");
  });

  test("goes on through an outage for as long as its patience", async () => {
    const { client, asked, clock } = await druid("27.0.0/outage-status", reply(502, ""), "27.0.0/status-running");
    await expect(client.status("query-held")).resolves.toMatchObject({ statusCode: "RUNNING" });
    expect(asked).toHaveLength(3);
    expect(clock.slept).toHaveLength(2);
  });
});

describe("statuses()", () => {
  test("asks in bulk and leaves unknown ids out", async () => {
    const { client, asked } = await druid("27.0.0/statuses");
    const found = await client.statuses(["query-held", "query-unknown"]);
    expect(found.get("query-held")).toMatchObject({ statusCode: "RUNNING" });
    expect(found.has("query-unknown")).toBe(false);
    expect(asked[0]).toMatchObject({ path: "/druid/indexer/v1/taskStatus", body: '["query-held","query-unknown"]' });
  });

  test("asks nothing for nothing", async () => {
    const { client, asked } = await druid("27.0.0/statuses");
    await expect(client.statuses([])).resolves.toEqual(new Map());
    expect(asked).toEqual([]);
  });

  test("asks one by one where bulk is forbidden, and remembers it", async () => {
    const single: Reply = (response, asked, request) =>
      (asked.path.includes("unknown") ? replay("27.0.0/status-unknown") : replay("27.0.0/status-running"))(
        response,
        asked,
        request,
      );
    const { client, paths } = await druid("27.0.0/forbidden-statuses", single);
    const found = await client.statuses(["a", "unknown", "b"]);
    expect([...found.keys()].sort()).toEqual(["a", "b"]);
    await client.statuses(["a"]);
    const get = (id: string) => `GET /druid/indexer/v1/task/${id}/status`;
    expect(paths().sort()).toEqual(
      [get("a"), get("a"), get("b"), get("unknown"), "POST /druid/indexer/v1/taskStatus"].sort(),
    );
  });

  test("keeps to a few requests at once", async () => {
    let open = 0;
    let most = 0;
    const slow: Reply = (response, asked, request) => {
      open += 1;
      most = Math.max(most, open);
      setImmediate(() => {
        open -= 1;
        replay("27.0.0/status-running")(response, asked, request);
      });
    };
    const { client } = await druid("27.0.0/forbidden-statuses", slow);
    const ids = Array.from({ length: 30 }, (_, index) => `task-${index}`);
    await expect(client.statuses(ids)).resolves.toMatchObject({ size: 30 });
    expect(most).toBeLessThanOrEqual(8);
  });
});

describe("report()", () => {
  test.each([
    ["27.0.0/report-running", "RUNNING"],
    ["27.0.0/report-replace", "SUCCESS"],
    ["27.0.0/report-canceled", "FAILED"],
  ])("gives %s", async (name, state) => {
    const { client } = await druid(name);
    const report = await client.report("query-x");
    expect(report?.payload.status.status).toBe(state);
  });

  const none: [string, string | Reply][] = [
    ["before the controller serves it", "27.0.0/report-not-yet"],
    ["of a noop task", "27.0.0/report-noop"],
    ["after its store was lost", reply(404, "")],
    ["of another kind", reply(200, { ingestionStatsAndErrors: { type: "ingestionStatsAndErrors" } })],
    ["that is empty", reply(200, {})],
  ];
  test.each(none)("gives none %s", async (_what, answer) => {
    const { client } = await druid(answer);
    await expect(client.report("query-x", { patienceMs: 0 })).resolves.toBeUndefined();
  });
});

describe("shutdown()", () => {
  test.each(["27.0.0/shutdown-running", "27.0.0/shutdown-finished"])("is true for a known task (%s)", async (name) => {
    const { client, paths } = await druid(name);
    await expect(client.shutdown("query-x")).resolves.toBe(true);
    expect(paths()).toEqual(["POST /druid/indexer/v1/task/query-x/shutdown"]);
  });
});

describe("submitNoop()", () => {
  const mark = { id: "query-x-2", dataSource: "wiki", context: { pulumiDruid: "mark" } };

  test("sends a task that does nothing", async () => {
    const { client, asked } = await druid("27.0.0/noop-ok");
    await client.submitNoop(mark);
    expect(JSON.parse(asked[0]?.body ?? "")).toEqual({ type: "noop", runTime: 1, ...mark });
    expect(asked[0]?.path).toBe("/druid/indexer/v1/task");
  });

  test("says when the id is taken", async () => {
    const { client } = await druid("27.0.0/noop-duplicate");
    await expect(client.submitNoop(mark)).rejects.toMatchObject({
      status: 400,
      detail: expect.stringContaining("already exists"),
    });
  });
});

describe("capacity()", () => {
  /** As 27 answers. */
  const WORKERS = [8, 4].map((capacity) => ({
    worker: { scheme: "http", host: "127.0.0.1:8091", ip: "localhost", capacity, version: "0" },
    currCapacityUsed: 1,
    runningTasks: ["query-x"],
    blacklistedUntil: null,
  }));
  const cases: [string, (string | Reply)[], unknown][] = [
    ["the total on 27", ["27.0.0/capacity-in-use"], { total: 8 }],
    ["the total on 37", ["37.0.0/capacity-in-use"], { total: 8 }],
    ["what the cluster may grow to", ["by-hand-28/capacity-scaling"], { total: 20 }],
    ["nothing where it is not known", ["by-hand-28/capacity-not-known"], undefined],
    ["the sum of the workers where it is forbidden", ["27.0.0/forbidden-capacity", reply(200, WORKERS)], { total: 12 }],
    ["nothing where both are forbidden", ["27.0.0/forbidden-capacity", "27.0.0/forbidden-capacity"], undefined],
  ];
  test.each(cases)("gives %s", async (_what, answers, expected) => {
    const { client, asked } = await druid(...answers);
    await expect(client.capacity()).resolves.toEqual(expected);
    expect(asked).toHaveLength(answers.length);
  });
});
