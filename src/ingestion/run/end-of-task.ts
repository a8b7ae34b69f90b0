/** Finds out how a failed task ended, from its final report or at least from its status. Changes nothing. */
import type { Clock } from "../../base/clock";
import { errorKind, isHttpError } from "../../base/errors";
import type { CallOptions, DruidClient } from "../../druid/client";
import type { TaskReport, TaskStatus } from "../../druid/wire/task";
import { type Ending, endingOf, hasLocation } from "../rules/ending";

/** How long after the end of a task its final report may appear (2 s seen on 27). */
const REPORT_WAIT_MS = 15_000;
const REPORT_PAUSE_MS = 500;

/** How a FAILED task ended, and its final report; waits a little, because the report appears after the status. */
export async function endOf(
  client: DruidClient,
  clock: Clock,
  status: TaskStatus,
  options: CallOptions = {},
): Promise<{ ending: Exclude<Ending, "reportNotThere">; report: TaskReport | undefined }> {
  const until = clock.now() + REPORT_WAIT_MS;
  for (;;) {
    const { report, ending } = await finalReport(client, status, options);
    const isGuess = ending === "unpublished" && report === undefined;
    if (isGuess && (await neverRan(client, status, options))) return { ending, report };
    if (!isGuess && ending !== "reportNotThere") return { ending, report };
    if (clock.now() >= until) return { ending: "unknown", report };
    await clock.sleep(REPORT_PAUSE_MS, options.signal);
  }
}

/**
 * A task without a report has published nothing if it was never assigned a location. Since 35 the status of an ended task
 * omits the location for up to a minute (tested on 37); the list of tasks, which is read from storage, includes it.
 */
async function neverRan(client: DruidClient, { id, dataSource }: TaskStatus, options: CallOptions): Promise<boolean> {
  const target = dataSource ?? (await client.status(id, options))?.dataSource;
  if (!target) return false;
  try {
    const listed = (await client.tasksInto(target, options)).find((task) => task.id === id);
    return listed !== undefined && !hasLocation(listed);
  } catch (error) {
    if (isHttpError(error)) return false;
    throw error;
  }
}

/** 27 was once seen to answer with a page instead of a report just as its task ended; then the report is read again. */
async function finalReport(client: DruidClient, status: TaskStatus, options: CallOptions) {
  try {
    const report = await client.report(status.id, options);
    return { report, ending: endingOf(status, report) };
  } catch (error) {
    if (errorKind(error) !== "unexpectedResponse") throw error;
    return { report: undefined, ending: "reportNotThere" as const };
  }
}
