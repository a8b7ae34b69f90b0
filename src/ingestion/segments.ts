/**
 * When the published rows can be queried. Druid says SUCCESS once the segments are in its metadata; the historicals
 * load them after that, and the broker hears of it last. So the question is: is every used, not overshadowed segment
 * of the coordinator's refreshed metadata available at the broker? A table that answers is not enough: it may answer
 * with the rows of before.
 */
import { DruidIngestionError, isHttpError, messageOf } from "../base/errors";
import { isTransient } from "../druid/retry";
import type { SegmentLoadStatus } from "../druid/wire";
import type { SegmentRow } from "../druid/wire-cluster";
import type { SegmentLoad } from "./outputs";
import type { Session } from "./session";

interface Look {
  used: number;
  onDemand: number | undefined;
  pending: number;
  /** All of them are to be loaded by historicals, so that the coordinator's percentage tells how far they are. */
  allLoad: boolean;
}

const PAUSE_MIN_MS = 100;
const PAUSE_MAX_MS = 5_000;
/** Without a report nobody knows whether rows were written: this long, "no segment" may still mean "not yet". */
const UNKNOWN_ROWS_MS = 10_000;

export async function awaitLoaded(
  session: Session,
  dataSource: string,
  expected: { rows: number | undefined; timeoutMs: number },
): Promise<SegmentLoad> {
  const { clock, signal } = session;
  const start = clock.now();
  let last: Look | undefined;
  let away: unknown;
  for (;;) {
    const ageMs = clock.now() - start;
    try {
      last = await look(session, dataSource, last);
      away = undefined;
      if (await isDone(session, dataSource, last, expected.rows, ageMs)) break;
    } catch (error) {
      // The rows are published: an outage only makes the wait longer.
      if (!isTransient(error)) throw error;
      away = error;
    }
    if (clock.now() - start >= expected.timeoutMs) throw tooLate(session, dataSource, last, away, clock.now() - start);
    session.status(away === undefined ? progressText(last) : "loading segments: Druid does not answer, still trying");
    await clock.sleep(Math.max(PAUSE_MIN_MS, Math.min(PAUSE_MAX_MS, ageMs * 0.1)), signal);
  }
  return summaryOf(last, start, clock.now() - start);
}

async function isDone(
  session: Session,
  dataSource: string,
  { used, pending }: Look,
  rows: number | undefined,
  ageMs: number,
): Promise<boolean> {
  if (used > 0) return pending === 0 && (await answers(session, dataSource));
  if (rows === 0 || (rows === undefined && ageMs >= UNKNOWN_ROWS_MS)) return true;
  if (!(await hasDropRule(session, dataSource))) return false;
  session.log("warning", `A drop rule of "${dataSource}" or of the default rules has taken the segments away`);
  return true;
}

function progressText(last: Look | undefined): string {
  if (last === undefined || last.used === 0) return "loading segments: the coordinator lists none yet";
  return `loading segments: ${last.used - last.pending} of ${last.used} can be queried`;
}

function tooLate(
  { client }: Session,
  dataSource: string,
  last: Look | undefined,
  away: unknown,
  ageMs: number,
): DruidIngestionError {
  const seen =
    last === undefined || last.used === 0
      ? "the coordinator lists no used segment"
      : `${last.pending} of ${last.used} segments cannot be queried`;
  const cause = away === undefined ? "" : ` (Druid does not answer: ${messageOf(away)})`;
  return new DruidIngestionError(
    "timeout",
    `Cannot finish the wait for segments of "${dataSource}" on "${client.url}": ${seen} after ` +
      `${Math.round(ageMs / 1000)} s${cause}; the rows are published: look at the historicals' space and the ` +
      "coordinator's rules, then run up again, or raise segmentLoadTimeoutSeconds",
  );
}

/** One look, for a refresh: what it found if all can be queried, else undefined. */
export async function loadedNow(
  session: Session,
  dataSource: string,
  rows: number | undefined,
): Promise<SegmentLoad | undefined> {
  const found = await look(session, dataSource, undefined);
  const isLoaded = found.used === 0 ? rows === 0 : found.pending === 0 && (await answers(session, dataSource));
  return isLoaded ? summaryOf(found, session.clock.now(), 0) : undefined;
}

function summaryOf(found: Look, startMs: number, durationMs: number): SegmentLoad {
  const { used, onDemand, pending } = found;
  return {
    state: "SUCCESS",
    startTime: new Date(startMs).toISOString(),
    duration: durationMs,
    totalSegments: used,
    usedSegments: used,
    ...(onDemand !== undefined && { onDemandSegments: onDemand, precachedSegments: used - onDemand }),
    pendingSegments: pending,
    source: "probe",
  };
}

/** Druid's own account of its wait, where the user asked for one and the server gives it (28 and later). */
export function loadOfReport(status: SegmentLoadStatus): SegmentLoad {
  const { state, startTime, duration, totalSegments, usedSegments } = status;
  const { precachedSegments, onDemandSegments, pendingSegments, unknownSegments } = status;
  const told = Object.entries({
    startTime,
    duration,
    totalSegments,
    usedSegments,
    precachedSegments,
    onDemandSegments,
    pendingSegments,
    unknownSegments,
  }).filter(([, value]) => value !== undefined && value !== null);
  return { state, ...Object.fromEntries(told), source: "report" };
}

async function look(session: Session, dataSource: string, before: Look | undefined): Promise<Look> {
  const { client, signal } = session;
  const status = await allowed(client.loadStatus(dataSource, { signal }));
  if (status === undefined) return { used: 0, onDemand: before?.onDemand, pending: 0, allLoad: false };
  // The lists may be long: while historicals still load, only segments on demand make them worth asking.
  if (before?.allLoad && status !== "forbidden" && status.percent < 100) {
    return { ...before, pending: Math.max(1, Math.ceil((before.used * (100 - status.percent)) / 100)) };
  }
  const rows = await client.brokerSegments(dataSource, { signal });
  const at = (fits: (row: SegmentRow) => boolean) => new Set(rows.filter(fits).map((row) => row.segmentId));
  const available = at((row) => row.isAvailable);
  const onDemand = at((row) => row.replicationFactor === 0);
  const toLoad = at(({ replicationFactor }) => replicationFactor === undefined || replicationFactor > 0);
  const listed = await allowed(client.usedSegments(dataSource, { signal }));
  const needed =
    listed === "forbidden"
      ? rows.filter((row) => row.isPublished).map((row) => row.segmentId)
      : listed.filter((segment) => !segment.overshadowed).map((segment) => segment.id);
  return {
    used: needed.length,
    onDemand: rows.some((row) => row.replicationFactor !== undefined)
      ? needed.filter((id) => onDemand.has(id)).length
      : undefined,
    pending: needed.filter((id) => !available.has(id) && !onDemand.has(id)).length,
    allLoad: needed.length > 0 && needed.every((id) => toLoad.has(id)),
  };
}

/** The broker plans queries over a table only once it knows its columns, a moment after the segments. */
async function answers(session: Session, dataSource: string): Promise<boolean> {
  const name = dataSource.replaceAll('"', '""');
  try {
    await session.client.sql({ query: `SELECT 1 FROM "${name}" LIMIT 1` }, { signal: session.signal });
    return true;
  } catch (error) {
    if (isHttpError(error) && error.status === 400) return false;
    if (isForbidden(error)) return true;
    throw error;
  }
}

/**
 * Whether rows that were published are still there. By the coordinator's metadata, never by the broker's view: with
 * all historicals down nothing is lost. Asked twice, since a datasource that was just replaced may show nothing.
 */
export async function rowsOf(
  session: Session,
  dataSource: string,
  rowsPublished: number | undefined,
): Promise<"there" | "gone"> {
  if (!rowsPublished) return "there";
  const { client, clock, signal } = session;
  for (const pauseMs of [0, 1_000]) {
    await clock.sleep(pauseMs, signal);
    const status = await allowed(client.loadStatus(dataSource, { signal }));
    if (status === "forbidden") {
      session.log(
        "warning",
        `Cannot see whether the rows of "${dataSource}" are still there: reading its load status is forbidden`,
      );
      return "there";
    }
    if (status !== undefined) return "there";
  }
  if (await hasDropRule(session, dataSource)) {
    session.log(
      "warning",
      `"${dataSource}" has no segment in use; a drop rule of it or of the default rules may have taken them`,
    );
    return "there";
  }
  return "gone";
}

async function hasDropRule(session: Session, dataSource: string): Promise<boolean> {
  const rules = await allowed(session.client.rules(dataSource, { signal: session.signal }));
  return rules !== "forbidden" && rules.some((rule) => rule.type.startsWith("drop"));
}

async function allowed<T>(answer: Promise<T>): Promise<T | "forbidden"> {
  try {
    return await answer;
  } catch (error) {
    if (isForbidden(error)) return "forbidden";
    throw error;
  }
}

const isForbidden = (error: unknown) => isHttpError(error) && error.status === 403;
