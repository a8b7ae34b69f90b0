/**
 * Decides from its code whether a failure may pass by itself, so that the same run may end well next time. Says nothing
 * about what the run has published: `ending.ts` does. Pure.
 */
import type { TaskReport, TaskStatus } from "../../druid/wire/task";

const PASSING = new Set(["WorkerFailed", "WorkerRpcFailed", "TaskStartTimeout", "InsertLockPreempted"]);

/**
 * If the server of the controller was restarted, the report says the same as if a user had canceled the task, for which
 * the Overlord's words are "Shutdown request from user" (27 and 37). If it was a worker's, the error is that worker's on
 * 27, and `WorkerFailed` on 37.
 */
const BY_USER = /^Shutdown request/;
const DISAPPEARED = /\bdisappeared\b/;
const WORKER = /-worker\d+_\d+$/;

export function isPassing(status: TaskStatus, report: TaskReport | undefined): boolean {
  const code = codeOf(status, report);
  if (code === "Canceled") return isByRestart(status.errorMsg ?? "", report);
  return code !== undefined && PASSING.has(code);
}

function isByRestart(told: string, report: TaskReport | undefined): boolean {
  const failed = report?.payload.status.errorReport?.taskId ?? "";
  return !BY_USER.test(told) && (DISAPPEARED.test(told) || WORKER.test(failed));
}

export function codeOf(status: TaskStatus | undefined, report: TaskReport | undefined): string | undefined {
  return report?.payload.status.errorReport?.error.errorCode ?? /^(\w+):/.exec(status?.errorMsg ?? "")?.[1];
}
