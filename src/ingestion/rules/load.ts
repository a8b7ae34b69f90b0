/**
 * The heart: decides what a create or an update does next. A pure step from a state and an event to a new state with an
 * action. `reconcile.ts` performs the actions; that an update has nothing to do is said by `isDone` in `record.ts`.
 * `test/model` searches these functions exhaustively.
 */
import { adoptionFirst, afterAdoptee, afterNote, carriedOut } from "./adopt-steps";
import { type Aim, cancel, type Event, follow, type Heart, look, type Next, stale, submitNext, to } from "./heart";
import { afterMark, afterRun, afterSubmit, keptTask } from "./outcomes";
import { adds, inDoubt, publishedAfter, standing } from "./published";
import { lostRun, observeFrom, type Recorded } from "./record";
import { type Decision, decide, type Entry, isRunOf, type RunEntry, type Wanted } from "./sequence";

export function begin(aim: Aim, before: Recorded): Heart {
  const { number, published } = before;
  return {
    aim,
    before,
    recorded: before,
    accounted: { number, published, run: undefined },
    asks: undefined,
    asked: { rows: "unasked", seenUpTo: 0 },
    countedUpTo: 0,
    isSeveral: false,
    ownNumber: undefined,
    noted: undefined,
    hasAskedOthers: false,
    turns: 0,
    losses: 0,
    retried: 0,
    action: { do: "observe", from: observeFrom(before) },
  };
}

export function step(heart: Heart, event: Event): Next {
  const { action } = heart;
  switch (event.is) {
    case "observed":
      return afterLook(heart, event.entries, event.isLost);
    case "canceled":
      return heart.isSeveral ? severalTasks(heart, undefined) : look(heart);
    case "rows":
      return look({ ...heart, asked: { rows: event.rows, seenUpTo: heart.accounted.number } });
    case "others":
      if (!event.other) return to({ ...heart, hasAskedOthers: true }, submitNext(heart.accounted));
      return to(heart, { do: "fail", why: "loadedByOther", ...event.other });
    case "adoptee":
      return afterAdoptee(heart, event.adoptee);
    case "planned":
      if (event.tasks === 1 || action.do !== "countTasks")
        return look({ ...heart, countedUpTo: heart.accounted.number });
      return severalTasks({ ...heart, isSeveral: true }, action.entry);
    case "sent":
      if (action.do === "submit") return afterSubmit(heart, action.number, event.outcome);
      if (action.do === "mark") return afterMark(heart, action.number, event.outcome);
      if (action.do === "noteAdopted") return afterNote(heart, action, event.outcome);
      return { heart };
    case "retried":
      return look(heart);
    case "ended":
      return action.do === "follow" ? afterRun(heart, action, event) : { heart };
  }
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
    // A task that appeared since makes the answer outdated: it may have published, or be our own unanswered request.
    rows: heart.asked.seenUpTo === seenUpTo ? heart.asked.rows : "unasked",
  });
  const { published: after, number: last, run } = decision;
  const asks = decision.do === "stopAndAsk" ? decision : undefined;
  const now = carriedOut({ ...heart, accounted: { published: after, number: last, run }, asks }, entries);
  return adoptionFirst(now, decision, entries) ?? asDecided(now, decision, entries);
}

/**
 * A create has never had another target, so a running task of its name with another target may belong to a renamed
 * stack. It must not be canceled on a guess.
 */
function leftAlone(entry: Entry, { target }: Wanted): Entry {
  const isOther = entry.is === "running" && entry.target !== target;
  return isOther ? { is: "mark", number: entry.number, taskId: entry.taskId } : entry;
}

function asDecided(heart: Heart, decision: Decision, entries: readonly Entry[]): Next {
  if (decision.do === "cancel") return cancel(heart, entries, decision.entries);
  const doubtful = uncounted(heart, decision, entries);
  if (doubtful) return to(heart, { do: "countTasks", ...doubtful });
  switch (decision.do) {
    case "join": {
      const { number, taskId, isAdopted = false } = decision.entry;
      return follow(heart, { number, taskId, isOwn: !isAdopted, isJoined: true });
    }
    case "askRows":
      return to(heart, { do: "askRows", taskId: keptTask(heart), upTo: decision.number });
    case "keep":
      return to(heart, { do: "mark", number: decision.next });
    case "stopAndAsk":
      return to(heart, { do: "fail", why: "undecided", decision });
    case "submit": {
      if (mayBeOfAnother(heart, entries)) return to(heart, { do: "askOthers" });
      return to(heart, { do: "submit", number: decision.next });
    }
  }
}

/**
 * Whether another ingestion may have loaded these very rows: this one under its old name, or one whose statement or
 * place it takes. They would then be there twice.
 */
function mayBeOfAnother({ aim: { wanted }, recorded, hasAskedOthers }: Heart, entries: readonly Entry[]): boolean {
  if (hasAskedOthers || !adds(wanted.kind) || wanted.target === undefined) return false;
  const isOwn = entries.some((entry) => isRunOf(entry, wanted));
  return !isOwn && standing(recorded.published, wanted) === "not";
}

/**
 * Druid may have made several tasks of the query, all with the same id, of which it runs only the first. An operation
 * that was stopped at that moment has left a run that looks like any other; only one that was recorded as RUNNING was
 * certainly accepted. How the first one ended does not matter, because the next submit would be split in the same way.
 */
function uncounted(
  { aim, accounted, countedUpTo, recorded }: Heart,
  decision: Decision,
  entries: readonly Entry[],
): { entry: RunEntry | undefined } | undefined {
  if (accounted.number <= countedUpTo) return undefined;
  const { content } = aim.wanted;
  const runs = entries.filter((entry): entry is RunEntry => isRunOf(entry, aim.wanted));
  const isAccepted = ({ number }: RunEntry) => recorded.state === "RUNNING" && number === recorded.number;
  const entry = runs.findLast((run) => run.isVouchedFor !== true && !isAccepted(run));
  if (entry) return { entry };
  const isVouchedFor = runs.length > 0 || (recorded.content === content && recorded.state !== "STALE");
  // An earlier operation has recorded the run, perhaps without counting tasks.
  return decision.do !== "submit" && decision.do !== "join" && !isVouchedFor ? { entry: undefined } : undefined;
}

/** The task that was found loads only some of the rows: it is canceled, and its rows are recorded as uncertain. */
function severalTasks(heart: Heart, entry: RunEntry | undefined): Next {
  const { aim, accounted } = heart;
  const { number, published } = accounted;
  // While it is running, its outcome cannot be recorded.
  if (entry?.is === "running") {
    const left = stale(heart, { number: entry.number - 1, published });
    return to(heart, { do: "cancel", entries: [entry] }, left);
  }
  const isCanceled = heart.action.do === "cancel";
  const after = isCanceled ? publishedAfter(published, aim.wanted, "unknown") : published;
  const left = { number, published: inDoubt(after, aim.wanted.content) };
  return to(heart, { do: "fail", why: "severalTasks" }, stale(heart, left));
}
