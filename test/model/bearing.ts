/** Which tasks still bear on what is to come. */

import type { Action } from "../../src/ingestion/rules/heart";
import { mayHappen } from "./left";
import { numberOf, numberOfTask, type Saved, type Setting, type World } from "./world";

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
  const { tasks, record, operation, flying } = world;
  const accounted = accountedUpTo(world);
  let firstLate = Number.POSITIVE_INFINITY;
  for (const request of flying) firstLate = Math.min(firstLate, numberOf(request));
  const runs = runsOf(world, record, operation);
  const isInsert = setting.kind === "INSERT";
  let sealed = "";
  let unknown = "";
  let isNoted = false;
  let isOrdered = !isInsert || mayHappen(world.left, "forgets") || firstLate <= accounted || isGivingUp(operation);
  const numbers: number[] = [];
  for (let number = Math.max(accounted, tasks.length / 2); number > 0; number -= 1) {
    const what = tasks.charAt(2 * number - 2) || ".";
    const of = tasks.charAt(2 * number - 1) || ".";
    const target = what === "T" ? of : (setting.targets[of] ?? "");
    let isLeft = what === "U" || what === "M";
    // A number that is free may still be taken by a late request.
    if (what === ".") isLeft = number < firstLate;
    else if (what === "S" || what === "X" || what === "T") {
      isLeft = sealed.includes(target) || sealed.includes(of) || (what === "X" && unknown.includes(of));
    }
    // That a task was adopted is found by its note, and one is as good as several.
    else if (what === "D") isLeft = isNoted && (sealed.includes(target) || sealed.includes(of));
    if (what === "D") isNoted = true;
    if (what === "T") sealed += target;
    if (what === "S" || what === "D") sealed += isInsert ? of : target;
    if (what === "X") unknown += of;
    if (number <= accounted && isLeft && !runs.includes(number)) continue;
    numbers.unshift(number);
  }
  // A tombstone with nothing before it tells nothing.
  while (numbers.length > 0 && (numbers[0] ?? 0) <= accounted && tasks[2 * (numbers[0] ?? 0) - 2] === "T")
    numbers.shift();
  for (const number of numbers) {
    if (number > accounted) break;
    const what = tasks[2 * number - 2];
    if (what !== "S" && what !== "X") isOrdered = true;
  }
  let before = 0;
  while (before < numbers.length && (numbers[before] ?? 0) <= accounted) before += 1;
  const renumber = (number: number): number => {
    if (number > accounted) return number - accounted + before;
    let at = 0;
    while (at < before && (numbers[at] ?? 0) <= number) at += 1;
    return at;
  };
  return { numbers, unordered: isOrdered ? 0 : accounted, renumber };
}

const isGivingUp = (op: World["operation"]): boolean => op?.is === "load" && op.heart.aim.givenUpTo !== undefined;

function runsOf(world: World, record: Saved | undefined, op: World["operation"]): number[] {
  const runs: number[] = [];
  const add = (taskId: string | undefined) => {
    if (taskId !== undefined) runs.push(numberOfTask(taskId));
  };
  if (record && isRunOf(world, record)) add(record.taskId);
  if (op?.is !== "load") return runs;
  const { action, accounted } = op.heart;
  add(op.saved?.taskId);
  if (action.do === "askRows") add(action.taskId);
  if (action.do === "mark") add(accounted.run?.taskId);
  return runs;
}
