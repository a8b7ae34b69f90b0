/** What a Broker answers queries with: the word that counts, since a historical's copy is of no use before it knows. */
import { isHttpError } from "../../base/errors";
import type { BrokerSegmentKind, QueryablePart } from "../../druid/client";
import { isTransient } from "../../druid/transport/retry";
import type { Session } from "../session";
import { lookupsOf, notQueryable, type Segment } from "./timeline";
import { isForbidden, refusable } from "./used";

/** From here on one list of ids is less to carry than the Broker's account of each. */
const MANY = 10_000;
/** Up to here they are named in a query. */
const NAMED_MAX = 100;

/** Which segments a Broker does not answer with yet, nor with newer ones in their place. */
export type Missing = (segments: readonly Segment[], tombstones: readonly Segment[]) => Segment[];

/** What a Broker answers with in the time of these segments; undefined where it may not be asked in any way. */
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

/** By sys.segments, which some servers keep from users without a permission of its own. It has tombstones too. */
export async function lookByList(
  session: Session,
  dataSource: string,
  segments: readonly Segment[],
): Promise<Missing | undefined> {
  const there = await listed(session, dataSource, "available", segments);
  return there && ((some) => some.filter(({ id }) => !there.has(id)));
}

/** The ids among them that no historical is to hold, so that nothing is to be waited for; undefined where not told. */
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

/** The Broker plans queries over a table only once it knows its columns, a moment after the segments. */
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
