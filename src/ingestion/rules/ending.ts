/**
 * What became of a task that ended FAILED: nothing was published, or nobody can say. Druid publishes before it
 * reports, so FAILED alone says nothing about the rows. Pure.
 */
import type { TaskReport, TaskStatus } from "../../druid/wire/task";

export type Ending = "unpublished" | "unknown" | "reportNotThere";

/**
 * Phases of the final stage from which a controller never came to its publish: its results were still to come, or it
 * gave the stage up. (A publish that fails leaves the stage RESULTS_READY or FINISHED.)
 */
const BEFORE_PUBLISH = new Set(["NEW", "READING_INPUT", "MERGING_STATISTICS", "POST_READING", "RETRYING", "FAILED"]);

export function endingOf(status: TaskStatus, report: TaskReport | undefined): Ending {
  if (!report) return hasLocation(status) ? "reportNotThere" : "unpublished";
  const { errorReport, status: state } = report.payload.status;
  // The controller still writes: what it says now may be overtaken by a publish.
  if (state === "RUNNING") return "reportNotThere";
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

/** Druid writes host null (27) or leaves the location out where a task never ran anywhere. */
export function hasLocation(status: Pick<TaskStatus, "location">): boolean {
  return Boolean(status.location?.host);
}

/**
 * After a restart of the whole of Druid a task is run again under its id and fails since its workers' ids are taken
 * (seen on 27): the stages are those of the second life, the first may have published.
 */
function isSecondLife(code: string | undefined, message: string | null | undefined): boolean {
  return code === "UnknownError" && /already exists/i.test(message ?? "");
}
