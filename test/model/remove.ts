/** `src/lifecycle/remove.ts` as steps, and what comes after it: nothing, or a replacement in the same process. */
import { NONE } from "../../src/ingestion/sequence";
import { both, drop, type Step } from "./druid";
import { cancel, ensure, onceCanceled } from "./ensure";
import { brokenPromise, faultOf, go, IDLE, operation, type Sent, send } from "./operation";
import { entriesOf, FLAG, type Given, has, into, lower, type Operation, raise, type World } from "./world";

export function remove(given: Given, world: World, drops: boolean): Step {
  return observe(given, world, operation(world, "-", "mark", { drops }));
}

export function stepRemove(given: Given, world: World, op: Operation): Step[] {
  switch (op.phase) {
    case "removeCancel":
      return cancel(given, world, op).map((step) => onceCanceled(step, (after, now) => observe(given, after, now)));
    case "drop": {
      const target = targetOf(given, op);
      return [
        { label: `drop ${target}`, world: go(drop(world, target), op, { phase: "mark", touched: true, run: 1 }) },
      ];
    }
    default:
      return mark(given, world, op);
  }
}

const targetOf = ({ setting }: Given, { recorded }: Operation): string => setting.targets[recorded.content] ?? "";

function observe(given: Given, world: World, op: Operation): Step {
  const entries = entriesOf(given, world, given.rules.observeFrom(op.recorded));
  const numbers = entries.filter((entry) => entry.is === "running").map((entry) => entry.number);
  if (numbers.length > 0) {
    return { label: "cancel all", world: go(world, op, { ...IDLE, phase: "removeCancel", numbers }) };
  }
  const { number, published } = given.rules.settled(op.recorded, targetOf(given, op), entries);
  const phase = op.drops && published.some((content) => content !== NONE) ? "drop" : "mark";
  return { label: `${op.drops ? "" : "no "}drop, up to ${number}`, world: go(world, op, { ...IDLE, phase, number }) };
}

/** `run` is 1 where the rows were dropped. */
function mark(given: Given, world: World, op: Operation): Step[] {
  const number = op.number + 1;
  const what = `${op.run ? "tombstone" : "mark"} ${number}`;
  const sent: Sent[] = given.rules.marks
    ? send(world, number, op.run ? `T${targetOf(given, op)}` : "M.")
    : [{ how: "is not put", world, outcome: "unclear" }];
  return sent.flatMap(({ how, world: after, outcome }) => {
    const label = `${what} ${how}`;
    if (outcome === "taken") return both({ label, world: after }, observe(given, after, { ...op, touched: true }));
    const isMarked = outcome === "accepted";
    const isFenced = isMarked || !given.rules.marks;
    return removed(given, isFenced ? after : raise(after, FLAG.unmarked), op, isMarked, label);
  });
}

/** Destroyed; or replaced, since that was asked for or since the target is another. */
function removed(given: Given, world: World, op: Operation, isMarked: boolean, label: string): Step[] {
  const target = targetOf(given, op);
  const what = brokenPromise(world, op.drops ? ["-", target] : undefined);
  let after: World = lower({ ...world, record: undefined, operation: undefined }, FLAG.killedUpdate | FLAG.halfDelete);
  // Only a tombstone tells those who come that there are no rows.
  if (!op.run && world.rows[target] === "-") after = raise(after, into(target, FLAG.rowsTaken));
  if (has(after, FLAG.forgot)) after = raise(after, FLAG.historyLost);
  const done: Step = { label: `${label}; removed`, world: after, fault: faultOf(what) };
  const replacements = Object.entries(given.setting.targets).map(([content, other]) => {
    // Remembered by target: what was given up in one says nothing of another.
    if (other !== target) return both(done, ensure(given, after, content));
    const givenUpTo = given.rules.givenUpTo(op.number, isMarked);
    const wished = raise(after, into(target, FLAG.wished));
    return both(done, ensure(given, wished, content, { givenUpTo, replaces: true }));
  });
  return [done, ...replacements];
}
