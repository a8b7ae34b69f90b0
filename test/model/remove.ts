/** A delete: `Removal` of `src`, and what comes after it: nothing, or a replacement in the same process. */
import type { RemovalEvent } from "../../src/ingestion/rules/removal";
import { both, drop, type Step } from "./druid";
import { cancel, failed, numbersOf, send } from "./operation";
import { brokenPromise, faultOf, mayAdopt, recordGone, tellsOfMore } from "./promise";
import { up } from "./up";
import { entriesOf, FLAG, type Given, givenUp, into, lower, type Remove, raise, type Saved, type World } from "./world";

export function remove(given: Given, world: World, record: Saved, drops: boolean): Step {
  const target = given.setting.targets[record.content ?? ""];
  const removal = given.rules.beginRemoval({ target, drops }, record);
  return goOn(given, world, { is: "remove", removal, canceling: [], touched: false });
}

function tell(given: Given, world: World, op: Remove, event: RemovalEvent): Step {
  return goOn(given, world, { ...op, removal: given.rules.stepRemoval(op.removal, event) });
}

function goOn(given: Given, world: World, op: Remove): Step {
  const { action } = op.removal;
  const now = { ...world, operation: op };
  switch (action.do) {
    case "observe":
      return tell(given, world, op, { is: "observed", entries: entriesOf(given, world, action.from) });
    case "cancel":
      return { label: "cancel all", world: { ...world, operation: { ...op, canceling: numbersOf(action.entries) } } };
    case "drop":
      return action.isEmpty
        ? tell(given, world, op, { is: "dropped", isDropped: false })
        : { label: "drop", world: now };
    case "fail":
      return { label: action.why, world: failed(given, world, undefined) };
    default:
      return { label: action.do, world: now };
  }
}

export function stepRemove(given: Given, world: World, op: Remove): Step[] {
  const { action } = op.removal;
  switch (action.do) {
    case "cancel":
      return cancel(given, world, op).map((step) => {
        const now = step.world.operation as Remove;
        return now.canceling.length === 0 ? both(step, tell(given, step.world, now, { is: "canceled" })) : step;
      });
    case "drop": {
      const step = tell(
        given,
        drop(world, action.target),
        { ...op, touched: true },
        { is: "dropped", isDropped: true },
      );
      return [{ ...step, label: `drop ${action.target}; ${step.label}` }];
    }
    case "mark": {
      const { number, tombstone } = action;
      const task = tombstone === undefined ? "M." : `T${tombstone}`;
      return send(world, number, task).flatMap(({ how, world: after, outcome }) => {
        const label = `put ${task} under ${number}: it ${how}`;
        const now = outcome === "unclear" ? raise(after, FLAG.unmarked) : after;
        const told = tell(given, now, { ...op, touched: true }, { is: "sent", outcome });
        const step = both({ label, world: after }, told);
        return isDone(step.world) ? removed(given, step) : [step];
      });
    }
    default:
      return removed(given, { label: "", world });
  }
}

const isDone = ({ operation: op }: World): boolean => op?.is === "remove" && op.removal.action.do === "finish";

/** Destroyed; or replaced, since that was asked for or since the target is another. */
function removed(given: Given, { label, world }: Step): Step[] {
  const { removal } = world.operation as Remove;
  const { action } = removal;
  const { target = "", drops } = removal.aim;
  if (action.do !== "finish") return [];
  const what = brokenPromise(given, world, target, drops ? "-" : undefined);
  let after: World = lower({ ...world, record: undefined, operation: undefined }, FLAG.killedUpdate | FLAG.halfDelete);
  // Only a tombstone tells those who come that there are no rows.
  const isInsert = given.setting.kind === "INSERT";
  const isMissed = isInsert ? tellsOfMore(given, world, target) : /[-x]/.test(world.rows[target] ?? "");
  if (!(action.isDropped && (action.isMarked || !isInsert)) && isMissed)
    after = raise(after, into(target, FLAG.rowsTaken));
  after = recordGone(given, after);
  const done: Step = { label: `${label}; removed`, world: after, fault: faultOf(what) };
  return [done, ...replacements(given, done, target, action.number)];
}

function wished({ setting }: Given, world: World, target: string, content: string): World {
  return setting.kind === "INSERT" ? givenUp(world, target, content) : raise(world, into(target, FLAG.wished));
}

function replacements(given: Given, done: Step, target: string, givenUpTo: number): Step[] {
  const { targets, byHand } = given.setting;
  return Object.entries(targets).flatMap(([content, other]) => {
    const isSame = other === target;
    // Remembered by target: what was given up in one says nothing of another.
    const world = isSame ? wished(given, done.world, target, content) : done.world;
    const wish = { content, ...(isSame && { givenUpTo, replaces: true }) };
    const wishes = content === byHand && mayAdopt(given, world) ? [wish, { ...wish, adopts: true }] : [wish];
    return wishes.map((one) => both(done, up(given, world, one)));
  });
}
