/**
 * The heart: decides what a create or an update does next. A pure step from a state and an event to a new state with an
 * action. `reconcile.ts` performs the actions. `test/model` checks this function exhaustively.
 */
import { adoptionFirst, afterAdoptee, afterNote, carriedOut } from "./adopt-steps";
import { type Aim, cancel, type Event, follow, type Heart, look, type Next, stale, submitNext, to } from "./heart";
import { afterMark, afterRun, afterSubmit, keptTask } from "./outcomes";
import { adds, contentOfItem, publishedAfter } from "./published";
import { lostRun, observeFrom, type Recorded } from "./record";
import { type Decision, decide, type Entry, type RunEntry, type Wanted } from "./sequence";

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
    noted: undefined,
    isSeveral: false,
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
      if (event.tasks === 1 || action.do !== "countTasks") return look({ ...heart, taken: undefined });
      return severalTasks({ ...heart, isSeveral: true }, action.entry);
    case "sent":
      if (action.do === "submit") return afterSubmit(heart, action.number, event.outcome, event.isAnswered);
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
    // The answer is old if a task appeared since: it may have published rows, or be our request whose answer was lost.
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
  const { aim, recorded } = heart;
  if (decision.do === "cancel") return cancel(heart, entries, decision.entries);
  const doubtful = doubtfulRun(heart, entries);
  if (doubtful) return to(heart, { do: "countTasks", entry: doubtful });
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
      // Perhaps an old ingestion under a new name, whose rows would then be loaded twice.
      const isFirst = aim.isNew && entries.length === 0 && recorded.number === 0;
      if (isFirst && adds(aim.wanted.kind) && aim.wanted.target !== undefined && !heart.hasAskedOthers) {
        return to(heart, { do: "askOthers" });
      }
      return to(heart, { do: "submit", number: decision.next });
    }
  }
}

/**
 * The number was in use although no answer was lost: Druid may have made several tasks of the query, all with the same
 * id. How the first one ended does not matter, because the next submit would be split in the same way.
 */
function doubtfulRun({ aim, taken }: Heart, entries: readonly Entry[]): RunEntry | undefined {
  if (taken?.isAnswered !== true) return undefined;
  const { content } = aim.wanted;
  return entries.find(
    (entry): entry is RunEntry => entry.number === taken.number && "content" in entry && entry.content === content,
  );
}

/** The task with the number loads only some of the rows: it is canceled, and its rows are recorded as uncertain. */
function severalTasks(heart: Heart, entry: RunEntry | undefined): Next {
  const { aim, accounted, taken } = heart;
  // While it is running, its outcome cannot be recorded.
  if (entry?.is === "running") {
    const left = stale(heart, { number: entry.number - 1, published: accounted.published });
    return to(heart, { do: "cancel", entries: [entry] }, left);
  }
  const before = accounted.published.filter((item) => contentOfItem(item) !== aim.wanted.content);
  const isNothing = entry?.is === "unpublished";
  const published = isNothing ? accounted.published : publishedAfter(before, aim.wanted, "unknown");
  const number = Math.max(accounted.number, taken?.number ?? 0);
  return to(heart, { do: "fail", why: "severalTasks" }, stale(heart, { number, published }));
}
