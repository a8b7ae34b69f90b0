/**
 * Steps for `adoptTaskId`. The instruction is carried out or refused; a refusal never leads to a load instead. A note
 * in the sequence names the adopted task, which from then on counts as a run of that number.
 */
import { type Adoptee, refusalOf } from "./adoptable";
import { type Action, cancel, type Event, follow, type Heart, look, type Next, stale, to } from "./heart";
import { publishedAfter } from "./published";
import { type Decision, type Entry, isNoted, type RunEntry } from "./sequence";

/**
 * A note in the sequence says that the adoption was carried out, whatever state knows of it. A note of this very
 * operation whose answer was lost counts only once its task has succeeded.
 */
export function carriedOut(heart: Heart, entries: readonly Entry[]): Heart {
  const { aim, noted, recorded } = heart;
  const { adoptTaskId } = aim;
  const known = entries.filter(
    (entry) => entry.number !== noted || (entry.is !== "unpublished" && entry.is !== "unknown"),
  );
  return isNoted(known, adoptTaskId) ? { ...heart, recorded: { ...recorded, adoptedTaskId: adoptTaskId } } : heart;
}

/** Carries out or refuses `adoptTaskId` before anything else is decided; undefined if there is nothing to carry out. */
export function adoptionFirst(heart: Heart, decision: Decision, entries: readonly Entry[]): Next | undefined {
  const { aim, recorded } = heart;
  const { adoptTaskId } = aim;
  if (adoptTaskId === undefined) return undefined;
  const isDone = adoptTaskId === recorded.adoptedTaskId;
  const answers = decision.do === "stopAndAsk" ? isRunOf(heart, entries, isDone) : false;
  if (isDone && answers === false) return undefined;
  const running = entries.filter((entry): entry is RunEntry => entry.is === "running");
  const own = running.find(({ taskId }) => taskId === adoptTaskId);
  const others = running.filter((entry) => entry !== own);
  // Other running tasks would load in addition to it.
  if (others.length > 0) return cancel(heart, entries, others);
  if (own && own.content === aim.wanted.content && own.target === aim.wanted.target) {
    const adopting = { ...heart, recorded: { ...recorded, adoptedTaskId: adoptTaskId } };
    return follow(adopting, { number: own.number, taskId: own.taskId, isOwn: true, isJoined: true });
  }
  const over = writtenLast(heart, entries);
  return to(heart, { do: "lookAt", taskId: adoptTaskId, over, isRepeated: isDone && answers === undefined });
}

/** The last run that may have overwritten the rows of the task to be adopted. */
function writtenLast({ aim, recorded }: Heart, entries: readonly Entry[]): string | undefined {
  const { target, content } = aim.wanted;
  const seen = entries.findLast(
    (entry): entry is RunEntry => (entry.is === "success" || entry.is === "unknown") && entry.target === target,
  );
  const last = seen ?? (recorded.state === "SUCCESS" ? recorded : undefined);
  return last?.kind === "REPLACE" && last.content !== content ? last.taskId : undefined;
}

/**
 * Whether the task is a run of ours with the wanted content, perhaps one adopted before: then it answers the question.
 * Undefined if only its note in the sequence can tell.
 */
function isRunOf({ aim, recorded }: Heart, entries: readonly Entry[], isDone: boolean): boolean | undefined {
  const { adoptTaskId, wanted } = aim;
  const known = entries.find((entry): entry is RunEntry => entry.taskId === adoptTaskId && "content" in entry);
  // A task adopted for other content says nothing about the wanted content.
  if (known) return known.content === wanted.content;
  // A stale record keeps the task of what was wanted before.
  if (adoptTaskId === recorded.taskId && recorded.state !== "STALE") return recorded.content === wanted.content;
  return isDone ? undefined : aim.numberOf(adoptTaskId ?? "") !== undefined;
}

export function afterAdoptee(heart: Heart, adoptee: Adoptee): Next {
  const { aim, accounted, action, asks } = heart;
  const taskId = aim.adoptTaskId ?? "";
  const isRepeated = action.do === "lookAt" && action.isRepeated;
  if (isRepeated && !adoptee.isNoted && asks) return to(heart, { do: "fail", why: "undecided", decision: asks });
  const isAccountedFor = (aim.numberOf(taskId) ?? Number.POSITIVE_INFINITY) <= accounted.number;
  const isRunOfOurs = isAccountedFor || taskId === heart.recorded.taskId;
  const refused = refusalOf(adoptee, aim.wanted, { isRunOfOurs, isOwnNumber: aim.numberOf(taskId) !== undefined });
  if (refused) {
    // The answer to an earlier question does not answer a later one.
    const isOld = taskId === heart.recorded.adoptedTaskId;
    if (isOld && asks) return to(heart, { do: "fail", why: "undecided", decision: asks });
    return to(heart, { do: "fail", why: "adoption", refused });
  }
  const runs = adoptee.is === "running";
  return to(heart, { do: "noteAdopted", number: accounted.number + 1, taskId, runs });
}

export function afterNote(
  heart: Heart,
  note: Extract<Action, { do: "noteAdopted" }>,
  outcome: Extract<Event, { is: "sent" }>["outcome"],
): Next {
  const { accounted, aim, recorded } = heart;
  const { taskId, runs } = note;
  if (outcome === "taken") return look({ ...heart, noted: note.number }, stale(heart, accounted));
  // Without the note a running task could not be found again.
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
  });
}
