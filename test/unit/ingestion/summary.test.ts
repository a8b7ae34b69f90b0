import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { TaskReport } from "../../../src/druid/wire/task";
import { TaskReportsResponse, TaskStatus, TaskStatusResponse } from "../../../src/druid/wire/task-schemas";
import {
  consoleUrlOf,
  summarizeError,
  summarizeReport,
  summarizeResults,
  summarizeStatus,
} from "../../../src/ingestion/report/summary";

const body = (name: string, release = "27.0.0") => {
  const file = join(__dirname, "..", "..", "fixtures", "druid", release, `${name}.json`);
  return JSON.parse(readFileSync(file, "utf8")).body;
};
const report = (name: string, release?: string): TaskReport =>
  TaskReportsResponse.parse(body(name, release)).multiStageQuery;
const status = (name: string) => TaskStatusResponse.parse(body(name)).status;
const select = (results: object) =>
  TaskReportsResponse.parse({ multiStageQuery: { payload: { status: { status: "SUCCESS" }, results } } })
    .multiStageQuery;

describe("summarizeReport()", () => {
  test("keeps the figures of what Druid 27 told", () => {
    expect(summarizeReport(report("report-insert"))).toEqual({
      startTime: "2024-01-01T00:00:01.000Z",
      durationMs: expect.any(Number),
      rowsRead: 0,
      rowsWritten: 2,
      bytesRead: 0,
      workers: 1,
      warnings: [],
      stages: [
        { number: 0, phase: "FINISHED", workers: 1, partitions: 2, durationMs: expect.any(Number), rows: 2 },
        { number: 1, phase: "FINISHED", workers: 1, partitions: 2, durationMs: expect.any(Number), rows: 2 },
      ],
    });
  });

  test("counts workers as newer servers name them, and leaves out what is not told", () => {
    const { workers, stages } = summarizeReport(report("report-insert", "37.0.0"));
    expect(workers).toBeGreaterThan(0);
    expect(JSON.stringify(stages)).not.toContain("null");
    expect(summarizeReport(select({}))).toEqual({ rowsRead: 0, bytesRead: 0, workers: 0, warnings: [], stages: [] });
  });

  test("counts warnings by code, without their texts", () => {
    const warning = (errorCode: string) => ({ error: { errorCode, errorMessage: "row 17: 'secret'" } });
    const warnings = ["A", "B", "A", "A"].map(warning);
    const told = TaskReportsResponse.parse({
      multiStageQuery: { payload: { status: { status: "SUCCESS", warnings } } },
    });
    expect(summarizeReport(told.multiStageQuery).warnings).toEqual([
      { errorCode: "A", count: 3 },
      { errorCode: "B", count: 1 },
    ]);
  });

  test("keeps 50 stages at most", () => {
    const stages = Array.from({ length: 60 }, (_, stageNumber) => ({ stageNumber, definition: {} }));
    const told = TaskReportsResponse.parse({ multiStageQuery: { payload: { status: { status: "SUCCESS" }, stages } } });
    expect(summarizeReport(told.multiStageQuery).stages).toHaveLength(50);
  });
});

describe("summarizeStatus()", () => {
  test("keeps what Druid 27 told of a success", () => {
    expect(summarizeStatus(status("status-success"), false)).toEqual({
      createdTime: expect.any(String),
      durationMs: expect.any(Number),
      location: { host: expect.any(String), port: expect.any(Number), tlsPort: -1 },
      groupId: expect.any(String),
    });
  });

  test("of one that runs tells no duration", () => {
    expect(summarizeStatus(status("status-running"), false)).not.toHaveProperty("durationMs");
  });

  test("hides the message of a secret query", () => {
    expect(summarizeStatus(status("status-failed"), false).errorMsg).toMatch(/^InsertTimeNull/);
    expect(summarizeStatus(status("status-failed"), true)).not.toHaveProperty("errorMsg");
  });

  test("a task that ran nowhere has no location", () => {
    const nowhere = TaskStatus.parse({
      id: "a",
      statusCode: "FAILED",
      location: { host: null, port: -1, tlsPort: -1 },
    });
    expect(summarizeStatus(nowhere, false)).toEqual({});
  });
});

describe("summarizeError()", () => {
  test("tells the whole text, not what the status has of it", () => {
    expect(summarizeError(status("status-failed"), report("report-failed"), false)).toEqual({
      message: "Null timestamp (__time) encountered during INSERT or REPLACE.",
      errorCode: "InsertTimeNull",
      stageNumber: 1,
      taskId: "query-failed-worker0_0",
      host: "127.0.0.1:8091",
    });
  });

  test("without a report goes by the status", () => {
    const failed = TaskStatus.parse({
      id: "a",
      statusCode: "FAILED",
      errorMsg: "WorkerFailed: Worker task failed: [x]",
    });
    expect(summarizeError(failed, undefined, false)).toEqual({
      message: "WorkerFailed: Worker task failed: [x]",
      errorCode: "WorkerFailed",
    });
    const silent = TaskStatus.parse({ id: "a", statusCode: "FAILED" });
    expect(summarizeError(silent, undefined, false)).toEqual({ message: "Druid gave no reason" });
  });

  test("of TooManyWarnings quotes the first warnings that count, because the error names no row", () => {
    const failed = TaskStatus.parse({ id: "a", statusCode: "FAILED" });
    const warning = (errorCode: string, errorMessage: string) => ({ error: { errorCode, errorMessage } });
    const textOf = (warnings: unknown[]) => {
      const error = { errorCode: "TooManyWarnings", errorMessage: "Too many", maxWarnings: 0, rootErrorCode: "B" };
      const one = structuredClone(report("report-failed"));
      one.payload.status = { ...one.payload.status, errorReport: { error }, warnings: warnings as never };
      return summarizeError(failed, one, false).message;
    };
    expect(textOf([warning("A", "row 1"), warning("B", "row 2"), warning("B", "row 3")])).toBe(
      "Too many; the first: row 2; row 3",
    );
    expect(textOf([])).toBe("Too many");
  });

  test("of a secret query tells the code and where, not the text", () => {
    expect(summarizeError(status("status-failed"), report("report-failed"), true)).toEqual({
      message: "hidden because the query is secret; getReport returns it",
      errorCode: "InsertTimeNull",
      stageNumber: 1,
      taskId: "query-failed-worker0_0",
      host: "127.0.0.1:8091",
    });
  });
});

describe("summarizeResults()", () => {
  test("keeps what Druid 27 told", () => {
    const { rows, truncated, sqlTypeNames, signature } = summarizeResults(report("report-select")) ?? {};
    expect(rows?.length).toBeGreaterThan(0);
    expect(truncated).toBe(false);
    expect(sqlTypeNames).toHaveLength(signature?.length ?? 0);
  });

  test("of what is no SELECT: none", () => {
    expect(summarizeResults(report("report-insert"))).toBeUndefined();
  });

  test("returns rows as objects, with nulls", () => {
    const signature = [{ name: "a", type: "STRING" }, { name: "n" }];
    expect(summarizeResults(select({ signature, results: [[null, 1]] }))).toMatchObject({
      rows: [{ a: null, n: 1 }],
      truncated: false,
    });
    expect(summarizeResults(select({ results: [[null, 1]] }))).toMatchObject({ rows: [{ column1: null, column2: 1 }] });
  });

  test("keeps 1,000 rows at most", () => {
    const results = Array.from({ length: 1_001 }, (_, index) => [index]);
    expect(summarizeResults(select({ results }))).toMatchObject({ rows: { length: 1_000 }, truncated: true });
    expect(summarizeResults(select({ results: results.slice(1) }))).toMatchObject({ truncated: false });
  });

  test("keeps 256 kB at most, and whole rows", () => {
    const results = Array.from({ length: 10 }, () => ["x".repeat(50_000)]);
    expect(summarizeResults(select({ results }))).toMatchObject({ rows: { length: 5 }, truncated: true });
  });

  test.each(["resultsTruncated", "resultsTruncted"])("says where Druid kept a part only (%s)", (name) => {
    expect(summarizeResults(select({ results: [[1]], [name]: true }))).toMatchObject({ truncated: true });
  });
});

describe("consoleUrlOf()", () => {
  test("leads to the task, without userinfo", () => {
    expect(consoleUrlOf("http://u:p@router:8888/druid/", "query-x")).toBe(
      "http://router:8888/druid/unified-console.html#tasks/task_id~query-x",
    );
  });
});
