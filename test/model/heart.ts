/** The heart of `src` in the middle of an operation: tells it what has come, up to the next action that takes time. */
import type { Checkpoint, Event, Finish, Heart } from "../../src/ingestion/rules/heart";
import type { Fault, Step } from "./druid";
import { failed, numbersOf } from "./operation";
import { faultOf } from "./promise";
import {
  BY_HAND,
  entriesOf,
  type Given,
  isFree,
  type Load,
  numberOfTask,
  type Saved,
  stateAt,
  taskAt,
  taskIdOf,
  type World,
} from "./world";

/** Tells what has come of the action, and goes on to the next that takes time. */
export function tell(given: Given, world: World, op: Load, event: Event, waits = false): Step {
  const { heart, save } = given.rules.step(op.heart, event);
  const isReported = event.is === "ended" && event.end === "success";
  const next = { ...op, heart, saved: save ? savedOf(heart, save, isReported) : op.saved };
  return waits && heart.action.do === "observe"
    ? { label: "", world: { ...world, operation: next } }
    : goOn(given, world, next);
}

export function goOn(given: Given, world: World, op: Load): Step {
  const { action, aim } = op.heart;
  switch (action.do) {
    case "observe": {
      const entries = entriesOf(given, world, action.from);
      return tell(given, world, op, { is: "observed", entries, isLost: action.looksFor !== undefined });
    }
    case "retry":
      return tell(given, world, op, { is: "retried" });
    case "askOthers":
      return tell(given, world, op, { is: "others", other: undefined });
    case "countTasks":
      return tell(given, world, op, { is: "planned", tasks: world.split === aim.wanted.content ? 2 : 1 });
    case "cancel": {
      const isOther = world.record === undefined && action.entries.some(({ target }) => target !== aim.wanted.target);
      return {
        label: "cancel",
        world: { ...world, operation: { ...op, canceling: numbersOf(action.entries) } },
        fault: faultOf(isOther ? "a create ends what loads into another target" : undefined),
      };
    }
    case "fail":
      return { label: action.why, world: failed(given, world, op.saved), fault: needless(world, op) };
    case "finish": {
      return { label: action.do, world: { ...world, operation: { ...op, saved: doneWith(world, op, action) } } };
    }
    case "submit":
      return {
        label: action.do,
        world: { ...world, operation: op },
        fault: faultOf(op.mustAdopt ? "loads by itself though it is told to adopt" : undefined),
      };
    default:
      return { label: action.do, world: { ...world, operation: op } };
  }
}

/** Where nothing was unknown, now or when it was recorded, there is nothing to ask; a task that is there is taken. */
function needless(world: World, { heart, mustAdopt }: Load): Fault | undefined {
  const { action, recorded, aim } = heart;
  if (action.do !== "fail") return undefined;
  const isLost = recorded.state === "RUNNING" && isFree(world, recorded.number);
  const isInDoubt =
    isLost ||
    world.tasks.includes("X") ||
    /[XF]/.test(world.byHand) ||
    recorded.published.some((item) => item.endsWith("?"));
  if (action.why === "undecided" && !isInDoubt) return { what: "asked though all was known" };
  const isFine = world.byHand === "R" || (world.byHand === "S" && world.rows[aim.wanted.target ?? ""]?.includes("x"));
  if (action.why === "adoption" && mustAdopt && isFine) return { what: "refused a task that can be adopted" };
  return undefined;
}

/** `adopted` is told to the user alone: it bears on nothing. */
export function savedOf({ aim }: Heart, progress: Checkpoint, rowsKnown: boolean): Saved {
  const { number, published, state, taskId, adoptedTaskId } = progress;
  const { content, kind } = aim.wanted;
  const adopts = aim.adoptTaskId !== undefined;
  return { number, published, state, taskId, adopted: false, adoptedTaskId, content, kind, rowsKnown, adopts };
}

/** What the runner says of the run whose rows are wanted. */
function doneWith(world: World, { heart }: Load, { number, published, adoptedTaskId, upTo, ...run }: Finish): Saved {
  const taskId = run.taskId ?? findRun(world, heart.aim.wanted.content, upTo);
  const isKnown = taskId !== undefined && stateAt(world, numberOfTask(taskId)) === "S";
  return savedOf(heart, { number, published, state: "RUNNING", taskId, adopted: false, adoptedTaskId }, isKnown);
}

export function findRun(world: World, wanted: string, upTo: number): string | undefined {
  for (let number = upTo; number > 0; number -= 1) {
    const task = taskAt(world, number);
    if (task === `S${wanted}`) return taskIdOf(number);
    if (task === `D${wanted}` || (task === `N${wanted}` && world.byHand === "S")) return taskIdOf(BY_HAND);
  }
  return undefined;
}
