/** What a success promises, and how what was saved and what is known of the world bears on it. */
import type { Fault } from "./druid";
import {
  contentAt,
  FLAG,
  type Given,
  has,
  into,
  isFree,
  lower,
  numberOf,
  putTask,
  raise,
  runningNumbers,
  type Saved,
  type World,
} from "./world";

export const faultOf = (what: string | undefined, more: Omit<Fault, "what"> = {}): Fault | undefined =>
  what === undefined ? undefined : { what, ...more };

/**
 * The wanted rows are there, for a REPLACE as the last; nothing runs, and nothing late can. `wanted` is `-` where the
 * rows are to be gone.
 */
export function brokenPromise(given: Given, world: World, target: string, wanted?: string): string | undefined {
  const broken: string[] = [];
  if (wanted !== undefined && !holds(given, world, target, wanted)) {
    broken.push(`${target} holds ${world.rows[target]} where ${wanted} is wanted`);
  }
  if (wanted === world.split && wanted !== "-") broken.push(`a part of ${wanted} is called done`);
  // One that was left alone loads into another target, and counts where that one is wanted.
  const left = runningNumbers(world, "L").filter(
    (number) => given.setting.targets[contentAt(given, world, number)] === target,
  );
  const running = [...runningNumbers(world), ...left];
  if (running.length > 0) broken.push(`task ${running} still runs`);
  const isAdopted = world.byHand === "R" && given.setting.targets[given.setting.byHand ?? ""] === target;
  if (isAdopted && world.tasks.includes("N")) broken.push("the adopted task still runs");
  const late = world.flying.filter((request) => {
    const isLeft = request.includes("L") && given.setting.targets[request.slice(-1)] !== target;
    return !isLeft && !/[MND]/.test(request) && isFree(world, numberOf(request));
  });
  if (late.length > 0) broken.push(`request ${late} may still take effect`);
  return broken.length === 0 ? undefined : broken.join(", ");
}

function holds({ setting }: Given, world: World, target: string, wanted: string): boolean {
  const rows = world.rows[target] ?? "-";
  // What somebody has loaded by hand, and nobody has adopted, is none of ours.
  if (wanted === "-") return rows === "-" || rows === "x";
  if (setting.kind === "REPLACE" && rows === "x") return wanted === setting.byHand;
  return setting.kind === "INSERT" ? rows.includes(wanted) || rows.includes(wanted.toLowerCase()) : rows === wanted;
}

/** Of ours, given up or not. */
const isCounted = (letter: string): boolean => letter !== "-" && letter !== "x";

/** Of an INSERT: all that is taken for there is there. */
export function isAllThere({ setting }: Given, { rows }: World, { published, content }: Saved): boolean {
  const there = rows[setting.targets[content ?? ""] ?? ""] ?? "-";
  return published.every(
    (item) => /^[^A-Z]/.test(item) || there.includes(item.charAt(0)) || there.includes(item.charAt(0).toLowerCase()),
  );
}

/** All that is there stands on record. */
function isAllKnown({ setting }: Given, { rows }: World, { published, content }: Saved): boolean {
  const there = rows[setting.targets[content ?? ""] ?? ""] ?? "-";
  return [...there].every(
    (letter) =>
      !isCounted(letter) || published.includes(`${letter}+`) || (/[a-c]/.test(letter) && published.length > 0),
  );
}

/** What an operation that has kept its promise, or has failed to, says of what was in doubt. */
export function settledBy(given: Given, world: World, target: string, { isKept }: { isKept: boolean }): World {
  const { record, flying, tasks } = world;
  const isInsert = given.setting.kind === "INSERT";
  let after = lower(world, into(target, FLAG.wished));
  if (!record || !isKept) return after;
  after = lower(after, FLAG.killedUpdate);
  // What comes late, a tombstone as well, is yet to be accounted for.
  const isLate = flying.some((request) => /[RT]/.test(request)) || /[RSXT]/.test(tasks.slice(2 * record.number));
  if (!isLate) after = lower(after, FLAG.unmarked);
  after = rowsLookedAt(given, after, record);
  const isPart = record.published.some((item) => item.replace("+", "") === world.split);
  const isAll =
    !isPart && flying.length === 0 && tasks.length / 2 <= record.number && Object.keys(world.rows).length === 1;
  return isAll && (!isInsert || isAllKnown(given, world, record)) ? lower(after, FLAG.historyLost) : after;
}

/** Rows of an INSERT that were taken are missed only where none at all are there. */
export function rowsLookedAt(given: Given, world: World, record: Saved): World {
  const target = given.setting.targets[record.content ?? ""] ?? "";
  const isOverwritten = world.rows[target] === "x" && record.content !== given.setting.byHand;
  const isAll = given.setting.kind === "REPLACE" ? !isOverwritten : isAllThere(given, world, record);
  if (!isAll) return world;
  const after = lower(world, into(target, FLAG.rowsTaken));
  return world.flying.length === 0 ? lower(after, FLAG.halfDelete) : after;
}

/** Druid's history tells of rows of an INSERT that are not there. */
export function tellsOfMore({ setting }: Given, { rows, tasks }: World, target: string): boolean {
  const since = tasks.slice(tasks.lastIndexOf(`T${target}`) + 1);
  const there = (rows[target] ?? "-").toUpperCase();
  const told = Object.keys(setting.targets).filter((content) => setting.targets[content] === target);
  return told.some((content) => !there.includes(content) && new RegExp(`[SDN]${content}`).test(since));
}

/** Druid's history tells of a run that has loaded this, or may have. */
const tellsOf = ({ tasks, byHand }: World, content: string): boolean =>
  new RegExp(`[SXD]${content}`).test(tasks) || (/[SXR]/.test(byHand) && tasks.includes(`N${content}`));

/** The record goes, and with it what Druid does not know by itself. */
export function recordGone(given: Given, world: World): World {
  if (!has(world, FLAG.forgot)) return world;
  if (given.setting.kind === "REPLACE") return raise(world, FLAG.historyLost);
  if (world.flying.length > 0) return raise(world, FLAG.historyLost);
  const isKnown = Object.values(world.rows).every((rows) =>
    [...rows].every((letter) => !isCounted(letter) || tellsOf(world, letter.toUpperCase())),
  );
  return isKnown ? world : raise(world, FLAG.historyLost);
}

/** A create that leaves a record leaves tasks alone that run into another target than its own. */
export function leftAlone(given: Given, world: World): World {
  const { record } = world;
  if (!record || Object.keys(world.rows).length === 1) return world;
  const { targets } = given.setting;
  const target = targets[record.content ?? ""];
  const flying = world.flying.map((request) =>
    targets[request.slice(-1)] === target ? request : request.replace("R", "L"),
  );
  let after: World = { ...world, flying };
  for (const number of runningNumbers(world)) {
    const content = contentAt(given, world, number);
    if (targets[content] !== target) after = putTask(after, number, `L${content}`);
  }
  return after;
}

/** It has been adopted, and the program may go on saying so. */
export const isCarriedOut = ({ record, tasks }: World): boolean =>
  record ? record.adoptedTaskId === "X" || (record.adopts && /[ND]/.test(tasks)) : /[ND]/.test(tasks);

/**
 * It is said of the task made by hand that it loads what is wanted as long as its rows may be the ones that are there.
 */
export function mayAdopt({ setting }: Given, { byHand, rows, tasks, record }: World): boolean {
  const content = setting.byHand;
  if (content === undefined || byHand === ".") return false;
  const there = rows[setting.targets[content] ?? ""] ?? "-";
  if (there.includes("x") || byHand === "R" || byHand === "U") return true;
  const isTaken = record?.adoptedTaskId === "X" || /[ND]/.test(tasks);
  return isTaken && there.includes(content);
}
