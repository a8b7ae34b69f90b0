import { expect, test } from "@jest/globals";
import type { TaskReport, TaskStatus } from "../../../../src/druid/wire/task";
import { isPassing } from "../../../../src/ingestion/rules/passing";

const GONE = "This task disappeared on the worker where it was assigned. See overlord logs for more details.";

const failed = (errorMsg: string | null): TaskStatus => ({ id: "query-x-1", statusCode: "FAILED", errorMsg });
const reportOf = (errorCode: string): TaskReport => ({
  payload: { status: { status: "FAILED", errorReport: { error: { errorCode } } } },
});

test.each([
  ["WorkerFailed", "WorkerFailed: …", true],
  ["WorkerRpcFailed", null, true],
  ["TaskStartTimeout", null, true],
  ["InsertLockPreempted", null, true],
  // Both seen on 27 and 37.
  ["Canceled", GONE, true],
  ["Canceled", "Shutdown request from user", false],
  ["Canceled", "Canceled: Query timed out", false],
  ["UnknownError", GONE, false],
  ["InsertTimeNull", "InsertTimeNull: …", false],
  ["NotEnoughMemory", null, false],
])("isPassing() of %s with the status %j is %j", (code, errorMsg, expected) => {
  expect(isPassing(failed(errorMsg), reportOf(code))).toBe(expected);
});

test.each([
  ["Canceled: Query canceled by user or by task shutdown.", "query-x-1-worker0_0", true],
  ["Canceled: Query timed out", "query-x-1", false],
  ["Shutdown request from user", "query-x-1-worker0_0", false],
])("isPassing() of Canceled with the status %j, told by %s, is %j", (errorMsg, taskId, expected) => {
  const report = reportOf("Canceled");
  report.payload.status.errorReport = { taskId, error: { errorCode: "Canceled" } };
  expect(isPassing(failed(errorMsg), report)).toBe(expected);
});

test("isPassing() of a task that 37's Overlord fails before it has begun is true", () => {
  const told = (what: string) =>
    `Encountered error[${what}] while waiting for task to be ready. See Overlord logs for more details.`;
  const inactive = told(
    "org.apache.druid.java.util.common.ISE: Unable to grant lock to inactive Task [query-pulumi-days-1]",
  );
  expect(isPassing(failed(inactive), undefined)).toBe(true);
  expect(isPassing(failed(told("Access denied")), undefined)).toBe(false);
  expect(isPassing(failed(inactive), reportOf("InsertTimeNull"))).toBe(false);
});

test("isPassing() reads the code from the status if there is no report", () => {
  expect(isPassing(failed("TaskStartTimeout: Unable to launch…"), undefined)).toBe(true);
  expect(isPassing(failed("Shutdown request from user"), undefined)).toBe(false);
  expect(isPassing(failed(null), undefined)).toBe(false);
});
