/** Waits for the end of a task. Only `statusCode` decides. Tolerates outages of Druid within limits. */
import { DruidIngestionError, errorKind, isHttpError, messageOf } from "../../base/errors";
import { backoffMs, pollIntervalMs } from "../../base/pace";
import { poll } from "../../base/poll";
import { isOutage } from "../../druid/transport/retry";
import type { TaskReport, TaskStatus } from "../../druid/wire/task";
import { type Position, positionOf } from "../report/position";
import { rowsRead } from "../report/progress";
import { restOf } from "../report/rest";
import { runningText } from "../report/row-text";
import { shareDone } from "../report/share-done";
import { consoleUrlOf } from "../report/summary";
import type { Session } from "../session";
import { endOf } from "./end-of-task";
import { Outlook } from "./outlook";
import { Speed } from "./speed";

export type TaskEnd =
  | {
      is: "success" | "unpublished" | "unknown";
      status: TaskStatus;
      report: TaskReport | undefined;
    }
  /** Druid has not known the id for long enough. */
  | { is: "lost" };

/** An unknown id counts as lost after this time and at least this many polls. */
export const LOST_AFTER_MS = 60_000;
export const LOST_AFTER_LOOKS = 5;
const UNREACHABLE_MAX_MS = 10 * 60_000;
/** A try that seems to take longer has met a machine that slept, which says nothing about Druid. */
const TRY_MAX_MS = 2 * 60_000;
/** Every task waits a moment for a slot; after this time the status says why. */
const STARVED_AFTER_MS = 5_000;
const REPORT_EVERY_MS = 2_000;
/** While there is no report, the interval doubles up to this. */
const REPORT_EVERY_MAX_MS = 120_000;
/** If no report appears this long after SUCCESS, the server keeps none (the Kubernetes task runner of older Druids). */
const LAST_REPORT_WAIT_MS = 5_000;
const LAST_REPORT_PAUSE_MS = 250;

export async function awaitEnd(session: Session, taskId: string): Promise<TaskEnd> {
  const { client, clock, random, signal } = session;
  const start = clock.now();
  const speed = new Speed();
  session.log("info", `See the task at ${consoleUrlOf(client.url, taskId)}`);
  const seen = new Map<string, number>();
  let unknown: { since: number; looks: number } | undefined;
  let away: { forMs: number; triedAt: number; tries: number } | undefined;
  let reportedAt = Number.NEGATIVE_INFINITY;
  let reportEveryMs = REPORT_EVERY_MS;
  let mayReport = false;
  const outlook = new Outlook();
  const pause = () => clock.sleep(outlook.pauseMs(clock.now(), clock.now() - start), signal);
  for (;;) {
    let hasReport = true;
    // A live report shows that the task is running, and its progress, so it replaces every second status request.
    if (mayReport && clock.now() - reportedAt >= reportEveryMs) {
      mayReport = false;
      reportedAt = clock.now();
      const progress = await showProgress(session, taskId, clock.now() - start, speed);
      hasReport = progress !== undefined;
      reportEveryMs = hasReport ? REPORT_EVERY_MS : Math.min(REPORT_EVERY_MAX_MS, reportEveryMs * 2);
      if (progress) {
        outlook.saw(clock.now(), progress);
        await pause();
        continue;
      }
    }
    let status: TaskStatus | undefined;
    try {
      // Only the single status tells what a task that has not begun is waiting for.
      status = hasReport ? await session.look(taskId, signal) : await client.status(taskId, { signal, patienceMs: 0 });
      if (status?.statusCode === "FAILED") {
        const { ending, report } = await endOf(client, clock, status, { signal });
        return { is: ending, status: await wholeStatus(session, status), report };
      }
      // Only now: the report may stay away while the status is there.
      away = undefined;
    } catch (error) {
      if (!isOutage(error)) throw error;
      away ??= { forMs: 0, triedAt: clock.now(), tries: 0 };
      away.forMs += Math.min(clock.now() - away.triedAt, TRY_MAX_MS);
      away.triedAt = clock.now();
      if (away.forMs > UNREACHABLE_MAX_MS) throw tooLongAway(session, taskId, start, seen, error);
      session.status(
        `Druid does not answer (${isHttpError(error) ? `HTTP ${error.status}` : "no connection"}), still trying`,
      );
      await clock.sleep(backoffMs(away.tries, random), signal);
      away.tries += 1;
      continue;
    }
    if (!status) {
      unknown ??= { since: clock.now(), looks: 0 };
      unknown.looks += 1;
      if (unknown.looks >= LOST_AFTER_LOOKS && clock.now() - unknown.since >= LOST_AFTER_MS) return { is: "lost" };
      session.status("Druid does not know the task yet, or no longer: checking again");
      await clock.sleep(Math.min(pollIntervalMs(clock.now() - unknown.since), 5_000), signal);
      continue;
    }
    unknown = undefined;
    if (status.statusCode === "SUCCESS") {
      session.status("published, reading the report");
      const whole = await wholeStatus(session, status);
      return { is: "success", status: whole, report: await lastReport(session, taskId) };
    }
    const stage = status.runnerStatusCode ?? "RUNNING";
    seen.set(stage, (seen.get(stage) ?? 0) + 1);
    const waits = stage === "WAITING" || stage === "PENDING";
    if (waits) session.status(waitingText(stage, clock.now() - start));
    mayReport = !waits;
    await pause();
  }
}

/** Shows the progress, and tells where the task stands; undefined unless a live report says RUNNING. */
async function showProgress(
  session: Session,
  taskId: string,
  ageMs: number,
  speed: Speed,
): Promise<Position | undefined> {
  try {
    const report = await session.client.report(taskId, { signal: session.signal, patienceMs: 0 });
    if (report?.payload.status.status !== "RUNNING") return undefined;
    const done = shareDone(report);
    const pace = speed.after(session.clock.now(), rowsRead(report), restOf(report));
    const starved = ageMs < STARVED_AFTER_MS ? undefined : starvedText(report);
    session.status(starved ?? runningText(report, { done, ...pace }));
    return positionOf(report);
  } catch (error) {
    // Progress is optional: only an interrupt may end the wait here.
    if (errorKind(error) === "interrupted" || session.signal.aborted) throw error;
    return undefined;
  }
}

/** The status before any row is read: which tasks still wait for a slot. */
function starvedText(report: TaskReport): string | undefined {
  const { pendingTasks, runningTasks } = report.payload.status;
  if (!pendingTasks || runningTasks === null || runningTasks === undefined || rowsRead(report) > 0) return undefined;
  const tasks = runningTasks + pendingTasks;
  return `waiting for task slots: ${runningTasks} of ${tasks} tasks run; lower maxNumTasks or add capacity`;
}

const waitingText = (stage: "WAITING" | "PENDING", ageMs: number) => {
  if (ageMs < STARVED_AFTER_MS) return "the task is starting";
  return stage === "WAITING"
    ? "waiting for locks: another task is working on the same datasource and time range"
    : "waiting for a task slot: lower maxNumTasks of the running ingestions, or add capacity";
};

/** A bulk answer lacks the creation time and the group of the task. */
async function wholeStatus(session: Session, status: TaskStatus): Promise<TaskStatus> {
  if (status.createdTime) return status;
  return (await session.client.status(status.id, { signal: session.signal }).catch(() => undefined)) ?? status;
}

/** The final report; undefined if none appears, which must not fail a successful task. */
export async function lastReport(session: Session, taskId: string): Promise<TaskReport | undefined> {
  const { client, clock, signal } = session;
  let report: TaskReport | undefined;
  const lookForFinal = async () => {
    try {
      report = await client.report(taskId, { signal });
    } catch (error) {
      if (signal.aborted || errorKind(error) === "interrupted") throw error;
      return undefined;
    }
    return report && report.payload.status.status !== "RUNNING" ? report : undefined;
  };
  const pauses = { boundMs: LAST_REPORT_WAIT_MS, pauseMs: () => LAST_REPORT_PAUSE_MS };
  await poll(lookForFinal, { clock, signal, ...pauses });
  if (!report)
    session.log("warning", `Druid has no report of task "${taskId}": its row counts and warnings are unknown`);

  return report;
}

function tooLongAway(session: Session, taskId: string, start: number, seen: Map<string, number>, error: unknown) {
  const looks = [...seen].map(([stage, count]) => `${stage} ${count}`).join(", ") || "nothing";
  const minutes = Math.round((session.clock.now() - start) / 60_000);
  return new DruidIngestionError(
    "timeout",
    `Cannot follow task "${taskId}" on "${session.client.url}": Druid has not answered for ${UNREACHABLE_MAX_MS / 60_000} minutes ` +
      `(${minutes} minutes after the start; statuses seen before: ${looks}): ${messageOf(error)}; run \`pulumi up\` again when Druid is back, it resumes the task`,

    { cause: error },
  );
}
