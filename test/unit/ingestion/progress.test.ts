import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { TaskReport } from "../../../src/druid/wire/task";
import { TaskReportsResponse } from "../../../src/druid/wire/task-schemas";
import { bytesRead, progressOf, rowsOut, rowsRead, rowsWritten } from "../../../src/ingestion/report/progress";

const recorded = (name: string, release = "27.0.0"): TaskReport => {
  const file = join(__dirname, "..", "..", "fixtures", "druid", release, `${name}.json`);
  return TaskReportsResponse.parse(JSON.parse(readFileSync(file, "utf8")).body).multiStageQuery;
};

interface StageTold {
  phase?: string;
  type?: string;
  input?: object[];
  broadcast?: number[];
  shuffle?: string;
  sort?: boolean;
  counters?: Record<string, object>;
}

function live(stages: StageTold[], status: object = {}): TaskReport {
  const told = stages.map(
    ({ phase, type = "scan", input = [{ type: "external" }], broadcast, shuffle, sort }, number) => ({
      stageNumber: number,
      definition: { input, processor: { type }, ...(broadcast && { broadcast }) },
      ...(phase && { phase }),
      ...(shuffle && { shuffle }),
      ...(sort !== undefined && { sort }),
    }),
  );
  const counters = Object.fromEntries(stages.map(({ counters: of = {} }, number) => [number, of]));
  const payload = { status: { status: "RUNNING", ...status }, stages: told, counters };
  return TaskReportsResponse.parse({ multiStageQuery: { payload } }).multiStageQuery;
}

const channel = (more: object) => ({ type: "channel", ...more });
const percent = (report: TaskReport) => Math.round((progressOf(report).done ?? -1) * 100);

describe("progressOf()", () => {
  test("tells the stage by Druid's number, how far it is, and what was read", () => {
    const channelOf = { input0: channel({ rows: [12], files: [1], totalFiles: [2] }) };
    const report = live([{ phase: "READING_INPUT", counters: { 0: channelOf } }]);
    expect(progressOf(report).text).toBe("stage 0 (scan) READING_INPUT, 1 stage, 50 %, 12 rows read");
  });

  test("of a report without stages: planning", () => {
    expect(progressOf(live([]))).toEqual({ done: undefined, text: "planning" });
  });

  test("of what Druid 27 told while it ran", () => {
    const { done, text } = progressOf(recorded("report-running"));
    expect(text).toBe("stage 0 (scan) READING_INPUT, 2 stages, 2 %, 1 rows read, 2 of 2 tasks running");
    expect(done).toBeCloseTo(0.05 / 2.1, 5);
  });

  test("of what Druid 27 told at the end", () => {
    const { done, text } = progressOf(recorded("report-insert"));
    expect(done).toBeCloseTo(2.05 / 2.1, 5);
    expect(text).toBe("stage 1 (segmentGenerator) FINISHED, 2 stages, 97 %, 0 rows read, 2 of 2 tasks running");
  });

  test("goes by files where they are counted", () => {
    const reading = (files: number[]) =>
      live([{ phase: "READING_INPUT", counters: { 0: { input0: channel({ files, totalFiles: [4, 4] }) } } }]);
    expect(percent(reading([0, 0]))).toBe(5);
    expect(percent(reading([2, 2]))).toBe(50);
    expect(percent(reading([4, 4]))).toBe(95);
    expect(percent(reading([9, 9]))).toBe(95);
  });

  test.each([{ shuffle: "globalSort" }, { sort: true }])("counts reading as half of a stage that sorts: %j", (how) => {
    const counters = { 0: { input0: channel({ files: [4], totalFiles: [4] }) } };
    expect(percent(live([{ phase: "READING_INPUT", counters, ...how }]))).toBe(50);
  });

  test("goes by rows of the stages before where there are no files", () => {
    const first = { phase: "FINISHED", counters: { 0: { output: channel({ rows: [600, 400] }) } } };
    const second = { phase: "READING_INPUT", input: [{ type: "stage", stage: 0 }] };
    const of = (rows: number[]) =>
      percent(live([first, { ...second, counters: { 0: { input0: channel({ rows }) } } }]));
    expect(of([])).toBe(50);
    expect(of([250, 250])).toBe(74);
    expect(of([1_000])).toBe(98);
  });

  test("goes by pushed rows where segments are written", () => {
    const first = { phase: "FINISHED", sort: true, counters: { 0: { shuffle: channel({ rows: [1_000] }) } } };
    const counters = { 0: { segmentGenerationProgress: { rowsPushed: 500, rowsMerged: 900 } } };
    const second = { phase: "READING_INPUT", type: "segmentGenerator", input: [{ type: "stage", stage: 0 }], counters };
    expect(percent(live([first, second]))).toBe(74);
  });

  test("leaves broadcast inputs out", () => {
    const small = { phase: "FINISHED", counters: { 0: { output: channel({ rows: [10] }) } } };
    const large = { phase: "FINISHED", counters: { 0: { output: channel({ rows: [1_000] }) } } };
    const join = {
      phase: "READING_INPUT",
      input: [
        { type: "stage", stage: 0 },
        { type: "stage", stage: 1 },
      ],
      broadcast: [0],
      counters: { 0: { input0: channel({ rows: [10] }), input1: channel({ rows: [500] }) } },
    };
    expect(percent(live([small, large, join]))).toBe(82);
  });

  test("counts sorting as the other half", () => {
    const of = (progressDigest: number) => {
      const counters = { 0: { output: channel({ rows: [100] }), sortProgress: { progressDigest } } };
      return percent(live([{ phase: "POST_READING", sort: true, counters }]));
    };
    expect(of(0)).toBe(50);
    expect(of(0.5)).toBe(73);
    expect(percent(live([{ phase: "MERGING_STATISTICS", sort: true }]))).toBe(50);
    expect(percent(live([{ phase: "POST_READING", sort: true }]))).toBe(50);
  });

  test("weighs a limit as a tenth of a stage", () => {
    expect(progressOf(live([{ phase: "FINISHED" }, { type: "limit" }])).done).toBeCloseTo(1.05 / 1.2, 9);
  });

  test.each(["RESULTS_READY", "FINISHED"])("%s is the whole stage", (phase) => {
    expect(percent(live([{ phase }, {}]))).toBe(50);
  });

  test("tells how many tasks run where Druid does", () => {
    expect(progressOf(live([{}], { runningTasks: 2, pendingTasks: 3 })).text).toBe(
      "stage 0 (scan) NEW, 1 stage, 4 %, 0 rows read, 2 of 5 tasks running",
    );
    expect(progressOf(live([{}])).text).toBe("stage 0 (scan) NEW, 1 stage, 4 %, 0 rows read");
  });

  test("writes large numbers so that they can be read", () => {
    const counters = { 0: { input0: channel({ rows: [1_234_567, 1] }) } };
    expect(progressOf(live([{ phase: "READING_INPUT", counters }])).text).toContain("1,234,568 rows read");
  });
});

describe("rows and bytes", () => {
  test("that came from outside, over all workers and partitions", () => {
    const report = live([
      {
        input: [{ type: "external" }, { type: "table" }],
        counters: {
          0: { input0: channel({ rows: [1, 2], bytes: [10, 20] }), input1: channel({ rows: [3] }) },
          1: { input0: channel({ rows: [4], bytes: [40] }), output: channel({ rows: [99] }) },
        },
      },
      { input: [{ type: "stage", stage: 0 }], counters: { 0: { input0: channel({ rows: [500], bytes: [500] }) } } },
    ]);
    expect([rowsRead(report), bytesRead(report)]).toEqual([10, 70]);
  });

  test("written: pushed, or what comes nearest to it", () => {
    const of = (progress: object) =>
      rowsWritten(live([{ type: "segmentGenerator", counters: { 0: { segmentGenerationProgress: progress } } }]));
    expect(of({ rowsPushed: 3, rowsMerged: 4, rowsPersisted: 5 })).toBe(3);
    expect(of({ rowsMerged: 4, rowsPersisted: 5 })).toBe(4);
    expect(of({ rowsPersisted: 5 })).toBe(5);
    expect(of({})).toBe(0);
    expect(rowsWritten(live([{ type: "scan" }]))).toBeUndefined();
    expect(rowsWritten(live([]))).toBeUndefined();
  });

  test("as Druid 27 told them", () => {
    const report = recorded("report-insert");
    expect(rowsWritten(report)).toBe(2);
    expect(report.payload.stages?.map((stage) => rowsOut(stage, report))).toEqual([2, 2]);
    expect(rowsWritten(recorded("report-select"))).toBeUndefined();
  });
});
