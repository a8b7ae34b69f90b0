/**
 * How an operation sends, cancels and ends without success: what the engine then saves, as recorded of the real one.
 */
import { endings, fly, type Step } from "./druid";
import { leftAlone } from "./promise";
import {
  FLAG,
  type Given,
  isFree,
  may,
  numberOfTask,
  type Operation,
  putTask,
  raise,
  type Saved,
  spend,
  stateAt,
  type World,
} from "./world";

export interface Sent {
  how: string;
  world: World;
  outcome: "accepted" | "taken" | "unclear";
  /** Taken by this very request, which may have gone on before it is looked at. */
  isOwn?: boolean;
}

/** Every way in which a request for a number can go that is sent until there is an answer, or none. */
export function send(world: World, number: number, task: string): Sent[] {
  const isUnanswered = may(world, "unanswered");
  const unanswered = isUnanswered ? spend(world, "unanswered") : world;
  const nothing: Sent = { how: "has no answer", world: unanswered, outcome: "unclear" };
  if (!isFree(world, number)) {
    const taken: Sent = { how: "is taken", world, outcome: "taken" };
    return isUnanswered ? [taken, nothing] : [taken];
  }
  const accepted: Sent = {
    how: "is accepted",
    world: putTask(world, number, task),
    outcome: "accepted",
  };
  if (!isUnanswered) return [accepted];
  const landed = putTask(unanswered, number, task);
  const flying = fly(unanswered, number, task);
  return [
    accepted,
    { how: "has no answer but is found", world: landed, outcome: "taken", isOwn: true },
    { how: "has no answer and took effect", world: landed, outcome: "unclear" },
    { how: "has no answer and is on its way", world: flying, outcome: "unclear" },
    nothing,
  ];
}

/** Cancels one; it may just have ended, or end in any way. The operation is at its end when none are left. */
export function cancel(given: Given, world: World, op: Operation): Step[] {
  const [first = 0, ...canceling] = op.canceling;
  const next = { ...op, canceling, touched: true };
  const what = stateAt(world, first);
  if (what !== "R" && what !== "L") return [{ label: `${first} has ended`, world: { ...world, operation: next } }];
  return endings(given, world, first, ["U", "Xn", "Xp"]).map((step) => ({
    ...step,
    label: `cancel: ${step.label}`,
    world: { ...step.world, operation: next },
  }));
}

export const numbersOf = (entries: readonly { taskId: string }[]): number[] =>
  entries.map(({ taskId }) => numberOfTask(taskId));

/** A failure: what was told of progress is kept as a partial success, else all stays as it was. */
export function failed(given: Given, world: World, saved: Saved | undefined): World {
  const after = { ...world, record: saved ?? world.record, operation: undefined };
  return world.record ? after : leftAlone(given, after);
}

/** The engine is killed: nothing is saved. A create is begun again; an update or a delete leaves no trace. */
export function killed(world: World, op: Operation, touched: boolean): World {
  const after = { ...world, operation: undefined };
  if (!touched || !world.record) return after;
  return raise(after, op.is === "remove" ? FLAG.halfDelete : FLAG.killedUpdate);
}
