import { describe, expect, test } from "@jest/globals";
import type { TaskReport } from "../../../../src/druid/wire/task";
import { shareDone } from "../../../../src/ingestion/report/share-done";
import { channel, live, recorded } from "./reports";

const percent = (report: TaskReport) => Math.round((shareDone(report) ?? -1) * 100);

describe("shareDone()", () => {
  test("is computed from files, stages and phases", () => {
    const halfOfItsFiles = channel({ rows: [12], files: [1], totalFiles: [2] });
    const report = live([{ phase: "READING_INPUT", counters: { 0: { input0: halfOfItsFiles } } }]);
    expect(percent(report)).toBe(50);
  });

  test("is undefined for a report without stages", () => {
    expect(shareDone(live([]))).toBeUndefined();
  });

  test("agrees with what Druid 27 reported during a run and at its end", () => {
    expect(shareDone(recorded("report-running"))).toBeCloseTo(0.05 / 2.1, 5);
    expect(shareDone(recorded("report-insert"))).toBeCloseTo(2.05 / 2.1, 5);
  });

  test("goes by files if they are counted", () => {
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

  test("goes by rows of earlier stages if there are no files", () => {
    const first = { phase: "FINISHED", counters: { 0: { output: channel({ rows: [600, 400] }) } } };
    const second = { phase: "READING_INPUT", input: [{ type: "stage", stage: 0 }] };
    const of = (rows: number[]) =>
      percent(live([first, { ...second, counters: { 0: { input0: channel({ rows }) } } }]));
    expect(of([])).toBe(50);
    expect(of([250, 250])).toBe(74);
    expect(of([1_000])).toBe(98);
  });

  test("goes by pushed rows while segments are written", () => {
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
    expect(shareDone(live([{ phase: "FINISHED" }, { type: "limit" }]))).toBeCloseTo(1.05 / 1.2, 9);
  });

  test.each(["RESULTS_READY", "FINISHED"])("%s is the whole stage", (phase) => {
    expect(percent(live([{ phase }, {}]))).toBe(50);
  });
});
