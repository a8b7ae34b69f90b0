import { describe, expect, test } from "@jest/globals";
import { ExplainResponse } from "../../../../src/druid/wire/plan";
import {
  TaskPayload,
  TaskPayloadResponse,
  TaskReportsResponse,
  TaskStatusesResponse,
  TaskStatusResponse,
} from "../../../../src/druid/wire/task-schemas";
import { recorded, recordedNames } from "../recorded";

const body = (name: string) => recorded(name).body;
const names = (pattern: RegExp) => {
  const found = recordedNames().filter((name) => pattern.test(name) && recorded(name).status === 200);
  if (found.length === 0) throw new Error(`No fixture fits ${pattern}`);
  return found;
};
const reportOf = (name: string) => TaskReportsResponse.parse(body(name)).multiStageQuery;

describe("TaskStatusResponse", () => {
  test.each(names(/\/status-/))("reads %s", (name) => {
    const { status, task } = TaskStatusResponse.parse(body(name));
    expect(status.id).toBe(task);
    expect(status.statusCode).toBe(
      /success|noop/.test(name) ? "SUCCESS" : /failed|canceled/.test(name) ? "FAILED" : "RUNNING",
    );
  });

  test("refuses a state that decides nothing", () => {
    const status = { id: "x", statusCode: "PAUSED" };
    expect(TaskStatusResponse.safeParse({ task: "x", status }).success).toBe(false);
  });
});

describe("TaskStatusesResponse", () => {
  test("names the state as a single answer does", () => {
    const statuses = TaskStatusesResponse.parse(body("27.0.0/statuses"));
    const states = Object.fromEntries(Object.entries(statuses).map(([id, { statusCode }]) => [id, statusCode]));
    expect(states).toEqual({
      "query-held": "RUNNING",
      "query-behind": "RUNNING",
      "query-done-insert": "SUCCESS",
      "query-done-2": "SUCCESS",
      "query-failed": "FAILED",
    });
    expect(TaskStatusesResponse.parse(body("27.0.0/statuses-unknown"))).toEqual({});
    const newer = TaskStatusesResponse.parse(body("by-hand-28/statuses-other-states"));
    expect(newer["query-x"]).toMatchObject({ statusCode: "SUCCESS", customMessage: "new key" });
  });
});

describe("TaskReportsResponse", () => {
  test.each(names(/\/report-/))("reads %s and leaves nothing out", (name) => {
    expect(TaskReportsResponse.parse(body(name))).toMatchObject(body(name) as object);
  });

  test("has the counters of what runs", () => {
    const { payload } = reportOf("27.0.0/report-running");
    expect(payload.status.status).toBe("RUNNING");
    expect(payload.counters?.["0"]?.["0"]).toMatchObject({ input0: { rows: [expect.any(Number)], totalFiles: [1] } });
  });

  test("has the fault, its worker and its stage", () => {
    expect(reportOf("27.0.0/report-failed").payload.status.errorReport).toMatchObject({
      error: { errorCode: "InsertTimeNull" },
      stageNumber: expect.any(Number),
      taskId: expect.stringContaining("-worker0_0"),
    });
    expect(reportOf("27.0.0/report-canceled").payload.status.errorReport?.error.errorCode).toBe("Canceled");
    const newer = reportOf("37.0.0/report-failed-expression").payload.status;
    expect(newer.errorReport?.error).toMatchObject({ errorCode: "DruidException", category: "UNCATEGORIZED" });
    expect(newer.workers?.["0"]?.[0]).toMatchObject({ workerDesc: expect.stringContaining("-worker0_0") });
  });

  test("finds the load of segments under either of its names", () => {
    for (const name of ["by-hand-28/report-loaded", "by-hand-28/report-loaded-as-documented"]) {
      const load = reportOf(name).payload.status.segmentLoadWaiterStatus;
      expect(load).toMatchObject({ state: "SUCCESS", precachedSegments: 3, onDemandSegments: 1 });
    }
    expect(reportOf("27.0.0/report-insert").payload.status.segmentLoadWaiterStatus).toBeUndefined();
  });

  test("has the segment report, warnings and counters of newer servers", () => {
    const { status, counters } = reportOf("37.0.0/report-warned").payload;
    expect(reportOf("37.0.0/report-replace").payload.status.segmentReport?.shardSpec).toBe("DimensionRangeShardSpec");
    expect(status.warnings?.[0]?.error.errorCode).toBe("CannotParseExternalData");
    expect(counters?.["0"]?.["0"]).toMatchObject({ cpu: { type: "cpus" }, warnings: { CannotParseExternalData: 1 } });
  });

  test("has the rows of a SELECT, and whether they are cut under either spelling", () => {
    const { results } = reportOf("27.0.0/report-select").payload;
    expect(results?.results).toEqual([
      ["A", 1],
      ["B", 2],
    ]);
    expect(results?.sqlTypeNames).toEqual(["VARCHAR", "BIGINT"]);
    expect(results?.resultsTruncated).toBe(false);
  });
});

describe("TaskPayloadResponse", () => {
  test("has the context of both kinds of task", () => {
    const msq = TaskPayloadResponse.parse(body("27.0.0/payload-msq")).payload;
    expect(msq).toMatchObject({ type: "query_controller", sqlQueryContext: { sqlQueryId: "done-insert" } });
    const noop = TaskPayloadResponse.parse(body("27.0.0/payload-noop")).payload;
    expect(noop).toMatchObject({ type: "noop", dataSource: "done", context: { pulumiDruid: "mark - urn:example" } });
  });
});

describe("ExplainResponse", () => {
  test.each(names(/\/explain-/))("reads %s and keeps nothing of its plan", (name) => {
    const text = JSON.stringify(ExplainResponse.parse(body(name)));
    expect(text).toContain('"RESOURCES"');
    expect(text).not.toMatch(/scan|inputSource|columnMappings|Druid\w*Rel/);
  });

  test.each([
    ["27.0.0/explain-replace", { queries: 1, unitesTables: false }],
    ["27.0.0/explain-union", { queries: 2, unitesTables: false }],
    ["27.0.0/explain-union-as-text", { queries: 2, unitesTables: false }],
    ["27.0.0/explain-union-of-tables", { queries: 1, unitesTables: true }],
  ])("counts the queries of %s", (name, plan) => {
    expect(ExplainResponse.parse(body(name))[0]?.PLAN).toMatchObject(plan);
  });

  test.each<[string, unknown, { queries: number; unitesTables: boolean }]>([
    [
      "a text of one query",
      'DruidQueryRel(query=[{"dataSource":{"type":"table"}}])',
      { queries: 1, unitesTables: false },
    ],
    [
      "a text of united tables",
      'DruidUnionDataSourceRel(query=[{"dataSource":{"type":"union","dataSources":[]}}])',
      { queries: 1, unitesTables: true },
    ],
    [
      "united tables within a query",
      JSON.stringify([{ query: { dataSource: { type: "query", query: { dataSource: { type: "union" } } } } }]),
      { queries: 1, unitesTables: true },
    ],
    [
      "data that only look like it",
      JSON.stringify([{ query: { filter: "DruidUnionRel(" } }]),
      { queries: 1, unitesTables: false },
    ],
    ["no plan at all", undefined, { queries: 1, unitesTables: false }],
  ])("counts %s", (_what, PLAN, plan) => {
    const rows = ExplainResponse.parse([{ PLAN, RESOURCES: "[]", ATTRIBUTES: "{}" }]);
    expect(rows[0]?.PLAN).toMatchObject(plan);
  });

  test("has what the statement writes", () => {
    expect(ExplainResponse.parse(body("27.0.0/explain-replace"))).toMatchObject([
      {
        ATTRIBUTES: { statementType: "REPLACE", targetDataSource: "planned", replaceTimeChunks: "all" },
      },
    ]);
    expect(ExplainResponse.parse(body("by-hand-24/explain-insert"))[0]?.ATTRIBUTES).toEqual({});
  });

  test("refuses a column that is no JSON", () => {
    expect(ExplainResponse.safeParse([{ RESOURCES: "[]", ATTRIBUTES: "{" }]).success).toBe(false);
  });

  test("refuses rows that come of no EXPLAIN", () => {
    expect(ExplainResponse.safeParse([{ ATTRIBUTES: "{}" }]).success).toBe(false);
  });
});

describe("payload", () => {
  test("tells which intervals a REPLACE overwrites, and does without where it is of another shape", () => {
    const replaceTimeChunks = ["2024-01-01T00:00:00.000Z/2024-02-01T00:00:00.000Z"];
    const told = { type: "query_controller", spec: { destination: { type: "dataSource", replaceTimeChunks } } };
    expect(TaskPayload.parse(told).spec?.destination?.replaceTimeChunks).toEqual(replaceTimeChunks);
    for (const spec of ["x", null, undefined, { destination: "x" }, { destination: { replaceTimeChunks: "all" } }]) {
      expect(TaskPayload.parse({ ...told, spec }).spec?.destination?.replaceTimeChunks).toBeUndefined();
    }
  });
});
