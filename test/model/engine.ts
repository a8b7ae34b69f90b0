/** The model's engine: which operations can begin, what they ask the provider, and how they are stopped. */
import { fly, type Step } from "./druid";
import { ensure, stepEnsure } from "./ensure";
import { brokenPromise, failed, faultOf, isRemoving, killed, stale } from "./operation";
import { refresh } from "./refresh";
import { remove, stepRemove } from "./remove";
import { contentsIn } from "./text";
import { type Given, isFree, may, type Operation, putTask, spend, type World } from "./world";

/** All that can be done next where nothing is being done. */
export function beginnings(given: Given, world: World): Step[] {
  const { record } = world;
  const ups = contentsOf(given, world).flatMap((content) => up(given, world, content));
  if (!record) return ups;
  const removals = [true, false].map((drops) => {
    const step = remove(given, world, drops);
    return { ...step, label: `remove, ${drops ? "dropping" : "keeping"} rows: ${step.label}` };
  });
  return [...ups, ...refresh(given, world, record), ...removals];
}

/** Contents into one target are the same by any other name: one that is new is taken in the order of the letters. */
function contentsOf({ setting }: Given, world: World): string[] {
  const known = contentsIn(setting, world);
  const fresh = new Set<string>();
  return Object.entries(setting.targets).flatMap(([content, target]) => {
    if (known.has(content)) return [content];
    if (fresh.has(target)) return [];
    fresh.add(target);
    return [content];
  });
}

/** Another target is a replacement: it begins with a delete, and `remove` goes on with it. */
function up(given: Given, world: World, content: string): Step[] {
  const { record } = world;
  const target = given.setting.targets[content] ?? "";
  if (record && given.setting.targets[record.content] !== target) return [];
  if (record?.state === "SUCCESS" && record.content === content) {
    const fault = faultOf(brokenPromise(world, [content, target]), { isUnchanged: true, target });
    return [{ label: `up ${content}: no change`, world, fault }];
  }
  const step = ensure(given, world, content);
  return [{ ...step, label: `up ${content}: ${step.label}` }];
}

/** The next step of the operation itself. */
export const step = (given: Given, world: World, op: Operation): Step[] =>
  isRemoving(op) ? stepRemove(given, world, op) : stepEnsure(given, world, op);

/** Ends the operation where it is: the engine is killed, or it asks to stop and saves what it is told. */
export function stops(given: Given, world: World, op: Operation): Step[] {
  if (!may(world, "stops")) return [];
  const before = spend(world, "stops");
  const steps: Step[] = [];
  const stop = (how: string, now: World, isSent: boolean) => {
    steps.push({ label: `kill${how}`, world: killed(now, op, op.touched || isSent) });
    // A delete that is asked to stop has failed, and leaves all as it was: as if it were killed.
    if (!isRemoving(op)) steps.push({ label: `interrupt${how}`, world: interrupted(now, op, isSent) });
  };
  // One that has done nothing yet can be stopped without a trace.
  if (op.touched || op.saved) stop("", before, false);
  const request = requestOf(given, op);
  if (!request || !isFree(world, op.number + 1)) return steps;
  stop(`, ${request} took effect`, putTask(before, op.number + 1, request), true);
  stop(`, ${request} is on its way`, fly(before, op.number + 1, request), true);
  return steps;
}

function requestOf({ setting }: Given, { phase, wanted, run, recorded }: Operation): string | undefined {
  if (phase === "submit") return `R${wanted}`;
  if (phase === "keep") return "M.";
  if (phase === "mark") return run ? `T${setting.targets[recorded.content]}` : "M.";
  return undefined;
}

/** What was told of progress is saved, with what is said where an answer is still awaited. */
function interrupted(world: World, op: Operation, isSent: boolean): World {
  return failed(world, isSent && op.phase === "submit" ? { ...op, saved: stale(world, op, op) } : op);
}
