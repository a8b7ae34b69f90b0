/** The model's engine: which operations can begin, what they ask the provider, and how they are stopped. */
import { isDone } from "../../src/ingestion/rules/record";
import { fly, type Step } from "./druid";
import { failed, killed } from "./operation";
import { brokenPromise, faultOf, isCarriedOut, mayAdopt } from "./promise";
import { refresh } from "./refresh";
import { remove, stepRemove } from "./remove";
import { splitAt } from "./requests";
import { contentsIn } from "./text";
import { stepUp, toldInterrupted, up } from "./up";
import { FLAG, type Given, has, into, isFree, may, type Operation, putTask, spend, type World } from "./world";

/** All that can be done next where nothing is being done. */
export function beginnings(given: Given, world: World): Step[] {
  const { record } = world;
  const ups = contentsOf(given, world).flatMap((content) => upsTo(given, world, content));
  if (!record) return ups;
  const removals = [true, false].map((drops) => {
    const step = remove(given, world, record, drops);
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
function upsTo(given: Given, world: World, content: string): Step[] {
  const { record } = world;
  const target = given.setting.targets[content] ?? "";
  if (record && given.setting.targets[record.content ?? ""] !== target) return [];
  const { byHand } = given.setting;
  const isToldTo = content === byHand ? mayAdopt(given, world) : byHand !== undefined && isCarriedOut(world);
  const plain = isUnchanged(record, content) ? unchanged(given, world, content, target) : up(given, world, { content });
  if (!isToldTo || (record?.adoptedTaskId === "X" && isUnchanged(record, content))) return [plain];
  return [plain, up(given, world, { content, adopts: true })];
}

const isUnchanged = (record: World["record"], content: string): boolean =>
  record !== undefined && isDone(record, { content });

function unchanged(given: Given, world: World, content: string, target: string): Step {
  const what = brokenPromise(given, world, target, content);
  const isTaken = has(world, into(target, FLAG.rowsTaken) | FLAG.halfDelete);
  const isAmongOthers = isTaken && world.rows[target] !== "-";
  const isInDoubt = content === given.setting.byHand && has(world, FLAG.adoptedNothing);
  return {
    label: `up ${content}: no change`,
    world,
    fault: faultOf(what, { isUnchanged: true, isAmongOthers, isInDoubt, target }),
  };
}

/** The next step of the operation itself. */
export const step = (given: Given, world: World, op: Operation): Step[] =>
  op.is === "remove" ? stepRemove(given, world, op) : stepUp(given, world, op);

/** Ends the operation where it is: the engine is killed, or it asks to stop and saves what it is told. */
export function stops(given: Given, world: World, op: Operation): Step[] {
  if (!may(world, "stops")) return [];
  const before = spend(world, "stops");
  const steps: Step[] = [];
  const stop = (how: string, now: World, isSent: boolean) => {
    steps.push({ label: `kill${how}`, world: killed(now, op, op.touched || isSent) });
    // A delete that is asked to stop has failed, and leaves all as it was: as if it were killed.
    if (op.is === "load")
      steps.push({
        label: `interrupt${how}`,
        world: failed(given, now, isSent ? toldInterrupted(given, op) : op.saved),
      });
  };
  // One that has done nothing yet can be stopped without a trace.
  if (op.touched || (op.is === "load" && op.saved)) stop("", before, false);
  const [number, request] = requestOf(op) ?? [];
  if (number === undefined || request === undefined || !isFree(world, number)) return steps;
  const content = op.is === "load" && op.heart.action.do === "submit" ? op.heart.aim.wanted.content : undefined;
  const split = content && splitAt(given, before, number, content);
  if (split) stop(`, ${request} is several tasks`, split, true);
  if (content === world.split) return steps;
  stop(`, ${request} took effect`, putTask(before, number, request), true);
  stop(`, ${request} is on its way`, fly(before, number, request), true);
  return steps;
}

function requestOf(op: Operation): [number: number, request: string] | undefined {
  const { action } = op.is === "load" ? op.heart : op.removal;
  const content = op.is === "load" ? op.heart.aim.wanted.content : "";
  switch (action.do) {
    case "submit":
      return [action.number, `R${content}`];
    case "noteAdopted":
      return [action.number, `${action.runs ? "N" : "D"}${content}`];
    case "mark": {
      const tombstone = "tombstone" in action ? action.tombstone : undefined;
      return [action.number, tombstone === undefined ? "M." : `T${tombstone}`];
    }
    default:
      return undefined;
  }
}
