/**
 * Finds out from which segments a Broker answers queries. Only that counts: a copy on a Historical is of no use until the
 * Broker knows of it.
 */
import { isHttpError } from "../../base/errors";
import type { BrokerSegmentKind } from "../../druid/client";
import { isTransient } from "../../druid/transport/retry";
import type { Session } from "../session";
import { lookupsOf, notQueryable, type Segment } from "./timeline";
import { isForbidden, refusable } from "./used";

/** Above this number one list of ids is smaller than the Broker's details of each segment. */
const MANY = 10_000;
/** Up to this number the ids are named in the query. */
const NAMED_MAX = 100;

/**
 * The segments from which a Broker does not answer yet, and which no newer segments replace there. Undefined if the
 * Broker forbids all ways to ask.
 */
export async function missingAtBroker(
  session: Session,
  dataSource: string,
  segments: readonly Segment[],
): Promise<Segment[] | undefined> {
  if (segments.length <= MANY) return missingByTimeline(session, dataSource, segments);
  const left = await missingByList(session, dataSource, segments);
  return missingByTimeline(session, dataSource, left ?? segments);
}

async function missingByTimeline(session: Session, dataSource: string, segments: readonly Segment[]) {
  const { client, signal } = session;
  const parts = [];
  for (const intervals of lookupsOf(segments)) {
    const found = await refusable(client.queryableSegments(dataSource, intervals, { signal }));
    if (found === undefined) return missingByList(session, dataSource, segments);
    parts.push(...found);
  }
  return notQueryable(segments, parts);
}

/** From sys.segments, for which some servers require an extra permission. */
async function missingByList(session: Session, dataSource: string, segments: readonly Segment[]) {
  const there = await listed(session, dataSource, "available", segments);
  return there && segments.filter(({ id }) => !there.has(id));
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
