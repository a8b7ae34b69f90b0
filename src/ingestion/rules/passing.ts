/**
 * Decides from its code whether a failure may pass by itself, so that the same run may end well next time. Says nothing
 * about what the run has published: `ending.ts` does. Pure.
 */
import type { TaskReport, TaskStatus } from "../../druid/wire/task";

const PASSING = new Set(["WorkerFailed", "WorkerRpcFailed", "TaskStartTimeout", "InsertLockPreempted"]);

export function isPassing(status: TaskStatus, report: TaskReport | undefined): boolean {
  const code = codeOf(status, report);
  return code !== undefined && PASSING.has(code);
}

export function codeOf(status: TaskStatus | undefined, report: TaskReport | undefined): string | undefined {
  return report?.payload.status.errorReport?.error.errorCode ?? /^(\w+):/.exec(status?.errorMsg ?? "")?.[1];
}
