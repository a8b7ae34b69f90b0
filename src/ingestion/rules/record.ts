/**
 * What the record of the last operation has not settled: from which number the sequence must be observed, and what may
 * be recorded while something is still running. Pure; used by every operation that observes.
 */
import type { Published, WriteKind } from "./published";
import { type Accounted, account, type Entry, foreignContent, type Situation, type Wanted } from "./sequence";

/** What the last operation recorded. */
export interface Recorded {
  /** The last number whose outcome is recorded; 0 if there is none. */
  number: number;
  published: Published;
  /** Undefined if nothing is recorded. */
  state: string | undefined;
  taskId: string | undefined;
  content: string | undefined;
  kind: WriteKind;
  adopted: boolean;
  /** The last `adoptTaskId` that was used; each is carried out only once. */
  adoptedTaskId: string | undefined;
}

/** A new `adoptTaskId` is an instruction, and is carried out whatever else has changed. */
export function isNewAdoption(
  adoptTaskId: unknown,
  { adoptedTaskId, taskId }: Pick<Recorded, "adoptedTaskId" | "taskId">,
): adoptTaskId is string {
  return typeof adoptTaskId === "string" && adoptTaskId !== adoptedTaskId && adoptTaskId !== taskId;
}

/** True if what is wanted is recorded as loaded: then an update runs nothing, and asks Druid nothing about tasks. */
export function isDone(
  recorded: Pick<Recorded, "state" | "content" | "adoptedTaskId" | "taskId">,
  wanted: { content: string | undefined; adoptTaskId?: unknown },
): boolean {
  const isLoaded = recorded.state === "SUCCESS" && recorded.content === wanted.content;
  return isLoaded && !isNewAdoption(wanted.adoptTaskId, recorded);
}

/** The record in a cluster that has neither its task nor its rows: everything is loaded again there. */
export function inAnotherCluster<R extends Recorded>(recorded: R): R {
  return { ...recorded, published: [], state: "STALE" };
}

export type Open = Pick<Recorded, "number" | "published" | "state" | "taskId" | "content" | "kind">;

/** Whether the outcome of the recorded number itself is still unknown. */
const isOpen = ({ state, number }: Open): boolean => state === "RUNNING" && number > 0;

/** The first number whose outcome is not recorded. */
export const observeFrom = (recorded: Open): number => (isOpen(recorded) ? recorded.number : recorded.number + 1);

/** The recorded run if it is missing from the entries observed from `observeFrom` onwards. */
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
 * What may be recorded now: everything before the first running task. That task and all later ones are left to the next
 * operation, because the task may yet publish.
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
