/**
 * Finds out from which segments a Broker answers queries. Only that counts: a copy on a Historical is of no use until
 * the Broker knows of it.
 */
import { isHttpError } from "../../base/errors";
import type { BrokerSegmentKind, QueryablePart } from "../../druid/client";
import { isTransient } from "../../druid/transport/retry";
import type { Session } from "../session";
import { lookupsOf, notQueryable, type Segment } from "./timeline";
import { isForbidden, refusable } from "./used";

/** Above this number one list of ids is smaller than the Broker's details of each segment. */
const MANY = 10_000;
/** Up to this number the ids are named in the query. */
const NAMED_MAX = 100;

/** Returns the segments from which a Broker does not answer yet, and which no newer segments replace there. */
export type Missing = (segments: readonly Segment[], tombstones: readonly Segment[]) => Segment[];

/** Reads from which segments a Broker answers in these intervals; undefined if it forbids all ways to ask. */
export async function lookAtBroker(
  session: Session,
  dataSource: string,
  segments: readonly Segment[],
): Promise<Missing | undefined> {
  if (segments.length <= MANY) return lookByTimeline(session, dataSource, segments);
  const byList = await lookByList(session, dataSource, segments);
  const left = byList?.(segments, []) ?? segments;
  const byTimeline = await lookByTimeline(session, dataSource, left);
  const rest = new Set(left.map(({ id }) => id));
  const isLeft = ({ id }: Segment) => rest.has(id);
  return byTimeline && ((some, tombstones) => byTimeline(some.filter(isLeft), tombstones));
}

async function lookByTimeline(session: Session, dataSource: string, segments: readonly Segment[]) {
  const { client, signal } = session;
  const parts: QueryablePart[] = [];
  for (const intervals of lookupsOf(segments)) {
    const found = await refusable(client.queryableSegments(dataSource, intervals, { signal }));
    if (found === undefined) return lookByList(session, dataSource, segments);
    parts.push(...found);
  }
  const missing: Missing = (some, tombstones) => notQueryable(some, parts, tombstones);
  return missing;
}

/** From sys.segments, for which some servers require an extra permission. It includes tombstones. */
export async function lookByList(
  session: Session,
  dataSource: string,
  segments: readonly Segment[],
): Promise<Missing | undefined> {
  const there = await listed(session, dataSource, "available", segments);
  return there && ((some) => some.filter(({ id }) => !there.has(id)));
}

/** IDs of the segments that no Historical has to load, so that there is nothing to wait for; undefined if unknown. */
export function onDemandAmong(session: Session, dataSource: string, segments: readonly Segment[]) {
  return listed(session, dataSource, "onDemand", segments);
}

async function listed(
  { client, signal }: Session,
  dataSource: string,
  kind: BrokerSegmentKind,
  segments: readonly Segment[],
): Promise<Set<string> | undefined> {
  const among = segments.length <= NAMED_MAX ? segments.map(({ id }) => id) : undefined;
  const ids = await refusable(client.brokerSegments(dataSource, kind, { signal, among }));
  return ids && new Set(ids);
}

/** A Broker can plan queries on a table only when it knows the columns, a moment after it knows the segments. */
export async function answers(session: Session, dataSource: string): Promise<boolean> {
  const name = dataSource.replaceAll('"', '""');
  try {
    await session.client.sql({ query: `SELECT 1 FROM "${name}" LIMIT 1` }, { signal: session.signal });
    return true;
  } catch (error) {
    if (isHttpError(error) && error.status === 400 && !isTransient(error)) return false;
    if (isForbidden(error)) return true;
    throw error;
  }
}
