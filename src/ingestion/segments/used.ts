/**
 * Reads which segments of a datasource are used, from the current metadata store. The Coordinator's snapshot will not
 * do: it is refreshed periodically, every minute by default, and since 37 a refresh can no longer be requested.
 */
import { isHttpError } from "../../base/errors";
import { isTransient } from "../../druid/transport/retry";
import type { Session } from "../session";
import { notOvershadowed, type Segment, segmentOf } from "./timeline";

/** Used segments that no newer ones hide; "forbidden" if the user lacks the permission. */
export async function usedSegments(
  { client, signal }: Session,
  dataSource: string,
  within?: readonly string[],
): Promise<Segment[] | "forbidden"> {
  const ids = await allowed(client.usedSegments(dataSource, within, { signal }));
  return ids === "forbidden" ? ids : notOvershadowed(segmentsOf(dataSource, ids));
}

/** The same for these intervals, with tombstones marked as such. */
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
 * Whether segments published in the last minute may be missing from `usedSegments`. A Coordinator reads the metadata
 * store. Only if it shares its process with an Overlord does it read that Overlord's cache (since 34), which is up to
 * date if that Overlord leads, and otherwise up to a period late.
 */
export async function mayBeLate({ client, signal }: Session): Promise<boolean> {
  return (await refusable(client.isOverlordOfCoordinatorLeading({ signal }))) === false;
}

/** Undefined if the server refuses for any reason. */
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
