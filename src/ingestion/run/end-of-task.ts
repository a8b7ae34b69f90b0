/** How a task that failed has ended, by its final report or by what its status leaves to tell. Changes nothing. */
import type { Clock } from "../../base/clock";
import { errorKind, isHttpError } from "../../base/errors";
import { poll } from "../../base/poll";
import type { CallOptions, DruidClient } from "../../druid/client";
import type { TaskReport, TaskStatus } from "../../druid/wire/task";
import { type Ending, endingOf, hasLocation } from "../rules/ending";

/** How long a final report may come after its task's end (2 s seen on 27). */
const REPORT_WAIT_MS = 15_000;
const REPORT_PAUSE_MS = 500;

/** How a FAILED task ended, with its final report; waits a little for the report, since it comes after the status. */
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
 * A task without a report has published nothing if it never had a place to run in. From 35 on the status of a task that
 * has ended names no place for up to a minute (run on 37); the list of tasks, which is read from storage, does.
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

/** 27 was once seen to answer for a report, just as its task ended, with a page that is none: it is to be asked again. */
async function finalReport(client: DruidClient, status: TaskStatus, options: CallOptions) {
  try {
    const report = await client.report(status.id, options);
    return { report, ending: endingOf(status, report) };
  } catch (error) {
    if (errorKind(error) !== "unexpectedResponse") throw error;
    return { report: undefined, ending: "reportNotThere" as const };
  }
}
