import { describe, expect, test } from "@jest/globals";
import { contextFaults, type QueryContext } from "../../../src/statement/context";

describe("contextFaults()", () => {
  test.each<[string, unknown]>([
    ["maxNumTasks", 2],
    ["maxNumTasks", "3"],
    ["numTasks", 1000],
    ["taskAssignment", "auto"],
    ["taskAssignment", "MAX"],
    ["finalizeAggregations", false],
    ["finalizeAggregations", "true"],
    ["arrayIngestMode", "mvd"],
    ["sqlJoinAlgorithm", "sortMerge"],
    ["maxParseExceptions", -1],
    ["mode", "nonstrict"],
    ["maxRowsInMemory", 1],
    ["useCombiner", true],
    ["timeout", 0],
    ["timeout", "3600000"],
    ["segmentSortOrder", "a,b"],
    ["indexSpec", { anything: 1 }],
    ["maxNumTasks", null],
    ["maxNumTasks", undefined],
    ["ofANewerDruid", { a: [1] }],
    ["toString", 1],
  ])("lets %s: %j pass", (key, value) => {
    expect(contextFaults({ [key]: value })).toEqual([]);
  });

  test.each<[string, unknown, RegExp]>([
    ["maxNumTasks", 1, /^must be an integer of 2 or more$/],
    ["maxNumTasks", 2.5, /integer/],
    ["maxNumTasks", "two", /integer/],
    ["maxNumTasks", "", /integer/],
    ["maxNumTasks", true, /integer/],
    ["rowsPerSegment", 0, /^must be an integer of 1 or more$/],
    ["maxPartitions", 0, /^must be an integer of 1 or more$/],
    ["maxInputFilesPerWorker", "many", /integer/],
    ["catalogValidationEnabled", "no", /^must be true or false$/],
    ["timeout", -1, /^must be an integer of 0 or more$/],
    ["mode", "lax", /^must be one of "strict", "nonStrict"$/],
    ["maxParseExceptions", -2, /^must be an integer of -1 or more$/],
    ["finalizeAggregations", "yes", /^must be true or false$/],
    ["faultTolerance", 1, /^must be true or false$/],
    ["taskAssignment", "some", /^must be one of "max", "auto"$/],
    ["taskAssignment", 1, /one of/],
    ["sqlJoinAlgorithm", "SORTMERGE", /^must be one of "broadcast", "sortMerge"$/],
    ["segmentSortOrder", ["a"], /^must be a string: column names/],
    ["sqlQueryId", "x", /^is set by this resource/],
    ["queryId", null, /^is set by this resource/],
    ["pulumiDruid", undefined, /^is set by this resource/],
  ])("refuses %s: %j", (path, value, reason) => {
    expect(contextFaults({ [path]: value })).toEqual([{ path, reason: expect.stringMatching(reason) }]);
  });

  test("tells all at once", () => {
    expect(contextFaults({ maxNumTasks: 1, queryId: "x", a: 1 }).map(({ path }) => path)).toEqual([
      "maxNumTasks",
      "queryId",
    ]);
  });
});

test("QueryContext has known keys and lets others through", () => {
  const context = { maxNumTasks: 3, taskAssignment: "auto", ofANewerDruid: [1] } satisfies QueryContext;
  expect(contextFaults(context)).toEqual([]);
});
