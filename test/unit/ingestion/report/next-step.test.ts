import { describe, expect, test } from "@jest/globals";
import { CODES, nextStepAfter } from "../../../../src/ingestion/report/next-step";
import { failedWith } from "./reports";

/**
 * From Druid's multi-stage query reference of 24 to 39, and the codes of its fault classes where these differ: the
 * class says `NotEnoughTemporaryStorageFault`, the reference leaves `Fault` out; `DruidException` is not in the
 * reference.
 */
const REFERENCE = `BroadcastTablesTooLarge Canceled CannotParseExternalData ColumnNameRestricted ColumnTypeNotSupported
  DruidException DurableStorageConfiguration InsertCannotAllocateSegment InsertCannotBeEmpty InsertLockPreempted
  InsertTimeNull InsertTimeOutOfBounds InvalidField InvalidNullByte NotEnoughMemory NotEnoughTemporaryStorage
  NotEnoughTemporaryStorageFault QueryNotSupported QueryRuntimeError RowTooLarge TaskStartTimeout TooManyAttemptsForJob
  TooManyAttemptsForWorker TooManyBuckets TooManyClusteredByColumns TooManyColumns TooManyInputFiles TooManyPartitions
  TooManyRowsInAWindow TooManyRowsWithSameKey TooManySegmentsInTimeChunk TooManyWarnings TooManyWorkers UnknownError
  WorkerFailed WorkerRpcFailed`.split(/\s+/);

describe("nextStepAfter()", () => {
  test("knows every code of Druid's reference, and no other", () => {
    expect([...CODES].sort()).toEqual([...REFERENCE].sort());
  });

  test.each(REFERENCE)("%s has a next step that fits into an error", (errorCode) => {
    const step = nextStepAfter(failedWith({ errorCode })) ?? "";
    expect(step.length).toBeGreaterThan(15);
    expect(step).not.toMatch(/[.;,:]$|^[A-Z][a-z]+ the|undefined/);
  });

  test.each([
    ["CannotParseExternalData", /set maxParseExceptions in the context/],
    ["InsertTimeNull", /WHERE TIME_PARSE\("t"\) IS NOT NULL/],
    ["NotEnoughMemory", /-Xmx/],
    ["TaskStartTimeout", /lower maxNumTasks/],
    ["TooManyPartitions", /rowsPerSegment/],
    ["QueryNotSupported", /before Druid 28 it cannot read a UNION ALL/],
  ])("%s says what to change", (errorCode, step) => {
    expect(nextStepAfter(failedWith({ errorCode }))).toMatch(step);
  });

  test("a timeout says where it comes from and what to set", () => {
    // As 37 sends it.
    const error = { errorCode: "Canceled", reason: "QUERY_TIMEOUT", errorMessage: "Canceled: Query timed out" };
    const advice = nextStepAfter(failedWith(error));
    expect(advice).toMatch(/"timeout" in the query's context.*druid\.query\.default\.context\.timeout/);
    expect(advice).toMatch(/0 for no limit/);
  });

  test("TooManyWarnings has the next step of the warning's code", () => {
    const step = (rootErrorCode: string) => nextStepAfter(failedWith({ errorCode: "TooManyWarnings", rootErrorCode }));
    expect(step("CannotParseExternalData")).toMatch(/maxParseExceptions/);
    expect(step("InvalidNullByte")).toMatch(/removeNullBytes/);
  });

  test.each([
    ["java.lang.RuntimeException: Error occurred while trying to read uri: http://h/x", /source is there/],
    ["java.io.IOException: No space left on device", /disk space/],
    ["java.lang.OutOfMemoryError: Java heap space", /memory/],
    ["Task [query-x-worker0_0] already exists.", /restarted/],
    ["something else", /log of the task/],
  ])("an unknown error is looked into: %s", (errorMessage, step) => {
    expect(nextStepAfter(failedWith({ errorCode: "UnknownError", errorMessage }))).toMatch(step);
  });

  test.each([
    ["a code of a Druid to come", failedWith({ errorCode: "TooManyOfTomorrow" })],
    ["a name of every object", failedWith({ errorCode: "constructor" })],
    ["no report", undefined],
  ])("%s gives none", (_what, report) => {
    expect(nextStepAfter(report)).toBeUndefined();
  });
});
