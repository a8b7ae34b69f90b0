/**
 * Decides whether a FAILED task published nothing, or whether that is unknown. Druid publishes before it reports, so
 * FAILED alone says nothing about the rows. Pure.
 */
import type { TaskReport, TaskStatus } from "../../druid/wire/task";

export type Ending = "unpublished" | "unknown" | "reportNotThere";

/**
 * Phases of the final stage in which the controller has not begun to publish: results were still missing, or the stage
 * was given up. (A failed publish leaves the stage RESULTS_READY or FINISHED.)
 */
const BEFORE_PUBLISH = new Set(["NEW", "READING_INPUT", "MERGING_STATISTICS", "POST_READING", "RETRYING", "FAILED"]);

export function endingOf(status: TaskStatus, report: TaskReport | undefined): Ending {
  if (!report) return hasLocation(status) ? "reportNotThere" : "unpublished";
  const { errorReport, status: state } = report.payload.status;
  // The controller is still running and may yet publish.
  if (state === "RUNNING") return "reportNotThere";
  if (state === "SUCCESS") return "unknown";
  const code = errorReport?.error.errorCode;
  if (code === "InsertLockPreempted") return "unpublished";
  if (isSecondLife(code, errorReport?.error.errorMessage)) return "unknown";
  const stages = report.payload.stages ?? [];
  const final = stages.reduce<(typeof stages)[number] | undefined>(
    (last, stage) => (last === undefined || stage.stageNumber > last.stageNumber ? stage : last),
    undefined,
  );
  // A stage without a phase never began.
  if (!final?.phase || BEFORE_PUBLISH.has(final.phase)) return "unpublished";
  return "unknown";
}

/** If a task was never assigned a location, Druid sends host null (27) or omits the location. */
export function hasLocation(status: Pick<TaskStatus, "location">): boolean {
  return Boolean(status.location?.host);
}

/**
 * After a restart of the whole cluster Druid runs a task again with the same id, and it fails because the ids of its
 * workers are in use (seen on 27). The report is that of the second run; the first may have published.
 */
function isSecondLife(code: string | undefined, message: string | null | undefined): boolean {
  return code === "UnknownError" && /already exists/i.test(message ?? "");
}
