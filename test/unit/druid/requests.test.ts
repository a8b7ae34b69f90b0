import { afterEach, describe, expect, test } from "@jest/globals";
import { isHttpError } from "../../../src/base/errors";
import type { DruidClient } from "../../../src/druid/client";
import { clientFor, failureOf, InstantClock, type Reply, replay, reply, startWeb, stopAllWebs } from "./web";

afterEach(stopAllWebs);

/** A client before a server that gives these answers in turn. */
async function druid(...answers: (string | Reply)[]) {
  const web = await startWeb(answers.map((answer) => (typeof answer === "string" ? replay(answer) : answer)));
  const clock = new InstantClock();
  const paths = () => web.asked.map(({ method, path }) => `${method} ${decodeURIComponent(path)}`);
  return { client: clientFor(web, {}, clock), asked: web.asked, paths, clock };
}

describe("submit()", () => {
  test("sends query, context and parameters, and gives the task", async () => {
    const { client, asked } = await druid("27.0.0/submit-ok");
    const parameters = [{ type: "VARCHAR", value: "A" }];
    const request = { query: "INSERT …", context: { sqlQueryId: "done-insert" }, parameters };
    await expect(client.submit(request)).resolves.toEqual({ taskId: "query-done-insert", state: "RUNNING" });
    expect(asked[0]).toMatchObject({ method: "POST", path: "/druid/v2/sql/task" });
    expect(JSON.parse(asked[0]?.body ?? "")).toEqual(request);
  });

  test("takes 200 for an answer like 202", async () => {
    const { client } = await druid(reply(200, { taskId: "query-x", state: "SUCCESS" }));
    await expect(client.submit({ query: "" })).resolves.toMatchObject({ state: "SUCCESS" });
  });

  test("is sent once, whatever comes back", async () => {
    const { client, asked } = await druid(reply(503, ""));
    await expect(client.submit({ query: "" })).rejects.toMatchObject({ kind: "http", status: 503 });
    expect(asked).toHaveLength(1);
  });
});

describe("explain()", () => {
  test("gives what is read and written, without the plan", async () => {
    const { client, asked } = await druid("27.0.0/explain-insert");
    const row = await client.explain({ query: "EXPLAIN PLAN FOR INSERT …" });
    expect(row.resources).toHaveLength(2);
    expect(row.attributes).toMatchObject({ statementType: "INSERT", targetDataSource: "planned" });
    expect(JSON.stringify(row)).not.toContain("2020-01-01T01:00:00Z");
    expect(asked[0]?.path).toBe("/druid/v2/sql/task");
  });

  test("fails where a task came of it", async () => {
    const { client } = await druid("27.0.0/submit-ok");
    await expect(client.explain({ query: "INSERT …" })).rejects.toMatchObject({ kind: "unexpectedResponse" });
  });
});

describe("sql()", () => {
  test("gives rows as objects", async () => {
    const { client, asked } = await druid("27.0.0/sys-segments");
    await expect(client.sql({ query: "SELECT 1" })).resolves.toHaveLength(4);
    expect(JSON.parse(asked[0]?.body ?? "")).toEqual({ query: "SELECT 1", resultFormat: "object" });
  });
});

describe("isTaskEngineEnabled()", () => {
  test.each([
    ["27.0.0/task-engine-enabled", true],
    ["27.0.0/path-unknown", false],
  ])("is told by %s: %s", async (name, expected) => {
    const { client } = await druid(name);
    await expect(client.isTaskEngineEnabled()).resolves.toBe(expected);
  });
});

describe("an unknown task", () => {
  const unknown = ["27.0.0/status-unknown", "by-hand-24/status-unknown", "by-hand-24/status-unknown-json"];
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
  const cases: [string, (string | Reply)[], unknown][] = [
    ["total and the workers' use on 27", ["27.0.0/capacity-in-use", "27.0.0/workers-in-use"], { total: 8, used: 2 }],
    ["both at once since 28", ["by-hand-28/capacity"], { total: 8, used: 3 }],
    ["what the cluster may grow to", ["by-hand-28/capacity-scaling"], { total: 20, used: 0 }],
    ["nothing where it is not known", ["by-hand-28/capacity-not-known"], undefined],
    ["nothing where it is forbidden", ["27.0.0/forbidden-capacity"], undefined],
    ["nothing where the workers are forbidden", ["27.0.0/capacity", "27.0.0/forbidden-capacity"], undefined],
  ];
  test.each(cases)("gives %s", async (_what, answers, expected) => {
    const { client } = await druid(...answers);
    await expect(client.capacity()).resolves.toEqual(expected);
  });
});

describe("segments", () => {
  test.each([
    ["27.0.0/loadstatus-0", { percent: 0 }],
    ["27.0.0/loadstatus-100", { percent: 100 }],
    ["27.0.0/loadstatus-none", undefined],
  ])("loadStatus() reads %s", async (name, expected) => {
    const { client, paths } = await druid(name);
    await expect(client.loadStatus("done")).resolves.toEqual(expected);
    expect(paths()[0]).toMatch(
      /^GET .*\/datasources\/done\/loadstatus\?forceMetadataRefresh=true&interval=-146136543-.*$/,
    );
  });

  test("usedSegments() gives ids and which are hidden", async () => {
    const { client, paths } = await druid("27.0.0/metadata-segments");
    const segments = await client.usedSegments("done");
    expect(segments.filter(({ overshadowed }) => overshadowed)).toHaveLength(2);
    expect(segments).toHaveLength(4);
    expect(paths()).toEqual([
      "GET /druid/coordinator/v1/metadata/segments?datasources=done&includeOvershadowedStatus=true",
    ]);
  });

  test("brokerSegments() asks with the name as a parameter", async () => {
    const { client, asked } = await druid("27.0.0/sys-segments-replication-factor");
    const name = "it's";
    await expect(client.brokerSegments(name)).resolves.toHaveLength(4);
    const sent = JSON.parse(asked[0]?.body ?? "");
    expect(sent.query).not.toContain(name);
    expect(sent.parameters).toEqual([{ type: "VARCHAR", value: name }]);
  });

  test("brokerSegments() does without replicas where the server has none, and remembers it", async () => {
    const detail = "Column 'replication_factor' not found in any table";
    const older = reply(400, { error: "Plan validation failed", errorMessage: detail });
    const { client, asked } = await druid(older, "27.0.0/sys-segments");
    const rows = await client.brokerSegments("done");
    expect(rows[0]).not.toHaveProperty("replicationFactor");
    await client.brokerSegments("done");
    const asksFor = asked.map(({ body }) => body.includes("replication_factor"));
    expect(asksFor).toEqual([true, false, false]);
  });

  test("brokerSegments() refuses rows of another shape", async () => {
    const { client } = await druid(reply(200, [{ segment_id: "x" }]));
    await expect(client.brokerSegments("done")).rejects.toMatchObject({ kind: "unexpectedResponse" });
  });

  test("rules() gives the rules in force", async () => {
    const { client, paths } = await druid("27.0.0/rules");
    await expect(client.rules("done")).resolves.toMatchObject([{ type: "loadForever" }]);
    expect(paths()).toEqual(["GET /druid/coordinator/v1/rules/done?full=true"]);
  });

  test.each(["27.0.0/drop", "27.0.0/drop-unknown"])("markUnused() is done with %s", async (name) => {
    const { client, paths } = await druid(name);
    await expect(client.markUnused("done")).resolves.toBeUndefined();
    expect(paths()).toEqual(["DELETE /druid/coordinator/v1/datasources/done"]);
  });

  test("markUnused() is sent once, whatever comes back", async () => {
    const { client, asked } = await druid(reply(503, ""));
    await expect(client.markUnused("done")).rejects.toMatchObject({ status: 503 });
    expect(asked).toHaveLength(1);
  });
});

test("every read gives up at once where patience is 0, and names its url", async () => {
  const { client } = await druid(reply(503, ""));
  const options = { patienceMs: 0 };
  const reads: ((client: DruidClient) => Promise<unknown>)[] = [
    (c) => c.explain({ query: "" }, options),
    (c) => c.sql({ query: "" }, options),
    (c) => c.isTaskEngineEnabled(options),
    (c) => c.status("x", options),
    (c) => c.statuses(["x"], options),
    (c) => c.report("x", options),
    (c) => c.payload("x", options),
    (c) => c.capacity(options),
    (c) => c.loadStatus("x", options),
    (c) => c.usedSegments("x", options),
    (c) => c.brokerSegments("x", options),
    (c) => c.rules("x", options),
  ];
  for (const read of reads) {
    const { message } = await failureOf(read(client));
    expect(message).toMatch(/^Cannot [a-z].* "http:\/\/localhost:\d+": 503 Service Unavailable; look whether all/);
  }
});
