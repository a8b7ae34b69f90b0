/** Finds out how a failed task ended, from its final report or at least from its status. Changes nothing. */
import type { Clock } from "../../base/clock";
import { errorKind, isHttpError } from "../../base/errors";
import { poll } from "../../base/poll";
import type { CallOptions, DruidClient } from "../../druid/client";
import { isTransient } from "../../druid/transport/retry";
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
  let report: TaskReport | undefined;
  const lookHow = async () => {
    const final = await finalReport(client, status, options);
    report = final.report;
    if (final.ending === "reportNotThere") return undefined;
    const isGuess = final.ending === "unpublished" && report === undefined;
    return !isGuess || (await neverRan(client, status, options)) ? final.ending : undefined;
  };
  const pauses = { boundMs: REPORT_WAIT_MS, pauseMs: () => REPORT_PAUSE_MS };
  const ending = await poll(lookHow, { clock, signal: options.signal, ...pauses });
  return { ending: ending ?? "unknown", report };
}

/**
 * A task without a report has published nothing if it was never assigned a location. Since 35 the status of an ended
 * task omits the location for up to a minute (tested on 37); the list of tasks, which is read from storage, includes
 * it.
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

/**
 * 27 was once seen to answer with a page instead of a report just as its task ended; then the report is read again. A
 * store of reports that fails answers 500 for ever, and the status alone still tells that the task has failed.
 */
async function finalReport(client: DruidClient, status: TaskStatus, options: CallOptions) {
  try {
    const report = await client.report(status.id, options);
    return { report, ending: endingOf(status, report) };
  } catch (error) {
    const isBroken = isHttpError(error) && error.status >= 500 && !isTransient(error);
    if (!isBroken && errorKind(error) !== "unexpectedResponse") throw error;
    return { report: undefined, ending: "reportNotThere" as const };
  }
}
