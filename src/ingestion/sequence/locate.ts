/**
 * Finds where a recorded sequence continues. An update that was killed after it had moved the sequence to another name
 * has left its notes in Druid, but did not record the move in the state. Changes nothing.
 */
import type { Recorded } from "../rules/record";
import type { Session } from "../session";
import type { Marker } from "./marker";
import { markersFrom } from "./observe";

/** More often than any ingestion is renamed. */
const NAMES_MAX = 16;

export async function locateSequence<T extends Recorded & { key: string }>(session: Session, stored: T): Promise<T> {
  let located = stored;
  for (let names = 0; names < NAMES_MAX; names += 1) {
    const { key, number } = located;
    const seen = await markersFrom(session.client, key, number + 1, { signal: session.signal });
    const onward = seen.findLastIndex(([, marker]) => marker.is === "to");
    const fence: Marker | undefined = seen[onward]?.[1];
    if (fence?.is !== "to") return located;
    const isBack = seen.slice(onward).some(([, marker]) => marker.is === "from" && marker.key === fence.key);
    if (isBack) return located;
    const notes = await markersFrom(session.client, fence.key, 1, { signal: session.signal });
    const note = notes.find(([, marker]) => marker.is === "from" && marker.key === key && marker.upTo >= number);
    if (!note) return located;
    // STALE makes the next look read the note again, with everything it stands for.
    located = { ...located, key: fence.key, number: note[0] - 1, state: "STALE" };
  }
  return located;
}
