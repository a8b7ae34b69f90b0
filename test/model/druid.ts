/** The model's Druid: tasks end as they like, requests arrive late, history is cleaned, rows are taken by others. */
import {
  BY_HAND,
  contentAt,
  FLAG,
  type Given,
  has,
  into,
  isFree,
  isNoted,
  lower,
  may,
  numberOf,
  putTask,
  raise,
  runningNumbers,
  spend,
  stateAt,
  taskIdOf,
  type World,
  withRows,
} from "./world";

export interface Step {
  label: string;
  world: World;
  /** What must not be, unless it is one of the things that nobody can know. */
  fault?: Fault | undefined;
}

export interface Fault {
  what: string;
  /** The operation saw no change and asked Druid nothing. */
  isUnchanged?: boolean;
  /** The operation took rows that somebody has taken away for there, since nobody knew of any. */
  isBlind?: boolean;
  /** The operation took rows that somebody has taken away for there, since other rows are. */
  isAmongOthers?: boolean;
  /** A task was adopted of which nobody knows whether it has published. */
  isInDoubt?: boolean;
  /** The target that it was about. */
  target?: string;
}

/** One after the other, with nothing between. */
export const both = (first: Step, second: Step): Step => ({
  label: `${first.label}; ${second.label}`,
  world: second.world,
  fault: first.fault ?? second.fault,
});

/** Every way in which a running task can end. `Xp` has published, `Xn` has not, and nobody can tell them apart. */
type End = "S" | "U" | "Xn" | "Xp";

export function endings(given: Given, world: World, number: number, ends: readonly End[] = ["S", "U", "Xn", "Xp"]) {
  const content = contentAt(given, world, number);
  return ends.flatMap((end): Step[] => {
    const isUnknown = end === "Xn" || end === "Xp";
    if (isUnknown && !may(world, "unknown")) return [];
    const label = `task ${taskIdOf(number)} (${content}) ends ${end}`;
    let ended = putTask(isUnknown ? spend(world, "unknown") : world, number, end.charAt(0) + content);
    if (isUnknown && given.setting.kind === "REPLACE")
      ended = raise(ended, into(given.setting.targets[content] ?? "", FLAG.unsure));
    return [
      end === "S" || end === "Xp" ? { label, ...publish(given, ended, number, content, end) } : { label, world: ended },
    ];
  });
}

function publish(given: Given, world: World, number: number, content: string, end: "S" | "Xp"): Omit<Step, "label"> {
  const { targets, kind } = given.setting;
  const target = targets[content] ?? "";
  const rows = world.rows[target] ?? "-";
  const isOwn = number !== BY_HAND;
  // Who loads by hand has wished it.
  const isTwice = isOwn && rows.includes(content) && !has(world, into(target, FLAG.wished | FLAG.unsure));
  const letter = isOwn || isNoted(world) ? content : "x";
  const after = { ...world, rows: { ...world.rows, [target]: kind === "INSERT" ? withRows(rows, letter) : letter } };
  const fault = isTwice ? { what: `${content} is published a second time` } : undefined;
  if (kind === "INSERT") return { world: after, fault };
  // What was there is written over by hand.
  if (letter === "x") return { world: rows === "-" ? after : raise(after, into(target, FLAG.rowsTaken)) };
  let known = lower(after, into(target, FLAG.wished | FLAG.rowsTaken));
  if (end === "S") known = lower(known, into(target, FLAG.unsure));
  // One SUCCESS into the only target says all that was forgotten.
  if (end === "S" && Object.keys(world.rows).length === 1) known = lower(known, FLAG.forgot);
  return { world: known, fault };
}

/** A request without an answer: it arrives whenever it likes, once. */
export const fly = (world: World, number: number, task: string): World => ({
  ...world,
  flying: [...world.flying, `${number}${task}`].sort(),
});

export const drop = (world: World, target: string): World => ({ ...world, rows: { ...world.rows, [target]: "-" } });

/** Whatever may happen in Druid next, by itself. */
export function happenings(given: Given, world: World): Step[] {
  const { operation: op, flying } = world;
  const action = op?.is === "load" ? op.heart.action : undefined;
  // It waits for segments: it looks at no task and takes no number; what happens then may as well happen right after.
  if (action?.do === "finish") return [];
  const followed = action?.do === "follow" ? (action.taskId === "X" ? BY_HAND : action.number) : undefined;
  const steps = [...runningNumbers(world), ...runningNumbers(world, "L")]
    .filter((number) => number !== followed)
    .flatMap((number) => endings(given, world, number));
  if (given.setting.byHand !== undefined) steps.push(...byHand(given, world, followed));
  if (action?.do !== "follow") steps.push(...arrivals(world));
  if (op) return steps;
  // Requests are on their way for minutes, history is kept for days.
  if (may(world, "forgets") && flying.length === 0) steps.push(...forgettings(given, world));
  if (may(world, "takes")) steps.push(...takings(world));
  return steps;
}

/** Somebody loads once by hand. */
function byHand(given: Given, world: World, followed: number | undefined): Step[] {
  if (world.byHand === "R") return followed === BY_HAND ? [] : endings(given, world, BY_HAND);
  if (world.byHand !== "." || world.operation) return [];
  return [{ label: `somebody starts task X (${given.setting.byHand}) by hand`, world: { ...world, byHand: "R" } }];
}

function arrivals(world: World): Step[] {
  const steps: Step[] = [];
  world.flying.forEach((request, index) => {
    const number = numberOf(request);
    // Where its number is taken it will be refused, then as now.
    if (request === world.flying[index - 1] || !isFree(world, number)) return;
    const landed = { ...world, flying: world.flying.filter((_, other) => other !== index) };
    steps.push({
      label: `the late request ${request} takes effect`,
      world: putTask(landed, number, request.slice(-2)),
    });
  });
  return steps;
}

function takings(world: World): Step[] {
  const taken = Object.keys(world.rows).filter((target) => world.rows[target] !== "-");
  return taken.map((target) => ({
    label: `somebody drops ${target}`,
    world: raise(drop(spend(world, "takes"), target), into(target, FLAG.rowsTaken)),
  }));
}

/** History is cleaned from its beginning on; what runs is never cleaned away. */
export function forgettings(given: Given, world: World): Step[] {
  const { setting } = given;
  const steps: Step[] = [];
  let after = spend(world, "forgets");
  if (/[SUX]/.test(world.byHand)) steps.push({ label: "Druid forgets task X", world: byHandForgotten(given, after) });
  for (let number = 1; number <= world.tasks.length / 2; number += 1) {
    const what = stateAt(world, number);
    if (what === "." || what === "R" || what === "L") continue;
    const content = contentAt(given, world, number);
    after = putTask(after, number, "..");
    after = raise(after, FLAG.forgot);
    const target = setting.targets[content] ?? "";
    const isLast = "SXND".includes(what) && world.rows[target] === content;
    if (setting.kind === "REPLACE" && isLast) after = raise(after, into(target, FLAG.unsure));
    if (number > (world.record?.number ?? 0)) after = raise(after, FLAG.historyLost);
    steps.push({ label: `Druid forgets what ended up to ${number}`, world: after });
  }
  return steps;
}

function byHandForgotten({ setting }: Given, world: World): World {
  const after = { ...world, byHand: "F" };
  const note = world.tasks.indexOf("N");
  if (note < 0) return after;
  const target = setting.targets[setting.byHand ?? ""] ?? "";
  const isReplace = setting.kind === "REPLACE";
  const isLost = note / 2 + 1 > (world.record?.number ?? 0);
  return raise(after, FLAG.forgot | (isReplace ? into(target, FLAG.unsure) : 0) | (isLost ? FLAG.historyLost : 0));
}
