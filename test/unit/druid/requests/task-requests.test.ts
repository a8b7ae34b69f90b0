import { afterEach, describe, expect, test } from "@jest/globals";
import { isHttpError } from "../../../../src/base/errors";
import type { DruidClient } from "../../../../src/druid/client";
import { bodyText, recorded } from "../recorded";
import { clientFor, druid, failureOf, type Reply, replay, reply, startWeb, stopAllWebs } from "../web";

afterEach(stopAllWebs);

const MARK = { dataSource: "wiki", context: { pulumiDruid: "mark" } };

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

describe("an answer about another task", () => {
  /** As it came, whatever task is asked for. */
  const asItCame = (name: string): Reply => reply(recorded(name).status, bodyText(recorded(name)));
  const half = (body: object) => reply(200, body);
  const running = { id: "query-b", statusCode: "RUNNING" };
  const of = (id: string) => ({ id, status: "SUCCESS" });
  const cases: [string, (client: DruidClient) => Promise<unknown>, Reply][] = ["27.0.0", "37.0.0"].flatMap(
    (version): [string, (client: DruidClient) => Promise<unknown>, Reply][] => [
      ["a status", (client) => client.status("query-a"), asItCame(`${version}/status-success`)],
      ["no status", (client) => client.status("query-a"), asItCame(`${version}/status-unknown`)],
      ["a report", (client) => client.report("query-a"), asItCame(`${version}/report-insert`)],
      ["no report", (client) => client.report("query-a"), asItCame(`${version}/report-unknown`)],
      ["a task", (client) => client.payload("query-a"), asItCame(`${version}/payload-msq`)],
      ["another's mark", (client) => client.payload("query-a"), asItCame(`${version}/payload-noop`)],
      ["statuses", (client) => client.statuses(["query-a", "query-b"]), asItCame(`${version}/statuses`)],
      ["a canceled one", (client) => client.shutdown("query-a"), asItCame(`${version}/shutdown-unknown`)],
      ["a mark", (client) => client.submitNoop({ ...MARK, id: "query-a" }), asItCame(`${version}/noop-ok`)],
    ],
  );
  cases.push(
    ["half a status", (client) => client.status("query-a"), half({ task: "query-a", status: running })],
    ["a status's other half", (client) => client.status("query-b"), half({ task: "query-a", status: running })],
    [
      "half a task",
      (client) => client.payload("query-a"),
      half({ task: "query-a", payload: { type: "noop", id: "b" } }),
    ],
    ["none in JSON", (client) => client.payload("query-a"), asItCame("by-hand-24/payload-unknown-json")],
    ["one status of two", (client) => client.statuses(["query-a", "query-b"]), half({ "query-c": of("query-c") })],
    ["swapped statuses", (client) => client.statuses(["a", "b"]), half({ a: of("b"), b: of("a") })],
  );
  test.each(cases)("is refused: %s", async (_what, ask, answer) => {
    const { client, asked } = await druid(answer);
    const error = await failureOf(ask(client));
    expect(error).toMatchObject({ kind: "unexpectedResponse" });
    expect(error.message).toMatch(
      /^Cannot .*: answered \d+ about another task, "\S+"; a cache or proxy in between mixes /,
    );
    expect(asked).toHaveLength(1);
  });

  test("is told without the secrets and the length that a server may put there", async () => {
    const other = `query-${"s3cret-token".padEnd(5_000, "x")}`;
    const web = await startWeb(reply(200, { task: other, status: { id: other, statusCode: "SUCCESS" } }));
    const { message } = await failureOf(clientFor(web, { token: "s3cret-token" }).status("query-a"));
    expect(message).not.toContain("s3cret-token");
    expect(message.length).toBeLessThan(400);
  });

  test("is not what leaves an id out, as some versions do", async () => {
    const status = { payload: { status: { status: "SUCCESS" } } };
    const { client } = await druid(reply(200, { multiStageQuery: status }));
    await expect(client.report("query-a")).resolves.toMatchObject(status);
    const { client: without } = await druid(reply(200, { task: "query-a", payload: { type: "query_controller" } }));
    await expect(without.payload("query-a")).resolves.toEqual({ type: "query_controller" });
    const { client: unnamed } = await druid(reply(404, "Cannot find any task with id: [gone]"));
    await expect(unnamed.status("query-a")).resolves.toBeUndefined();
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
    const known = Object.keys(recorded("27.0.0/statuses").body as object);
    const ids = [...known, "query-unknown"];
    const found = await client.statuses(ids);
    expect(found.get("query-held")).toMatchObject({ statusCode: "RUNNING" });
    expect([...found.keys()]).toEqual(known);
    expect(asked[0]).toMatchObject({ path: "/druid/indexer/v1/taskStatus", body: JSON.stringify(ids) });
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
  const mark = { ...MARK, id: "query-done-2" };

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
