/**
 * What the record of the last operation leaves open: from which number on the sequence has to be looked at, and what
 * may be recorded while something still runs. Pure; all that observe go by it.
 */
import type { Published, WriteKind } from "./published";
import { type Accounted, account, type Entry, foreignContent, type Situation, type Wanted } from "./sequence";

/** What the last operation left. */
export interface Recorded {
  /** The last number accounted for; 0: none. */
  number: number;
  published: Published;
  /** Undefined where nothing is recorded. */
  state: string | undefined;
  taskId: string | undefined;
  content: string | undefined;
  kind: WriteKind;
  adopted: boolean;
  /** The `adoptTaskId` that was last taken: it is an instruction, carried out once. */
  adoptedTaskId: string | undefined;
}

export type Open = Pick<Recorded, "number" | "published" | "state" | "taskId" | "content" | "kind">;

/** Its own number is not accounted for yet. */
const isOpen = ({ state, number }: Open): boolean => state === "RUNNING" && number > 0;

/** The first number that the record does not account for. */
export const observeFrom = (recorded: Open): number => (isOpen(recorded) ? recorded.number : recorded.number + 1);

/** The recorded run, where Druid does not know it among what was seen from `observeFrom` on. */
export function lostRun(recorded: Open, entries: readonly Entry[]): Situation["lost"] {
  const { number, content, taskId, kind } = recorded;
  if (!isOpen(recorded)) return undefined;
  const isSeen = entries.some((entry) => {
    if (entry.number !== number) return false;
    if (entry.is === "mark" || entry.isAdopted !== true) return true;
    return entry.taskId === taskId && entry.is !== "tombstone" && entry.isForgotten !== true;
  });
  return isSeen ? undefined : { number, content: content ?? foreignContent(taskId ?? ""), kind };
}

/**
 * What may be recorded now: everything before the first that still runs is accounted for. What runs is not, nor what
 * comes after it: the next operation has to look at it again, since it may yet publish.
 */
export function settled(
  recorded: Open,
  wanted: Pick<Wanted, "target"> & Partial<Wanted>,
  entries: readonly Entry[],
  givenUpTo?: number,
): Accounted {
  const firstRunning = entries.find((entry) => entry.is === "running")?.number ?? Number.POSITIVE_INFINITY;
  return account({
    wanted,
    recorded: { number: observeFrom(recorded) - 1, published: recorded.published },
    entries: entries.filter((entry) => entry.number < firstRunning),
    lost: lostRun(recorded, entries),
    givenUpTo,
  });
}
