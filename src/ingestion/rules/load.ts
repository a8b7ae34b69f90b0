/**
 * The heart: what a create or an update does next. A pure step from what is known and what has just been seen to what
 * is known then and what to do. `reconcile.ts` does what it says; nothing else decides what runs. `test/model` searches
 * this very function.
 */
import { type Adoptee, type Refused, refusalOf } from "./adoption";
import { adds, type Published, publishedAfter } from "./published";
import { lostRun, observeFrom, type Recorded, settled } from "./record";
import {
  type Accounted,
  type Decision,
  decide,
  type Entry,
  type RunEntry,
  type Situation,
  type Wanted,
} from "./sequence";

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
  /** → adoptee */
  | { do: "lookAt"; taskId: string }
  /** → sent */
  | { do: "submit"; number: number }
  /** Put a task that does nothing under the number, so that nothing late can run under it. → sent */
  | { do: "mark"; number: number }
  /** Put a note under the number that the task is this ingestion's. → sent */
  | { do: "noteAdopted"; number: number; taskId: string; runs: boolean }
  /** As how many tasks does Druid plan the query? → planned */
  | { do: "countTasks" }
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

export type Failure = { do: "fail" } & (
  | { why: "sending" | "taskFailed" | "tooManyTurns" | "tooManyLosses" | "adoptedLost" | "severalTasks" }
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
  /** The last number that may be a run of this very operation. */
  ownNumber: number | undefined;
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

export function begin(aim: Aim, before: Recorded): Heart {
  const { number, published } = before;
  return {
    aim,
    before,
    recorded: before,
    accounted: { number, published, run: undefined },
    asks: undefined,
    asked: { rows: "unasked", seenUpTo: 0 },
    taken: undefined,
    ownNumber: undefined,
    hasAskedOthers: false,
    turns: 0,
    losses: 0,
    action: { do: "observe", from: observeFrom(before) },
  };
}

export function step(heart: Heart, event: Event): Next {
  const { action } = heart;
  switch (event.is) {
    case "observed":
      return afterLook(heart, event.entries, event.isLost);
    case "canceled":
      return look(heart);
    case "rows":
      return look({ ...heart, asked: { rows: event.rows, seenUpTo: heart.accounted.number } });
    case "others":
      if (!event.other) return to({ ...heart, hasAskedOthers: true }, submitNext(heart.accounted));
      return to(heart, { do: "fail", why: "loadedByOther", ...event.other });
    case "adoptee":
      return afterAdoptee(heart, event.adoptee);
    case "planned":
      if (event.tasks > 1) return severalTasks(heart);
      return look({ ...heart, taken: undefined });
    case "sent":
      if (action.do === "submit") return afterSubmit(heart, action.number, event.outcome, event.isAnswered);
      if (action.do === "mark") return afterMark(heart, action.number, event.outcome);
      if (action.do === "noteAdopted") return afterNote(heart, action, event.outcome);
      return { heart };
    case "ended":
      return action.do === "follow" ? afterRun(heart, action, event.end) : { heart };
  }
}

const to = (heart: Heart, action: Action, save?: Progress): Next => ({
  heart: { ...heart, action },
  ...(save && { save }),
});

const submitNext = ({ number }: Accounted): Action => ({ do: "submit", number: number + 1 });

function look(heart: Heart, save?: Progress): Next {
  if (heart.turns >= TURNS_MAX) return to(heart, { do: "fail", why: "tooManyTurns" }, save);
  return to({ ...heart, turns: heart.turns + 1 }, { do: "observe", from: observeFrom(heart.recorded) }, save);
}

/** What is saved where something may still happen in Druid that is not accounted for. */
function stale({ before, recorded }: Heart, { number, published }: Pick<Accounted, "number" | "published">): Progress {
  const { taskId, adopted } = before;
  return { number, published, state: "STALE", taskId, adopted, adoptedTaskId: recorded.adoptedTaskId };
}

function afterLook(heart: Heart, seen: readonly Entry[], isLost: boolean): Next {
  const { aim, recorded } = heart;
  const entries = aim.isNew ? seen.map((entry) => leftAlone(entry, aim.wanted)) : seen;
  const lost = lostRun(recorded, entries);
  if (lost && !isLost) {
    return to(heart, { do: "observe", from: observeFrom(recorded), looksFor: recorded.taskId ?? "" });
  }
  const { number, published } = recorded;
  const seenUpTo = entries.at(-1)?.number ?? number;
  const decision = decide({
    wanted: aim.wanted,
    recorded: { number, published },
    entries,
    lost,
    givenUpTo: aim.givenUpTo,
    // A task first seen since may have published rows, or our own request whose answer was lost.
    rows: heart.asked.seenUpTo === seenUpTo ? heart.asked.rows : "unasked",
  });
  const { published: after, number: last, run } = decision;
  const asks = decision.do === "stopAndAsk" ? decision : undefined;
  const now = { ...heart, accounted: { published: after, number: last, run }, asks };
  return adoptionFirst(now, decision, entries) ?? asDecided(now, decision, entries);
}

/**
 * A create knows of no other target: a task of its name that runs into another one may be that of a stack that was
 * renamed. It is not ended on a guess.
 */
function leftAlone(entry: Entry, { target }: Wanted): Entry {
  const isOther = entry.is === "running" && entry.target !== target;
  return isOther ? { is: "mark", number: entry.number, taskId: entry.taskId } : entry;
}

function asDecided(heart: Heart, decision: Decision, entries: readonly Entry[]): Next {
  const { aim, recorded } = heart;
  switch (decision.do) {
    case "cancel":
      return cancel(heart, entries, decision.entries);
    case "join": {
      const { number, taskId, isAdopted = false } = decision.entry;
      if (isDoubtful(heart, decision.entry)) return to(heart, { do: "countTasks" });
      return follow(heart, { number, taskId, isOwn: !isAdopted, isJoined: true });
    }
    case "askRows":
      return to(heart, { do: "askRows", taskId: keptTask(heart), upTo: decision.number });
    case "keep":
      if (decision.run && isDoubtful(heart, decision.run)) return to(heart, { do: "countTasks" });
      return to(heart, { do: "mark", number: decision.next });
    case "stopAndAsk":
      return to(heart, { do: "fail", why: "undecided", decision });
    case "submit": {
      // A new name over an old load: what is asked for would stand there twice.
      const isFirst = aim.isNew && entries.length === 0 && recorded.number === 0;
      if (isFirst && adds(aim.wanted.kind) && aim.wanted.target !== undefined && !heart.hasAskedOthers) {
        return to(heart, { do: "askOthers" });
      }
      return to(heart, { do: "submit", number: decision.next });
    }
  }
}

/** One that is being canceled may still publish: it stays to be looked at. */
function cancel(heart: Heart, entries: readonly Entry[], running: readonly RunEntry[]): Next {
  const { recorded, aim } = heart;
  const upTo = settled(recorded, aim.wanted.target, entries, aim.givenUpTo);
  return to(heart, { do: "cancel", entries: running }, stale(heart, upTo));
}

/** The number was taken though no answer of ours can have been lost: Druid may have made several tasks of the query. */
function isDoubtful({ taken }: Heart, entry: RunEntry): boolean {
  return taken !== undefined && taken.isAnswered && taken.number === entry.number;
}

/** The task that holds the number has a part of what is wanted, and nobody asked for a part. */
function severalTasks(heart: Heart): Next {
  const { aim, accounted, taken } = heart;
  const published = publishedAfter(accounted.published, aim.wanted, "unknown");
  const number = Math.max(accounted.number, taken?.number ?? 0);
  return to(heart, { do: "fail", why: "severalTasks" }, stale(heart, { number, published }));
}

// Adoption

/** `adoptTaskId` is carried out before anything else is decided, or refused; undefined where there is none to carry out. */
function adoptionFirst(heart: Heart, decision: Decision, entries: readonly Entry[]): Next | undefined {
  const { aim, recorded } = heart;
  const { adoptTaskId } = aim;
  if (adoptTaskId === undefined) return undefined;
  const isDone =
    adoptTaskId === recorded.adoptedTaskId ||
    entries.some((entry) => entry.is !== "mark" && entry.isAdopted === true && entry.taskId === adoptTaskId);
  // The answer to a question about a run of ours, which may be one that was adopted before.
  const isAnswer = decision.do === "stopAndAsk" && isOfOurs(heart, adoptTaskId);
  if (isDone && !isAnswer) return undefined;
  const running = entries.filter((entry): entry is RunEntry => entry.is === "running");
  const own = running.find(({ taskId }) => taskId === adoptTaskId);
  const others = running.filter((entry) => entry !== own);
  // What else runs would load beside it.
  if (others.length > 0) return cancel(heart, entries, others);
  if (own && own.content === aim.wanted.content && own.target === aim.wanted.target) {
    const adopting = { ...heart, recorded: { ...recorded, adoptedTaskId: adoptTaskId } };
    return follow(adopting, { number: own.number, taskId: own.taskId, isOwn: true, isJoined: true });
  }
  return to(heart, { do: "lookAt", taskId: adoptTaskId });
}

const isOfOurs = ({ aim, recorded }: Heart, taskId: string): boolean =>
  taskId === recorded.taskId || aim.numberOf(taskId) !== undefined;

function afterAdoptee(heart: Heart, adoptee: Adoptee): Next {
  const { aim, accounted } = heart;
  const taskId = aim.adoptTaskId ?? "";
  const isAccountedFor = (aim.numberOf(taskId) ?? Number.POSITIVE_INFINITY) <= accounted.number;
  const isOurs = isAccountedFor || taskId === heart.recorded.taskId;
  const refused = refusalOf(adoptee, aim.wanted, { isOurs, isOwnNumber: aim.numberOf(taskId) !== undefined });
  if (refused) {
    // An answer that was given once does not count for what has come since.
    const isOld = heart.asks !== undefined && taskId === heart.recorded.adoptedTaskId;
    if (isOld && heart.asks) return to(heart, { do: "fail", why: "undecided", decision: heart.asks });
    return to(heart, { do: "fail", why: "adoption", refused });
  }
  const runs = adoptee.is === "running";
  return to(heart, { do: "noteAdopted", number: accounted.number + 1, taskId, runs });
}

function afterNote(
  heart: Heart,
  note: Extract<Action, { do: "noteAdopted" }>,
  outcome: Extract<Event, { is: "sent" }>["outcome"],
): Next {
  const { accounted, aim, recorded } = heart;
  const { taskId, runs } = note;
  if (outcome === "taken") return look(heart, stale(heart, accounted));
  // Without its note a task that runs would be lost from sight.
  if (runs && outcome !== "accepted") {
    return to(heart, { do: "fail", why: "sending" }, outcome === "unclear" ? stale(heart, accounted) : undefined);
  }
  const number = outcome === "accepted" ? note.number : accounted.number;
  const adopting = { ...heart, recorded: { ...recorded, adoptedTaskId: taskId } };
  if (runs) return follow(adopting, { number, taskId, isOwn: false, isJoined: true });
  return to(adopting, {
    do: "finish",
    number,
    published: publishedAfter(accounted.published, aim.wanted, "success"),
    taskId,
    upTo: number,
    adopted: true,
    adoptedTaskId: taskId,
    isMarked: outcome === "accepted",
  });
}

// What comes of a request and of a run

function afterMark(heart: Heart, number: number, outcome: Extract<Event, { is: "sent" }>["outcome"]): Next {
  const { accounted, before, recorded } = heart;
  if (outcome === "taken") return look(heart, stale(heart, accounted));
  const isMarked = outcome === "accepted";
  const taskId = keptTask(heart);
  const isOwn = accounted.run !== undefined && accounted.run.number === heart.ownNumber;
  return to(heart, {
    do: "finish",
    number: isMarked ? number : accounted.number,
    published: accounted.published,
    taskId,
    upTo: accounted.number,
    adopted: taskId !== undefined && taskId === before.taskId ? before.adopted : !isOwn,
    adoptedTaskId: recorded.adoptedTaskId,
    isMarked,
  });
}

/** The run whose rows are kept, where it is known without looking back through the sequence. */
function keptTask({ accounted, aim, recorded }: Heart): string | undefined {
  // After a failure or a detour the recorded task may be another one than the last to load this content.
  const isSettled = recorded.state !== "FAILED" && recorded.state !== "STALE";
  const isRecorded = isSettled && recorded.content === aim.wanted.content;
  return accounted.run?.taskId ?? (isRecorded ? recorded.taskId : undefined);
}

function afterSubmit(
  heart: Heart,
  number: number,
  outcome: Extract<Event, { is: "sent" }>["outcome"],
  isAnswered: boolean,
): Next {
  const { accounted, aim } = heart;
  switch (outcome) {
    case "accepted":
      return follow(heart, { number, taskId: aim.taskIdOf(number), isOwn: true, isJoined: false });
    case "taken":
      // Perhaps by our own request, whose answer was lost: it must not run on unrecorded.
      return look({ ...heart, ownNumber: number, taken: { number, isAnswered } }, stale(heart, accounted));
    case "unclear":
      return to(heart, { do: "fail", why: "sending" }, stale(heart, accounted));
    case "refused":
      return to(heart, { do: "fail", why: "sending" });
  }
}

type Run = Pick<Extract<Action, { do: "follow" }>, "number" | "taskId" | "isOwn" | "isJoined">;

function progress(heart: Heart, run: Run, published: Published, state: Progress["state"]): Progress {
  const { adoptedTaskId } = heart.recorded;
  return { number: run.number, published, state, taskId: run.taskId, adopted: !run.isOwn, adoptedTaskId };
}

function follow(heart: Heart, run: Run): Next {
  return to(heart, { do: "follow", ...run }, progress(heart, run, heart.accounted.published, "RUNNING"));
}

function afterRun(heart: Heart, run: Run, end: Extract<Event, { is: "ended" }>["end"]): Next {
  const { aim, accounted, recorded } = heart;
  const { number, taskId, isOwn } = run;
  const { published } = accounted;
  switch (end) {
    case "success": {
      const after = publishedAfter(published, aim.wanted, "success");
      const finish: Finish = {
        do: "finish",
        number,
        published: after,
        taskId,
        upTo: number,
        adopted: !isOwn,
        adoptedTaskId: recorded.adoptedTaskId,
        isMarked: true,
      };
      return to(heart, finish, progress(heart, run, after, "RUNNING"));
    }
    case "another":
      return look({ ...heart, recorded: { ...recorded, number: number - 1, published, state: "STALE" } });
    case "lost": {
      const left = { number, published: publishedAfter(published, aim.wanted, "lost") };
      const now = { ...heart, recorded: { ...recorded, ...left, state: "STALE" }, losses: heart.losses + 1 };
      if (!isOwn)
        return to(now, { do: "fail", why: "adoptedLost" }, { ...progress(now, run, left.published, "STALE") });
      if (now.losses >= LOSSES_MAX) return to(now, { do: "fail", why: "tooManyLosses" }, stale(now, left));
      return look(now);
    }
    default: {
      const left = publishedAfter(published, aim.wanted, end);
      return to(heart, { do: "fail", why: "taskFailed" }, progress(heart, run, left, "FAILED"));
    }
  }
}
