/**
 * Finds where a recorded sequence continues. An update that was killed after it had moved the sequence to another name
 * has left its notes in Druid, but did not record the move in the state. Changes nothing.
 */
import type { Recorded } from "../rules/record";
import { continued, continuedUnder } from "../rules/rename";
import type { Session } from "../session";
import { markersFrom, NAMES_MAX } from "./observe";

export async function locateSequence<T extends Recorded & { key: string }>(
  { client, signal }: Session,
  stored: T,
): Promise<T> {
  let located = stored;
  for (let names = 0; names < NAMES_MAX; names += 1) {
    const { key, number } = located;
    const onward = continuedUnder(await markersFrom(client, key, number + 1, { signal }));
    if (onward === undefined) return located;
    const next = continued(located, onward, await markersFrom(client, onward, 1, { signal }));
    if (!next) return located;
    located = next;
  }
  return located;
}
