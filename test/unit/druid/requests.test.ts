import { afterEach, describe, expect, test } from "@jest/globals";
import type { DruidClient } from "../../../src/druid/client";
import { druid, failureOf, type Reply, reply, stopAllWebs } from "./web";

afterEach(stopAllWebs);

describe("submit()", () => {
  test("sends the digits of an integer as a number, and no other text", async () => {
    const { client, asked } = await druid("27.0.0/submit-ok");
    const long = "-9007199254740993";
    const parameters = ["BIGINT", "VARCHAR"].map((type) => ({ type, value: long }));
    await client.submit({ query: "INSERT …", context: { sqlQueryId: "done-insert" }, parameters });
    expect(asked[0]?.body).toContain(`[{"type":"BIGINT","value":${long}},{"type":"VARCHAR","value":"${long}"}]`);
  });

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

  test("tells how many queries the plan has", async () => {
    const { client } = await druid("27.0.0/explain-union");
    const row = await client.explain({ query: "EXPLAIN PLAN FOR INSERT …" });
    expect(row).toMatchObject({ nativeQueries: 2, unitesTables: false });
    expect(JSON.stringify(row)).not.toContain("2020-01-01T01:00:00Z");
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

describe("version()", () => {
  test.each<[string, string | Reply, string | undefined]>([
    ["is that of the server", reply(200, { version: "37.0.0", modules: [] }), "37.0.0"],
    ["is not told where that is forbidden", "27.0.0/forbidden-capacity", undefined],
  ])("%s", async (_what, answer, expected) => {
    const { client, paths } = await druid(answer);
    await expect(client.version()).resolves.toBe(expected);
    expect(paths()).toEqual(["GET /status"]);
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

describe("segments", () => {
  test.each([
    ["27.0.0/loadstatus-0", { percent: 0 }],
    ["27.0.0/loadstatus-100", { percent: 100 }],
    ["27.0.0/loadstatus-none", undefined],
    ["27.0.0/loadstatus-outside", undefined],
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
