import { describe, expect, test } from "@jest/globals";
import type { TaskReport } from "../../../../src/druid/wire/task";
import { finishedText, runningText } from "../../../../src/ingestion/report/row-text";
import { shareDone } from "../../../../src/ingestion/report/share-done";
import { channel, live, recorded } from "./reports";

const told = (report: TaskReport, rowsPerSecond?: number, restMs?: number) =>
  runningText(report, { done: shareDone(report), rowsPerSecond, restMs });

const reading = (input0: object) =>
  live([{}, { phase: "READING_INPUT", counters: { 0: { input0: channel(input0) } } }, {}]);

describe("runningText()", () => {
  test("puts the most important part first", () => {
    const report = reading({ rows: [27_000], files: [1], totalFiles: [2], bytes: [1_234_567] });
    expect(told(report, 1_500, 25_000)).toBe(
      "17% · 27,000 rows · 1,500/s · 25 s left · reading 2/3 · 1/2 files · 1.2 MB",
    );
  });

  test("shows percentage and time left within the first 40 characters", () => {
    const report = reading({ rows: [271_234_567], files: [11], totalFiles: [12], bytes: [9e12] });
    expect(told(report, 150_000, 3_600_000).slice(0, 40)).toBe("31% · 271,234,567 rows · 150,000/s · 1 h");
  });

  test("leaves out what is not known", () => {
    expect(told(reading({ rows: [1] }), 0)).toBe("1% · 1 row · reading 2/3");
    expect(told(live([]))).toBe("planning");
  });

  test.each([
    ["NEW", "scan", "starting 1/1"],
    ["READING_INPUT", "scan", "reading 1/1"],
    ["MERGING_STATISTICS", "scan", "partitioning 1/1"],
    ["POST_READING", "scan", "sorting 1/1"],
    ["READING_INPUT", "segmentGenerator", "writing 1/1"],
    ["FINISHED", "segmentGenerator", "publishing 1/1"],
    ["RETRYING", "scan", "retrying 1/1"],
    ["FAILED", "scan", "failed 1/1"],
    ["A_PHASE_OF_TOMORROW", "scan", "starting 1/1"],
  ])("words %s of %s", (phase, type, text) => {
    expect(told(live([{ phase, type }]))).toMatch(new RegExp(`· ${text}$`));
  });

  test("counts the rows written into segments", () => {
    const counters = { 0: { segmentGenerationProgress: { rowsProcessed: 30_000, rowsPushed: 0 } } };
    const last = { phase: "READING_INPUT", type: "segmentGenerator", input: [{ type: "stage", stage: 0 }], counters };
    expect(told(live([{ phase: "FINISHED" }, last]))).toBe("50% · 0 rows · writing 2/2 · 30,000 written");
  });

  describe("names the worker that lags", () => {
    const workers = (slow: object, others: object) =>
      live([
        {
          phase: "READING_INPUT",
          counters: {
            0: { input0: channel(others) },
            1: { input0: channel(slow) },
            2: { input0: channel(others) },
          },
        },
      ]);

    test("if it has read less than half of what the others have", () => {
      expect(told(workers({ rows: [1_200] }, { rows: [20_000] }))).toContain(
        "worker 1 lags: 1,200 rows, the others 20,000",
      );
    });

    test.each([
      ["it is not far behind", { rows: [11_000] }, { rows: [20_000] }],
      ["too little was read to tell", { rows: [1] }, { rows: [9_000] }],
      ["it had fewer files, and is done", { rows: [1], files: [2], totalFiles: [2] }, { rows: [20_000] }],
    ])("but not if %s", (_why, slow, others) => {
      expect(told(workers(slow, others))).not.toContain("lags");
    });
  });

  test.each(["27.0.0", "37.0.0"])("words what Druid %s reported during a run", (release) => {
    expect(told(recorded("report-running", release))).toMatch(/^2% · \d rows? · reading 1\/2$/);
  });
});

describe("in Pulumi's own display", () => {
  /**
   * A row of its tree on a terminal, by the rules of its source (3.260: pkg/backend/display, `renderRow`, `clampLine`):
   * a space, the sign, the type below the stack, the name, the status with its seconds and moving dots, two spaces
   * after each, and a cut one short of the width.
   */
  function row(columns: number, text: string, name = "pages-dev"): string {
    const type = "└─ pulumi-nodejs:dynamic/druid:MsqIngestion";
    const cells = [" + ", type, name, `${"creating (12s)"}...`, text];
    return cells.join("  ").slice(0, columns - 1);
  }
  const text = told(reading({ rows: [27_000], files: [1], totalFiles: [2] }), 1_500, 25_000);
  const seen = (columns: number, name?: string) => row(columns, text, name).split("...  ")[1] ?? "";

  test.each([
    [100, "17% · 27,000 rows"],
    [120, "17% · 27,000 rows · 1,500/s · 25 s left"],
    [140, "17% · 27,000 rows · 1,500/s · 25 s left · reading 2/3"],
  ])("at %d columns it shows what matters most", (columns, least) => {
    expect(seen(columns)).toContain(least);
  });

  test("80 columns leave no room for any text beside type, name and status", () => {
    expect(seen(80)).toBe("");
    expect(seen(84, "q")).toBe("17% · 27,00");
  });
});

describe("finishedText()", () => {
  test.each(["27.0.0", "37.0.0"])("gives rows, segments and time of a load by Druid %s", (release) => {
    expect(finishedText(recorded("report-insert", release), undefined)).toMatch(/^2 rows · 2 segments · \d(\.\d)? s$/);
  });

  test("is undefined for a task that writes no segments or has no report", () => {
    expect(finishedText(recorded("report-select"), 1_000)).toBeUndefined();
    expect(finishedText(undefined, 1_000)).toBeUndefined();
  });

  test("leaves segments out if there are no rows", () => {
    const report = live([{ type: "segmentGenerator" }], { durationMs: 65_000 });
    expect(finishedText(report, undefined)).toBe("0 rows · 1 min 5 s");
  });
});
