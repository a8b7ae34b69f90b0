/**
 * Which segments of a datasource are in use, as the metadata store has them now. The Coordinator's own snapshot is of
 * no use for that: it is read anew once a period, by default a minute, and asking for a fresh one no longer makes a
 * difference since 37.
 */
import { isHttpError } from "../../base/errors";
import { isTransient } from "../../druid/transport/retry";
import type { Session } from "../session";
import { notOvershadowed, type Segment, segmentOf } from "./timeline";

/** Those that no newer ones hide; "forbidden" where the user may not ask the Coordinator. */
export async function usedSegments(
  { client, signal }: Session,
  dataSource: string,
  within?: readonly string[],
): Promise<Segment[] | "forbidden"> {
  const ids = await allowed(client.usedSegments(dataSource, within, { signal }));
  return ids === "forbidden" ? ids : notOvershadowed(segmentsOf(dataSource, ids));
}

/** The same in these intervals, told with what they are. */
export async function usedSegmentsInFull(
  { client, signal }: Session,
  dataSource: string,
  intervals: readonly string[],
): Promise<Segment[]> {
  const used = await client.usedSegmentsInFull(dataSource, intervals, { signal });
  const kinds = new Map(used.map(({ id, isTombstone }) => [id, isTombstone]));
  const segments = segmentsOf(dataSource, [...kinds.keys()]);
  return notOvershadowed(segments.map((segment) => ({ ...segment, isTombstone: kinds.get(segment.id) === true })));
}

export function segmentsOf(dataSource: string, ids: readonly string[]): Segment[] {
  return ids.flatMap((id) => segmentOf(dataSource, id) ?? []);
}

/**
 * Whether a publish of the last minute may be missing from that. A Coordinator reads it from the metadata store. Only
 * where it shares its process with an Overlord does it read that one's cache (from 34 on), which has every publish at
 * once if that Overlord leads, and else up to a period late.
 */
export async function mayBeLate({ client, signal }: Session): Promise<boolean> {
  return (await refusable(client.isOverlordOfCoordinatorLeading({ signal }))) === false;
}

/** Undefined where the server refuses, whatever its reason. */
export async function refusable<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isHttpError(error) && !isTransient(error)) return undefined;
    throw error;
  }
}

export async function allowed<T>(answer: Promise<T>): Promise<T | "forbidden"> {
  try {
    return await answer;
  } catch (error) {
    if (isForbidden(error)) return "forbidden";
    throw error;
  }
}

export const isForbidden = (error: unknown) => isHttpError(error) && error.status === 403;
