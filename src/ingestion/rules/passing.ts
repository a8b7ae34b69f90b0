/**
 * Decides from its code whether a failure may pass by itself, so that the same run may end well next time. Says nothing
 * about what the run has published: `ending.ts` does. Pure.
 */
import type { TaskReport, TaskStatus } from "../../druid/wire/task";

const PASSING = new Set(["WorkerFailed", "WorkerRpcFailed", "TaskStartTimeout", "InsertLockPreempted"]);

/**
 * The Overlord's words if the server of the task was restarted. The report says the same as if a user had canceled it,
 * for which the words are "Shutdown request from user" (tested on 27 and 37).
 */
const DISAPPEARED = /\bdisappeared\b/;

export function isPassing(status: TaskStatus, report: TaskReport | undefined): boolean {
  const code = codeOf(status, report);
  if (code === "Canceled") return DISAPPEARED.test(status.errorMsg ?? "");
  return code !== undefined && PASSING.has(code);
}

export function codeOf(status: TaskStatus | undefined, report: TaskReport | undefined): string | undefined {
  return report?.payload.status.errorReport?.error.errorCode ?? /^(\w+):/.exec(status?.errorMsg ?? "")?.[1];
}
