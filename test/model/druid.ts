/** The model's Druid: tasks end as they like, requests arrive late, history is cleaned, rows are taken by others. */
import {
  FLAG,
  type Given,
  has,
  into,
  isFree,
  lower,
  may,
  numberOf,
  type Phase,
  putTask,
  raise,
  runningNumbers,
  spend,
  stateAt,
  taskAt,
  type World,
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
  const content = taskAt(world, number).charAt(1);
  return ends.flatMap((end): Step[] => {
    const isUnknown = end === "Xn" || end === "Xp";
    if (isUnknown && !may(world, "unknown")) return [];
    const label = `task ${number} (${content}) ends ${end}`;
    let ended = putTask(isUnknown ? spend(world, "unknown") : world, number, end.charAt(0) + content);
    if (isUnknown && given.setting.kind === "REPLACE")
      ended = raise(ended, into(given.setting.targets[content] ?? "", FLAG.unsure));
    return [end === "S" || end === "Xp" ? { label, ...publish(given, ended, content, end) } : { label, world: ended }];
  });
}

function publish({ setting }: Given, world: World, content: string, end: "S" | "Xp"): Omit<Step, "label"> {
  const target = setting.targets[content] ?? "";
  const isTwice = world.rows[target] === content && !has(world, into(target, FLAG.wished | FLAG.unsure));
  let after = lower(
    { ...world, rows: { ...world.rows, [target]: content } },
    into(target, FLAG.wished | FLAG.rowsTaken),
  );
  if (end === "S") after = lower(after, into(target, FLAG.unsure));
  // One SUCCESS into the only target says all that was forgotten.
  if (end === "S" && Object.keys(world.rows).length === 1) after = lower(after, FLAG.forgot);
  return { world: after, fault: isTwice ? { what: `${content} is published twice in a row` } : undefined };
}

/** A request without an answer: it arrives whenever it likes, once. */
export const fly = (world: World, number: number, task: string): World => ({
  ...world,
  flying: [...world.flying, `${number}${task}`].sort(),
});

export const drop = (world: World, target: string): World => ({ ...world, rows: { ...world.rows, [target]: "-" } });

/** Whatever may happen in Druid next, by itself. */
export function happenings(given: Given, world: World): Step[] {
  const { operation, flying } = world;
  const phase: Phase | undefined = operation?.phase;
  // These look at no task and take no number: what happens then may as well happen right after.
  if (phase === "load") return [];
  const followed = phase === "follow" ? operation?.number : undefined;
  const running = runningNumbers(world).filter((number) => number !== followed);
  const steps = running.flatMap((number) => endings(given, world, number));
  if (phase !== "follow") steps.push(...arrivals(world));
  if (phase !== undefined) return steps;
  // Requests are on their way for minutes, history is kept for days.
  if (may(world, "forgets") && flying.length === 0) steps.push(...forgettings(given, world));
  if (may(world, "takes")) steps.push(...takings(world));
  return steps;
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
export function forgettings({ setting }: Given, world: World): Step[] {
  const steps: Step[] = [];
  let after = spend(world, "forgets");
  for (let number = 1; number <= world.tasks.length / 2; number += 1) {
    const what = stateAt(world, number);
    if (what === "." || what === "R") continue;
    const content = taskAt(world, number).charAt(1);
    after = putTask(after, number, "..");
    after = raise(after, FLAG.forgot);
    const target = setting.targets[content] ?? "";
    const isLast = (what === "S" || what === "X") && world.rows[target] === content;
    if (setting.kind === "REPLACE" && isLast) after = raise(after, into(target, FLAG.unsure));
    if (number > (world.record?.number ?? 0)) after = raise(after, FLAG.historyLost);
    steps.push({ label: `Druid forgets what ended up to ${number}`, world: after });
  }
  return steps;
}
