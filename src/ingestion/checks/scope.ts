/**
 * Finds the rows that one run has written, as a condition on `__time`. After a REPLACE these are all rows in the
 * overwritten time. The rows of an INSERT can be told from others only if no others are in the same time intervals.
 */
import { readStatement } from "../../statement/facts";
import { overwrittenBy } from "../segments/overwritten";
import { segmentOf, timeOf } from "../segments/timeline";
import { allowed } from "../segments/used";
import type { Session } from "../session";

export interface Run {
  query: string;
  dataSource: string;
  taskId: string | undefined;
  rowsWritten: number | undefined;
  /** ISO 8601. */
  createdTime: string | undefined;
}

export interface Scope {
  /** ` WHERE …`, or empty for the whole datasource. */
  where: string;
  /** False if rows that this run has not written may be among them. */
  isExact: boolean;
}

/** More intervals than this are replaced by one around all of them. */
const INTERVALS_MAX = 50;

type Span = readonly [fromMs: number, toMs: number];

export async function scopeOf(session: Session, run: Run): Promise<Scope> {
  const { overwrite } = readStatement(run.query).facts;
  if (overwrite === "ALL") return { where: "", isExact: true };
  if (overwrite === undefined) return scopeOfInsert(session, run);
  const intervals = await overwrittenBy(session, run.query, run.taskId);
  const spans = intervals?.map((interval) => spanOf(...(interval.split("/") as [string, string])));
  return { where: spans ? whereIn(spans) : "", isExact: spans !== undefined };
}

/** The time of the segments created since the run began. Exact if that time holds as many rows as the run wrote. */
async function scopeOfInsert(session: Session, { dataSource, createdTime, rowsWritten }: Run): Promise<Scope> {
  const unknown: Scope = { where: "", isExact: false };
  if (!createdTime || rowsWritten === undefined) return unknown;
  const { client, signal } = session;
  const used = await allowed(client.usedSegments(dataSource, undefined, { signal }));
  if (used === "forbidden") return unknown;
  const spans = used
    .flatMap((id) => segmentOf(dataSource, id) ?? [])
    .filter(({ version }) => Date.parse(version) >= Date.parse(createdTime))
    .map(({ start, end }) => spanOf(start, end));
  if (spans.length === 0) return unknown;
  const where = whereIn(spans);
  const [row] = await client.sql({ query: `SELECT COUNT(*) AS "n" FROM ${quoted(dataSource)}${where}` }, { signal });
  return row?.n === rowsWritten ? { where, isExact: true } : unknown;
}

export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const spanOf = (start: string, end: string): Span => [timeOf(start), timeOf(end)];

function whereIn(spans: readonly Span[]): string {
  const merged = mergedSpans(spans);
  const [first, last] = [merged[0], merged.at(-1)];
  const shown: Span[] = first && last && merged.length > INTERVALS_MAX ? [[first[0], last[1]]] : merged;
  const conditions = shown.map(([from, to]) =>
    [
      ...(Number.isFinite(from) ? [`"__time" >= MILLIS_TO_TIMESTAMP(${from})`] : []),
      ...(Number.isFinite(to) ? [`"__time" < MILLIS_TO_TIMESTAMP(${to})`] : []),
    ].join(" AND "),
  );
  return conditions.length === 0 || conditions.includes("") ? "" : ` WHERE ((${conditions.join(") OR (")}))`;
}

function mergedSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const [from, to] of [...spans].sort((a, b) => (a[0] < b[0] ? -1 : 1))) {
    const last = merged.at(-1);
    if (last && from <= last[1]) merged[merged.length - 1] = [last[0], Math.max(last[1], to)];
    else merged.push([from, to]);
  }
  return merged;
}
