import { describe, expect, test } from "@jest/globals";
import { restOf } from "../../../../src/ingestion/report/rest";
import { channel, live } from "./reports";

/** The rest where the stages have run for a minute. */
function rest(...stages: Parameters<typeof live>[0]): number | undefined {
  const report = live(stages);
  for (const stage of report.payload.stages ?? []) if (stage.phase) stage.duration = 60_000;
  return restOf(report);
}

const writing = { type: "segmentGenerator", input: [{ type: "stage", stage: 0 }] };
const readingFiles = (files: number, totalFiles: number) => ({
  phase: "READING_INPUT",
  sort: true,
  counters: { 0: { input0: channel({ files: [files], totalFiles: [totalFiles] }) } },
});

describe("restOf()", () => {
  test("after half of the files: as long again, then sorting and writing", () => {
    expect(rest(readingFiles(4, 9), writing)).toBe(120_000 * (0.5 + 0.2 + 0.5));
  });

  test("is undefined if nothing tells how far the task is", () => {
    expect(rest()).toBeUndefined();
    expect(rest({}, writing)).toBeUndefined();
    expect(rest({ phase: "READING_INPUT" }, writing)).toBeUndefined();
    expect(rest(readingFiles(0, 100), writing)).toBeUndefined();
  });

  test("counts only later stages while a stage sorts", () => {
    expect(rest({ phase: "POST_READING", sort: true }, {}, writing)).toBe(60_000);
  });

  test("counts rows processed and rows pushed while segments are written", () => {
    const first = { phase: "FINISHED", sort: true, counters: { 0: { shuffle: channel({ rows: [1_000] }) } } };
    const of = (progress: object) =>
      rest(first, { ...writing, phase: "READING_INPUT", counters: { 0: { segmentGenerationProgress: progress } } });
    expect(of({ rowsProcessed: 0 })).toBeUndefined();
    expect(of({ rowsProcessed: 500, rowsPushed: 0 })).toBeCloseTo((60_000 / 0.35) * 0.65, 5);
    expect(of({ rowsProcessed: 1_000, rowsPushed: 1_000 })).toBe(0);
  });
});
