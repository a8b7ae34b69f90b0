/**
 * What is known in the middle of a create or an update, what can be done next, and what can come of it: the shapes of
 * the pure steps in `load.ts`, and the moves that they share.
 */
import type { Adoptee, Refused } from "./adoption";
import type { Published } from "./published";
import { observeFrom, type Recorded, settled } from "./record";
import type { Accounted, Decision, Entry, RunEntry, Situation, Wanted } from "./sequence";

/** What an operation is to bring about. */
export interface Aim {
  wanted: Wanted;
  /** The task that the user says has loaded, or is loading, what is wanted. */
  adoptTaskId: string | undefined;
  givenUpTo: number | undefined;
  /** Nothing is recorded of this ingestion: a create. */
  isNew: boolean;
  /** The number of a task of this ingestion's own sequence; undefined for any other task. */
  numberOf(taskId: string): number | undefined;
  taskIdOf(number: number): string;
}

/** What the next operation has to find if this one ends here. */
export type Progress = Omit<Recorded, "state" | "content" | "kind"> & { state: "RUNNING" | "FAILED" | "STALE" };

/** What to do next; each is answered by the event of the same line. */
export type Action =
  /** `looksFor`: the recorded run is not there; look again until it counts as lost. → observed */
  | { do: "observe"; from: number; looksFor?: string }
  /** → canceled */
  | { do: "cancel"; entries: readonly RunEntry[] }
  /** → rows */
  | { do: "askRows"; taskId: string | undefined; upTo: number }
  /** Has anybody else of this stack loaded the same into the target? → others */
  | { do: "askOthers" }
  /** `over`: the run of this ingestion that has last written over all, with other content. → adoptee */
  | { do: "lookAt"; taskId: string; over: string | undefined }
  /** → sent */
  | { do: "submit"; number: number }
  /** Put a task that does nothing under the number, so that nothing late can run under it. → sent */
  | { do: "mark"; number: number }
  /** Put a note under the number that the task is this ingestion's. → sent */
  | { do: "noteAdopted"; number: number; taskId: string; runs: boolean }
  /** As how many tasks does Druid plan the query? → planned */
  | { do: "countTasks"; entry: RunEntry }
  /** → ended */
  | { do: "follow"; number: number; taskId: string; isOwn: boolean; isJoined: boolean }
  | Finish
  | Failure;

export interface Finish {
  do: "finish";
  number: number;
  published: Published;
  /** The run whose rows are wanted; undefined: to be looked for among the numbers up to `upTo`. */
  taskId: string | undefined;
  upTo: number;
  adopted: boolean;
  adoptedTaskId: string | undefined;
  isMarked: boolean;
}

export type Failure = { do: "fail" } /** Druid's own word is the error. */ & (
  | { why: "sending" }
  | { why: "taskFailed" }
  | { why: "tooManyTurns" | "tooManyLosses" | "adoptedLost" | "severalTasks" }
  | { why: "undecided"; decision: Decision }
  | { why: "adoption"; refused: Refused }
  | { why: "loadedByOther"; taskId: string; urn: string }
);

export type Event =
  | { is: "observed"; entries: readonly Entry[]; isLost: boolean }
  | { is: "canceled" }
  | { is: "rows"; rows: "there" | "gone" }
  | { is: "others"; other: { taskId: string; urn: string } | undefined }
  | { is: "adoptee"; adoptee: Adoptee }
  /** `isAnswered`: every request of this sending had an answer. */
  | { is: "sent"; outcome: "accepted" | "taken" | "refused" | "unclear"; isAnswered: boolean }
  | { is: "planned"; tasks: number }
  | { is: "ended"; end: "success" | "unpublished" | "unknown" | "lost" | "another" };

/** All that is known in the middle of an operation. */
export interface Heart {
  aim: Aim;
  /** As it was when the operation began. */
  before: Recorded;
  recorded: Recorded;
  /** What was seen when it last looked, for the events that come of it. */
  accounted: Accounted;
  /** `decide` would stop and ask. */
  asks: Decision | undefined;
  asked: { rows: Situation["rows"]; seenUpTo: number };
  /** Numbers that were taken when we asked for them; `isAnswered` where no answer of ours can have been lost. */
  taken: { number: number; isAnswered: boolean } | undefined;
  /** What is wanted has come as several tasks, of which one holds the number. */
  isSeveral: boolean;
  /** The last number that may be a run of this very operation. */
  ownNumber: number | undefined;
  /** The number that this operation has put a note under, where it was taken: perhaps by that very note. */
  noted: number | undefined;
  hasAskedOthers: boolean;
  turns: number;
  losses: number;
  action: Action;
}

export interface Next {
  heart: Heart;
  save?: Progress;
}

/** No sequence of events needs this many turns; without a bound a server could hold us for ever. */
export const TURNS_MAX = 100;
/** A Druid that loses so many runs one after another would have them run for ever. */
export const LOSSES_MAX = 3;

export const to = (heart: Heart, action: Action, save?: Progress): Next => ({
  heart: { ...heart, action },
  ...(save && { save }),
});

export const submitNext = ({ number }: Accounted): Action => ({ do: "submit", number: number + 1 });

export function look(heart: Heart, save?: Progress): Next {
  if (heart.turns >= TURNS_MAX) return to(heart, { do: "fail", why: "tooManyTurns" }, save);
  return to({ ...heart, turns: heart.turns + 1 }, { do: "observe", from: observeFrom(heart.recorded) }, save);
}

/** What is saved where something may still happen in Druid that is not accounted for. */
export function stale(
  { before, recorded }: Heart,
  { number, published }: Pick<Accounted, "number" | "published">,
): Progress {
  const { taskId, adopted } = before;
  return { number, published, state: "STALE", taskId, adopted, adoptedTaskId: recorded.adoptedTaskId };
}

/** One that is being canceled may still publish: it stays to be looked at. */
export function cancel(heart: Heart, entries: readonly Entry[], running: readonly RunEntry[]): Next {
  const { recorded, aim } = heart;
  const upTo = settled(recorded, aim.wanted, entries, aim.givenUpTo);
  return to(heart, { do: "cancel", entries: running }, stale(heart, upTo));
}

export type Run = Pick<Extract<Action, { do: "follow" }>, "number" | "taskId" | "isOwn" | "isJoined">;

export function progress(heart: Heart, run: Run, published: Published, state: Progress["state"]): Progress {
  const { adoptedTaskId } = heart.recorded;
  return { number: run.number, published, state, taskId: run.taskId, adopted: !run.isOwn, adoptedTaskId };
}

export function follow(heart: Heart, run: Run): Next {
  return to(heart, { do: "follow", ...run }, progress(heart, run, heart.accounted.published, "RUNNING"));
}
