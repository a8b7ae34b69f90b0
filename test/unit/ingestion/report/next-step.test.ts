import { describe, expect, test } from "@jest/globals";
import { TaskReportsResponse } from "../../../../src/druid/wire/task-schemas";
import { nextStepAfter } from "../../../../src/ingestion/report/next-step";

const failed = (error: { errorCode: string; [more: string]: unknown }) =>
  TaskReportsResponse.parse({
    multiStageQuery: { payload: { status: { status: "FAILED", errorReport: { error } } } },
  }).multiStageQuery;

describe("nextStepAfter()", () => {
  test("a timeout says where it comes from and what to set", () => {
    // As 37 sends it.
    const error = { errorCode: "Canceled", reason: "QUERY_TIMEOUT", errorMessage: "Canceled: Query timed out" };
    const advice = nextStepAfter(failed(error));
    expect(advice).toMatch(/"timeout" in the query's context.*druid\.query\.default\.context\.timeout/);
    expect(advice).toMatch(/0 for no limit/);
  });

  test("what the task engine cannot run is named", () => {
    expect(nextStepAfter(failed({ errorCode: "QueryNotSupported" }))).toMatch(
      /before Druid 28 it cannot read a UNION ALL/,
    );
  });

  test.each([
    ["a cancel by a user", failed({ errorCode: "Canceled", reason: "USER_REQUEST" })],
    ["a cancel of an older Druid", failed({ errorCode: "Canceled" })],
    ["a fault that says it all", failed({ errorCode: "InsertTimeNull", errorMessage: "no time" })],
    ["no report", undefined],
  ])("%s needs none", (_what, report) => {
    expect(nextStepAfter(report)).toBeUndefined();
  });
});
