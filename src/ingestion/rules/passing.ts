/**
 * Decides from a failure's code whether its cause may pass, so that the same run may succeed next time. Whether the run
 * has published rows is decided by `ending.ts`. Pure.
 */
import type { TaskReport, TaskStatus } from "../../druid/wire/task";

const PASSING = new Set(["WorkerFailed", "WorkerRpcFailed", "TaskStartTimeout", "InsertLockPreempted"]);

/**
 * `Canceled` in the report can mean two things: a user canceled the task, for which the Overlord's status says
 * "Shutdown request from user" (27 and 37), or the controller's server was restarted. If a worker's server was
 * restarted, the error is `Canceled` of that worker on 27, and `WorkerFailed` on 37.
 */
const BY_USER = /^Shutdown request/;
const DISAPPEARED = /\bdisappeared\b/;
const WORKER = /-worker\d+_\d+$/;
/**
 * 37's Overlord may ask for the lock of a new task a moment before it counts it among its own, and fails it then (seen
 * with 2 of about 250 tasks that began together).
 */
const TOO_EARLY = /\binactive Task\b.* while waiting for task to be ready/;

export function isPassing(status: TaskStatus, report: TaskReport | undefined): boolean {
  const code = codeOf(status, report);
  if (report === undefined && TOO_EARLY.test(status.errorMsg ?? "")) return true;
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
