/**
 * Types of the pure steps in `load.ts`: what is known during a create or an update, the possible actions, and their
 * results as events. Also the transitions that several steps share.
 */
import type { Adoptee, Refused } from "./adoptable";
import type { Published } from "./published";
import { observeFrom, type Recorded, settled } from "./record";
import type { Accounted, Decision, Entry, RunEntry, Situation, Wanted } from "./sequence";

/** What an operation has to achieve. */
export interface Aim {
  wanted: Wanted;
  /** The task that, according to the user, has loaded or is loading the wanted content. */
  adoptTaskId: string | undefined;
  givenUpTo: number | undefined;
  /** How often a failed run may be repeated. */
  retries: number;
  /** True in a create, when nothing is recorded of this ingestion. */
  isNew: boolean;
  /** The number of a task in this ingestion's own sequence; undefined for any other task. */
  numberOf(taskId: string): number | undefined;
  taskIdOf(number: number): string;
}

/** What must be recorded for the next operation if this one ends here. */
export type Checkpoint = Omit<Recorded, "state" | "content" | "kind"> & { state: "RUNNING" | "FAILED" | "STALE" };

/** What to do next. The arrow names the event that answers it. */
export type Action =
  /** `looksFor`: the recorded run is missing; search again until it counts as lost. → observed */
  | { do: "observe"; from: number; looksFor?: string }
  /** → canceled */
  | { do: "cancel"; entries: readonly RunEntry[] }
  /** → rows */
  | { do: "askRows"; taskId: string | undefined; upTo: number }
  /** Has another ingestion of this stack loaded the same content into the target? → others */
  | { do: "askOthers" }
  /**
   * `over`: the last run of this ingestion that overwrote everything with other content. `isRepeated`: it was carried
   * out before, and now answers a question if it was for the wanted content. → adoptee
   */
  | { do: "lookAt"; taskId: string; over: string | undefined; isRepeated: boolean }
  /** → sent */
  | { do: "submit"; number: number }
  /** Submit a task that does nothing with this number, so that no delayed request can use it. → sent */
  | { do: "mark"; number: number }
  /** Submit a note with this number saying that the task belongs to this ingestion. → sent */
  | { do: "noteAdopted"; number: number; taskId: string; runs: boolean }
  /** Ask how many tasks Druid would make of the query. `entry`: the run in doubt, if one was seen. → planned */
  | { do: "countTasks"; entry: RunEntry | undefined }
  /** → ended */
  | { do: "follow"; number: number; taskId: string; isOwn: boolean; isJoined: boolean }
  /** Wait a little before the run is repeated. → retried */
  | { do: "retry"; attempt: number }
  | Finish
  | Failure;

export interface Finish {
  do: "finish";
  number: number;
  published: Published;
  /** The run whose rows are wanted; if undefined, it must be searched among the numbers up to `upTo`. */
  taskId: string | undefined;
  upTo: number;
  adopted: boolean;
  adoptedTaskId: string | undefined;
}

/** `sending` and `taskFailed`: the error comes from Druid. */
export type Failure = { do: "fail" } & (
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
  | { is: "sent"; outcome: "accepted" | "taken" | "refused" | "unclear" }
  | { is: "planned"; tasks: number }
  | { is: "retried" }
  /** `passes`: the cause of a failure may pass by itself. */
  | { is: "ended"; end: "success" | "unpublished" | "unknown" | "lost" | "another"; passes?: boolean };

/** Everything known at a moment of an operation. */
export interface Heart {
  aim: Aim;
  /** The record at the start of the operation; `recorded` is the current one. */
  before: Recorded;
  recorded: Recorded;
  /** The result of the last observation. */
  accounted: Accounted;
  /** Set if `decide` would stop and ask the user. */
  asks: Decision | undefined;
  asked: { rows: Situation["rows"]; seenUpTo: number };
  /** For runs up to this number, Druid is known to make only one task of the wanted query. */
  countedUpTo: number;
  /** Druid has made several tasks of the wanted query, and one of them was found. */
  isSeveral: boolean;
  /** The last number that may be a run of this operation itself. */
  ownNumber: number | undefined;
  /** The number of this operation's note, if it was in use: perhaps by that same note. */
  noted: number | undefined;
  hasAskedOthers: boolean;
  turns: number;
  losses: number;
  /** How often this operation has repeated a failed run. */
  retried: number;
  action: Action;
}

export interface Next {
  heart: Heart;
  save?: Checkpoint;
}

/** More than any sequence of events needs; the limit keeps a faulty server from blocking us for ever. */
export const TURNS_MAX = 100;
/** Without this limit, a Druid that loses one run after another would be sent new ones for ever. */
export const LOSSES_MAX = 3;

export const to = (heart: Heart, action: Action, save?: Checkpoint): Next => ({
  heart: { ...heart, action },
  ...(save && { save }),
});

export const submitNext = ({ number }: Accounted): Action => ({ do: "submit", number: number + 1 });

export function look(heart: Heart, save?: Checkpoint): Next {
  if (heart.turns >= TURNS_MAX) return to(heart, { do: "fail", why: "tooManyTurns" }, save);
  return to({ ...heart, turns: heart.turns + 1 }, { do: "observe", from: observeFrom(heart.recorded) }, save);
}

/** What to save while something may still happen in Druid that is not recorded. */
export function stale(
  { before, recorded }: Heart,
  { number, published }: Pick<Accounted, "number" | "published">,
): Checkpoint {
  const { taskId, adopted } = before;
  return { number, published, state: "STALE", taskId, adopted, adoptedTaskId: recorded.adoptedTaskId };
}

/** A task that is being canceled may still publish, so it has to be checked afterwards. */
export function cancel(heart: Heart, entries: readonly Entry[], running: readonly RunEntry[]): Next {
  const { recorded, aim } = heart;
  const upTo = settled(recorded, aim.wanted, entries, aim.givenUpTo);
  return to(heart, { do: "cancel", entries: running }, stale(heart, upTo));
}

export type Run = Pick<Extract<Action, { do: "follow" }>, "number" | "taskId" | "isOwn" | "isJoined">;

export function progress(heart: Heart, run: Run, published: Published, state: Checkpoint["state"]): Checkpoint {
  const { adoptedTaskId } = heart.recorded;
  return { number: run.number, published, state, taskId: run.taskId, adopted: !run.isOwn, adoptedTaskId };
}

export function follow(heart: Heart, run: Run): Next {
  return to(heart, { do: "follow", ...run }, progress(heart, run, heart.accounted.published, "RUNNING"));
}
