import { afterEach, describe, expect, test } from "@jest/globals";
import type { DruidClient } from "../../../../src/druid/client";
import { druid, failureOf, type Reply, reply, stopAllWebs } from "../web";

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
  test("gives what is written, without the plan", async () => {
    const { client, asked } = await druid("27.0.0/explain-insert");
    const row = await client.explain({ query: "EXPLAIN PLAN FOR INSERT …" });
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
    const { client, asked } = await druid("27.0.0/broker-segments-available");
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

  test("usedSegments() gives the ids of all of time, or of some intervals", async () => {
    const { client, paths, asked } = await druid("27.0.0/used-segments-overshadowed");
    const ids = await client.usedSegments("done");
    expect(ids).toHaveLength(4);
    expect(ids[0]).toMatch(/^done_2020-01-01T00:00:00.000Z_2020-01-02T00:00:00.000Z_/);
    await client.usedSegments("done", ["2020-01-01/2020-01-02"]);
    expect(paths()[0]).toBe("POST /druid/coordinator/v1/metadata/datasources/done/segments");
    expect(asked.map(({ body }) => JSON.parse(body))).toEqual([
      ["-146136543-09-08T08:23:32.096Z/146140482-04-24T15:36:27.903Z"],
      ["2020-01-01/2020-01-02"],
    ]);
    const none = await druid("27.0.0/used-segments-none");
    await expect(none.client.usedSegments("nothing")).resolves.toEqual([]);
  });

  test("usedSegmentsInFull() tells tombstones", async () => {
    const { client, paths, asked } = await druid("27.0.0/used-segments-in-full");
    const segments = await client.usedSegmentsInFull("done", ["2020-01-01/2020-01-02"]);
    expect(segments.filter(({ isTombstone }) => isTombstone)).toHaveLength(1);
    expect(segments.length).toBeGreaterThan(1);
    expect(paths()).toEqual(["POST /druid/coordinator/v1/metadata/datasources/done/segments?full"]);
    expect(JSON.parse(asked[0]?.body ?? "")).toEqual(["2020-01-01/2020-01-02"]);
  });

  test("queryableSegments() gives the parts of time and the partitions in each", async () => {
    const { client, paths } = await druid("27.0.0/queryable");
    const parts = await client.queryableSegments("it's", ["2020-01-01/2020-01-02", "2020-01-02/2020-01-03"]);
    expect(parts).toMatchObject([
      { start: "2020-01-01T00:00:00.000Z", end: "2020-01-02T00:00:00.000Z", partitions: new Set([0]) },
      { start: "2020-01-02T00:00:00.000Z", end: "2020-01-03T00:00:00.000Z", partitions: new Set([0]) },
    ]);
    expect(paths()).toEqual([
      "GET /druid/v2/datasources/it's/candidates?" +
        "intervals=2020-01-01/2020-01-02,2020-01-02/2020-01-03&numCandidates=1",
    ]);
    const none = await druid("27.0.0/queryable-none");
    await expect(none.client.queryableSegments("nothing", ["2020/2021"])).resolves.toEqual([]);
  });

  test("queryableSegments() puts partitions of one part together", async () => {
    const entry = { interval: "2020-01-01/2020-01-02", version: "1", size: 1, locations: [] };
    const { client } = await druid(
      reply(200, [
        { ...entry, partitionNumber: 0 },
        { ...entry, partitionNumber: 3 },
      ]),
    );
    await expect(client.queryableSegments("x", ["2020/2021"])).resolves.toEqual([
      { start: "2020-01-01", end: "2020-01-02", version: "1", partitions: new Set([0, 3]) },
    ]);
  });

  test("brokerSegments() asks with names as parameters", async () => {
    const { client, asked } = await druid("27.0.0/broker-segments-available");
    const name = "it's";
    await expect(client.brokerSegments(name, "available", { among: ["a'b", "c"], limit: 5 })).resolves.toHaveLength(4);
    const sent = JSON.parse(asked[0]?.body ?? "");
    expect(sent.query).toBe(
      'SELECT "segment_id" FROM sys.segments WHERE "datasource" = ? AND "is_available" = 1 ' +
        'AND "segment_id" IN (?, ?) LIMIT 5',
    );
    expect(sent.parameters.map(({ value }: { value: string }) => value)).toEqual([name, "a'b", "c"]);
  });

  test("brokerSegments() knows of none on demand where the server has no such column", async () => {
    const detail = "Column 'replication_factor' not found in any table";
    const { client } = await druid(reply(400, { error: "Plan validation failed", errorMessage: detail }));
    await expect(client.brokerSegments("done", "onDemand")).resolves.toEqual([]);
    const { client: newer } = await druid("27.0.0/broker-segments-on-demand");
    await expect(newer.brokerSegments("done", "onDemand")).resolves.toEqual([]);
  });

  test("brokerSegments() refuses rows of another shape", async () => {
    const { client } = await druid(reply(200, [{ segment: "x" }]));
    await expect(client.brokerSegments("done", "published")).rejects.toMatchObject({ kind: "unexpectedResponse" });
  });

  test.each([
    ["27.0.0/is-leader", true],
    [reply(404, { leader: false }), false],
    // A Router that does not know the path, and one that knows it and nobody behind it.
    ["27.0.0/path-unknown", undefined],
    [reply(200, { what: 1 }), undefined],
  ])("isOverlordOfCoordinatorLeading() is told by %s: %s", async (name, expected) => {
    const { client, paths } = await druid(name);
    await expect(client.isOverlordOfCoordinatorLeading()).resolves.toBe(expected);
    expect(paths()).toEqual(["GET /proxy/coordinator/druid/indexer/v1/isLeader"]);
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
    (c) => c.status("x", options),
    (c) => c.statuses(["x"], options),
    (c) => c.report("x", options),
    (c) => c.payload("x", options),
    (c) => c.capacity(options),
    (c) => c.loadStatus("x", options),
    (c) => c.usedSegments("x", undefined, options),
    (c) => c.usedSegmentsInFull("x", [], options),
    (c) => c.queryableSegments("x", [], options),
    (c) => c.brokerSegments("x", "available", options),
    (c) => c.isOverlordOfCoordinatorLeading(options),
    (c) => c.rules("x", options),
  ];
  for (const read of reads) {
    const { message } = await failureOf(read(client));
    expect(message).toMatch(/^Cannot [a-z].* "http:\/\/localhost:\d+": 503 Service Unavailable; check that all/);
  }
});
