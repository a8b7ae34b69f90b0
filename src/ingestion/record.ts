/**
 * What the record of the last operation leaves open: from which number on the sequence has to be looked at, and what
 * may be recorded while something still runs. Pure; all that observe go by it.
 */
import type { Recorded } from "./goal";
import { type Accounted, account, type Entry, type Situation } from "./sequence";

export type Open = Pick<Recorded, "number" | "published" | "state" | "taskId" | "content" | "adopted">;

/** Its own number is not accounted for yet. An adopted task has no number. */
const isOpen = ({ state, adopted, number }: Open): boolean => state === "RUNNING" && !adopted && number > 0;

/** The first number that the record does not account for. */
export const observeFrom = (recorded: Open): number => (isOpen(recorded) ? recorded.number : recorded.number + 1);

/** The recorded run, where Druid does not know it among what was seen from `observeFrom` on. */
export function lostRun(recorded: Open, entries: readonly Entry[]): Situation["lost"] {
  const { number, content, taskId } = recorded;
  if (!isOpen(recorded) || entries.some((entry) => entry.number === number)) return undefined;
  return { number, content: content ?? `foreign:${taskId}` };
}

/**
 * What may be recorded now: everything before the first that still runs is accounted for. What runs is not, nor what
 * comes after it: the next operation has to look at it again, since it may yet publish.
 */
export function settled(
  recorded: Open,
  target: string | undefined,
  entries: readonly Entry[],
  givenUpTo?: number,
): Accounted {
  const firstRunning = entries.find((entry) => entry.is === "running")?.number ?? Number.POSITIVE_INFINITY;
  return account({
    wanted: { target },
    recorded: { number: observeFrom(recorded) - 1, published: recorded.published },
    entries: entries.filter((entry) => entry.number < firstRunning),
    lost: lostRun(recorded, entries),
    givenUpTo,
  });
}
