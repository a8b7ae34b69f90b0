/** What a Broker answers queries with: the word that counts, since a historical's copy is of no use before it knows. */
import { isHttpError } from "../../base/errors";
import type { BrokerSegmentKind } from "../../druid/client";
import { isTransient } from "../../druid/transport/retry";
import type { Session } from "../session";
import { lookupsOf, notQueryable, type Segment } from "./timeline";
import { isForbidden, refusable } from "./used";

/** From here on one list of ids is less to carry than the Broker's account of each. */
const MANY = 10_000;
/** Up to here they are named in a query. */
const NAMED_MAX = 100;

/**
 * Those of the segments that a Broker does not answer with yet, nor with newer ones in their place. Undefined where it
 * may not be asked in any way.
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

/** By sys.segments, which some servers keep from users without a permission of its own. */
async function missingByList(session: Session, dataSource: string, segments: readonly Segment[]) {
  const there = await listed(session, dataSource, "available", segments);
  return there && segments.filter(({ id }) => !there.has(id));
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
