/**
 * Waits until the published rows can be queried. Druid reports SUCCESS when the segments are in its metadata; after
 * that the Historicals load them, and the Broker learns of it last. So the wait ends when the Broker answers from every
 * used segment of the metadata store, or from newer ones that replace it. It is not enough that the table answers,
 * because it may answer with the previous rows.
 */
import { DruidIngestionError, messageOf } from "../../base/errors";
import { lookPauseMs } from "../../base/pace";
import { poll } from "../../base/poll";
import { isOutage } from "../../druid/transport/retry";
import type { SegmentLoadStatus } from "../../druid/wire/task";
import type { SegmentLoad } from "../contract/outputs";
import type { Session } from "../session";
import { answers } from "./at-broker";
import { CoordinatorRefresh } from "./coordinator-refresh";
import { type Expected, Loading } from "./loading";

export async function awaitLoaded(
  session: Session,
  dataSource: string,
  expected: Expected & { timeoutMs: number },
): Promise<SegmentLoad> {
  const { clock, signal } = session;
  const start = clock.now();
  const refresh = new CoordinatorRefresh(session, dataSource);
  const loading = new Loading(session, dataSource, expected);
  let away: unknown;
  let lookedAt = start;
  let isNear = false;
  const look = async (ageMs: number) => {
    lookedAt = clock.now();
    isNear = false;
    try {
      refresh.begin();
      isNear = await loading.isOver(ageMs);
      if (isNear && (!loading.isToAnswer || (await answers(session, dataSource)))) return true;
      away = undefined;
    } catch (error) {
      // The rows are published, so an outage only prolongs the wait.
      if (!isOutage(error)) throw error;
      away = error;
    }
    session.status(
      away === undefined ? loading.progress() : "waiting for segments: Druid does not answer, still trying",
    );
    return undefined;
  };
  // If a look takes long, pause as long again, to limit the load on Druid.
  const pauseMs = (ageMs: number) => (isNear ? lookPauseMs(0) : Math.max(lookPauseMs(ageMs), clock.now() - lookedAt));
  try {
    const isLoaded = await poll(look, { clock, signal, boundMs: expected.timeoutMs, pauseMs });
    const ageMs = clock.now() - start;
    if (!isLoaded) throw tooLate(session, dataSource, loading, away, ageMs);
    return summaryOf(loading, start, ageMs);
  } finally {
    refresh.end();
  }
}

function tooLate(
  { client }: Session,
  dataSource: string,
  loading: Loading,
  away: unknown,
  ageMs: number,
): DruidIngestionError {
  const seen = loading.isEmpty
    ? "the metadata has no used segment"
    : `${loading.pending} of ${loading.total} segments cannot be queried`;
  const cause = away === undefined ? "" : ` (Druid does not answer: ${messageOf(away)})`;
  return new DruidIngestionError(
    "timeout",
    `Cannot finish the wait for segments of "${dataSource}" on "${client.url}": ${seen} after ` +
      `${Math.round(ageMs / 1000)} s${cause}; the rows are published: check the Historicals' free space and the ` +
      "Coordinator's rules, then run `pulumi up` again, or raise segmentLoadTimeoutSeconds",
  );
}

/** A single look, for a refresh; undefined unless everything can be queried. */
export async function loadedNow(
  session: Session,
  dataSource: string,
  expected: Expected,
): Promise<SegmentLoad | undefined> {
  const loading = new Loading(session, dataSource, expected);
  if (!(await loading.isOverNow())) return undefined;
  if (loading.isToAnswer && !(await answers(session, dataSource))) return undefined;
  return summaryOf(loading, session.clock.now(), 0);
}

function summaryOf({ total, onDemand, pending }: Loading, startMs: number, durationMs: number): SegmentLoad {
  return {
    state: "SUCCESS",
    startTime: new Date(startMs).toISOString(),
    durationMs,
    totalSegments: total,
    usedSegments: total,
    ...(onDemand !== undefined && { onDemandSegments: onDemand, precachedSegments: total - onDemand }),
    pendingSegments: pending,
    source: "probe",
  };
}

/** The result of the task's own wait, if the user enabled it and the server reports it (since 28). */
export function loadOfReport(status: SegmentLoadStatus): SegmentLoad {
  const { state, startTime, duration, totalSegments, usedSegments } = status;
  const { precachedSegments, onDemandSegments, pendingSegments, unknownSegments } = status;
  const told = Object.entries({
    startTime,
    durationMs: duration,
    totalSegments,
    usedSegments,
    precachedSegments,
    onDemandSegments,
    pendingSegments,
    unknownSegments,
  }).filter(([, value]) => value !== undefined && value !== null);
  return { state, ...Object.fromEntries(told), source: "report" };
}
