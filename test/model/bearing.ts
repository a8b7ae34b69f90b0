/** Which tasks still bear on what is to come. */

import type { Action } from "../../src/ingestion/rules/heart";
import { mayHappen } from "./left";
import { numberOf, type Saved, type Setting, taskIdOf, type World } from "./world";

export type Renumber = (number: number) => number;

/** The task on record counts as long as it may be read or kept. */
export const isRunOf = (world: World, { state, taskId }: Saved): boolean =>
  state === "RUNNING" || taskId === "X" || (taskId !== undefined && world.tasks[2 * Number(taskId) - 2] === "S");

/** The last number of which only an account from the beginning can still take notice. */
function accountedUpTo({ tasks, record, operation: op }: World): number {
  if (record) return record.state === "RUNNING" ? record.number - 1 : record.number;
  if (op?.is !== "load") return tasks.length / 2;
  const { asked, accounted } = op.heart;
  const action: Action = op.heart.action;
  switch (action.do) {
    case "observe":
      return asked.rows === "unasked" ? 0 : asked.seenUpTo;
    case "cancel":
      return Math.min(...action.entries.map((entry) => entry.number)) - 1;
    case "follow":
      return action.number - 1;
    case "finish":
      return action.number;
    default:
      return accounted.number;
  }
}

export interface Bearing {
  /** Numbers of the tasks that bear on anything, ascending. */
  numbers: readonly number[];
  /** Up to this one they are accounted for, and it no longer matters which came first; 0 where it does. */
  unordered: number;
  /** The number as it would be without those that are left out. */
  renumber: Renumber;
}

/**
 * The tasks as far as they bear on what is to come. An account from the beginning forgets whatever comes before a
 * tombstone, a REPLACE whatever comes before a SUCCESS, an INSERT what has loaded the same before.
 */
export function bearing(setting: Setting, world: World): Bearing {
  const { tasks, operation, flying } = world;
  const accounted = accountedUpTo(world);
  let firstLate = Number.POSITIVE_INFINITY;
  for (const request of flying) firstLate = Math.min(firstLate, numberOf(request));
  const isInsert = setting.kind === "INSERT";
  let sealed = "";
  let unknown = "";
  let isNoted = false;
  let isOrdered = !isInsert || mayHappen(world.left, "forgets") || firstLate <= accounted || isGivingUp(operation);
  const numbers: number[] = [];
  for (let number = Math.max(accounted, tasks.length / 2); number > 0; number -= 1) {
    const what = tasks[2 * number - 2] ?? ".";
    const of = tasks[2 * number - 1] ?? ".";
    let isLeft = what === "U" || what === "M";
    // A number that is free may still be taken by a late request.
    if (what === ".") isLeft = number < firstLate;
    else if (!isLeft && what !== "R") {
      const target = what === "T" ? of : (setting.targets[of] ?? "");
      const isSealed = sealed.includes(target) || sealed.includes(of);
      // That a task was adopted is found by its note, and one is as good as several.
      if (what === "D") isLeft = isNoted && isSealed;
      else if (what === "X") isLeft = isSealed || unknown.includes(of);
      else if (what === "S" || what === "T") isLeft = isSealed;
      if (what === "D") isNoted = true;
      if (what === "T") sealed += target;
      if (what === "S" || what === "D") sealed += isInsert ? of : target;
      if (what === "X") unknown += of;
    }
    if (number <= accounted && isLeft && !isReferred(world, number)) continue;
    if (number <= accounted && what !== "S" && what !== "X" && what !== "T") isOrdered = true;
    numbers.push(number);
  }
  // A tombstone with nothing before it tells nothing.
  for (let first = numbers.at(-1) ?? 0; first > 0 && first <= accounted && tasks[2 * first - 2] === "T"; ) {
    numbers.pop();
    first = numbers.at(-1) ?? 0;
  }
  numbers.reverse();
  let before = 0;
  while (before < numbers.length && (numbers[before] ?? 0) <= accounted) before += 1;
  for (let at = 0; at < before && !isOrdered; at += 1) isOrdered = tasks[2 * (numbers[at] ?? 0) - 2] === "T";
  const renumber = (number: number): number => {
    if (number > accounted) return number - accounted + before;
    let at = 0;
    while (at < before && (numbers[at] ?? 0) <= number) at += 1;
    return at;
  };
  return { numbers, unordered: isOrdered ? 0 : accounted, renumber };
}

const isGivingUp = (op: World["operation"]): boolean => op?.is === "load" && op.heart.aim.givenUpTo !== undefined;

/** What is saved, or is to be kept, names the task of this number. */
function isReferred(world: World, number: number): boolean {
  const { record, operation: op } = world;
  const taskId = taskIdOf(number);
  if (record?.taskId === taskId && isRunOf(world, record)) return true;
  if (op?.is !== "load") return false;
  const { action, accounted } = op.heart;
  if (op.saved?.taskId === taskId) return true;
  if (action.do === "askRows") return action.taskId === taskId;
  return action.do === "mark" && accounted.run?.taskId === taskId;
}
