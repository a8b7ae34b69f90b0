import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { TaskReportsResponse, TaskStatus } from "../../../src/druid/wire/task-schemas";
import { endingOf } from "../../../src/ingestion/rules/ending";

const RAN = { host: "localhost", port: 8100, tlsPort: -1 };
const statusOf = (location: unknown) => TaskStatus.parse({ id: "query-k-1", statusCode: "FAILED", location });

interface Told {
  state?: "RUNNING" | "SUCCESS" | "FAILED";
  code?: string;
  message?: string;
  /** Phases by stage; null for a stage without one. */
  phases?: (string | null)[];
}

function reportOf({ state = "FAILED", code = "UnknownError", message = "x", phases = ["FINISHED", "FINISHED"] }: Told) {
  const stages = phases.map((phase, stageNumber) => ({ stageNumber, definition: {}, ...(phase && { phase }) }));
  const errorReport = state === "FAILED" ? { error: { errorCode: code, errorMessage: message } } : undefined;
  return TaskReportsResponse.parse({ multiStageQuery: { payload: { status: { status: state, errorReport }, stages } } })
    .multiStageQuery;
}

const recorded = (release: string, name: string) => {
  const file = join(__dirname, "..", "..", "fixtures", "druid", release, `${name}.json`);
  return JSON.parse(readFileSync(file, "utf8")).body;
};

describe("endingOf() a FAILED task", () => {
  test.each<[string, Told]>([
    ["the final stage has not begun", { phases: ["READING_INPUT", null] }],
    ["no stage tells a phase, as on 27 when the query fell over", { phases: [null, null] }],
    ["it failed while it was planned", { phases: [] }],
    ["NEW", { phases: ["FINISHED", "NEW"] }],
    ["READING_INPUT", { phases: ["FINISHED", "READING_INPUT"] }],
    ["MERGING_STATISTICS", { phases: ["FINISHED", "MERGING_STATISTICS"] }],
    ["POST_READING", { phases: ["FINISHED", "POST_READING"] }],
    ["RETRYING", { phases: ["FINISHED", "RETRYING"] }],
    ["FAILED: the controller gave the stage up", { phases: ["FINISHED", "FAILED"] }],
    ["its lock went to another, whatever the phase", { code: "InsertLockPreempted", phases: ["FINISHED", "FINISHED"] }],
    ["it was canceled before the end", { code: "Canceled", phases: ["READING_INPUT", null] }],
  ])("has published nothing: %s", (_name, told) => {
    expect(endingOf(statusOf(RAN), reportOf(told))).toBe("unpublished");
  });

  test.each<[string, Told]>([
    ["RESULTS_READY", { phases: ["FINISHED", "RESULTS_READY"] }],
    ["FINISHED", { phases: ["FINISHED", "FINISHED"] }],
    ["a phase that nobody knows yet", { phases: ["FINISHED", "PUBLISHING"] }],
    ["it was canceled, but reports its success", { state: "SUCCESS" }],
    ["it reports its success, and no stages", { state: "SUCCESS", phases: [] }],
    ["it was canceled at the end", { code: "Canceled", phases: ["FINISHED", "FINISHED"] }],
    [
      "a second life, whose stages say nothing of the first",
      { message: "ISE: Task [query-k-1-worker0_0] already exists.", phases: [null, null] },
    ],
  ])("may have published: %s", (_name, told) => {
    expect(endingOf(statusOf(RAN), reportOf(told))).toBe("unknown");
  });

  test("the stage with the highest number is the final one, in whatever order they are told", () => {
    const report = reportOf({ phases: ["FINISHED", "FINISHED", "READING_INPUT"] });
    report.payload.stages?.reverse();
    expect(endingOf(statusOf(RAN), report)).toBe("unpublished");
  });

  test("another fault that says something exists is no second life", () => {
    const told = { code: "InsertCannotAllocateSegment", message: "segment already exists", phases: [null, null] };
    expect(endingOf(statusOf(RAN), reportOf(told))).toBe("unpublished");
  });

  test("a live report is not the last word", () => {
    expect(endingOf(statusOf(RAN), reportOf({ state: "RUNNING", phases: ["READING_INPUT", null] }))).toBe(
      "reportNotThere",
    );
  });

  test.each([
    ["ran somewhere", RAN, "reportNotThere"],
    ["ran nowhere, as 27 writes it", { host: null, port: -1, tlsPort: -1 }, "unpublished"],
    ["has no location", undefined, "unpublished"],
    ["has a null for it", null, "unpublished"],
  ])("without a report, where it %s", (_name, location, expected) => {
    expect(endingOf(statusOf(location), undefined)).toBe(expected);
  });

  test.each([
    ["27.0.0", "report-failed", "unpublished"],
    ["27.0.0", "report-canceled", "unpublished"],
    ["37.0.0", "report-failed", "unpublished"],
    ["37.0.0", "report-failed-expression", "unpublished"],
    ["37.0.0", "report-canceled", "unpublished"],
  ])("as Druid %s reports it (%s)", (release, name, expected) => {
    const report = TaskReportsResponse.parse(recorded(release, name)).multiStageQuery;
    expect(endingOf(statusOf(RAN), report)).toBe(expected);
  });
});
