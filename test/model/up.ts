/** A create or an update: the heart of `src`, told all that can come of what it wants done. */
import type { Action, Event, Finish, Heart, Progress } from "../../src/ingestion/rules/heart";
import { both, endings, type Fault, forgettings, type Step } from "./druid";
import { cancel, failed, numbersOf, type Sent, send } from "./operation";
import { brokenPromise, faultOf, leftAlone, settledBy } from "./promise";
import { contentsIn } from "./text";
import {
  adopted,
  BY_HAND,
  entriesOf,
  FLAG,
  type Given,
  has,
  into,
  isFree,
  isNoted,
  keptAfterAll,
  type Load,
  may,
  numberOfTask,
  raise,
  type Saved,
  spend,
  stateAt,
  taskAt,
  taskIdOf,
  type World,
} from "./world";

export interface Wish {
  content: string;
  adopts?: boolean;
  /** Of a replacement: up to which number its delete has given up all. */
  givenUpTo?: number | undefined;
  replaces?: boolean;
}

const numberOfOwn = (taskId: string): number | undefined => (taskId === "X" ? undefined : numberOfTask(taskId));

const nothingRecorded = (): Saved => ({
  number: 0,
  published: [],
  state: undefined,
  taskId: undefined,
  content: undefined,
  kind: "REPLACE",
  adopted: false,
  adoptedTaskId: undefined,
  rowsKnown: false,
  adopts: false,
});

/** It looks at once: until it has, it is as if it had not begun. */
export function up(given: Given, world: World, wish: Wish): Step {
  const { content, adopts = false, givenUpTo, replaces = false } = wish;
  const { rules, setting } = given;
  const aim = {
    wanted: { content, target: setting.targets[content], kind: setting.kind },
    adoptTaskId: adopts ? taskIdOf(BY_HAND) : undefined,
    givenUpTo,
    isNew: world.record === undefined,
    numberOf: numberOfOwn,
    taskIdOf,
  };
  const mustAdopt = adopts && world.record?.adoptedTaskId !== "X" && !isNoted(world);
  const heart = rules.begin(aim, world.record ?? nothingRecorded());
  const op: Load = {
    is: "load",
    heart,
    saved: undefined,
    canceling: [],
    replaces,
    mustAdopt,
    touched: false,
    blind: false,
  };
  return { ...goOn(given, world, op), label: `up ${content}${adopts ? " adopting X" : ""}` };
}

/** Tells what has come of the action, and goes on to the next that takes time. */
function tell(given: Given, world: World, op: Load, event: Event, waits = false): Step {
  const { heart, save } = given.rules.step(op.heart, event);
  const isReported = event.is === "ended" && event.end === "success";
  const next = { ...op, heart, saved: save ? savedOf(heart, save, isReported) : op.saved };
  return waits && heart.action.do === "observe"
    ? { label: "", world: { ...world, operation: next } }
    : goOn(given, world, next);
}

function goOn(given: Given, world: World, op: Load): Step {
  const { action, aim } = op.heart;
  switch (action.do) {
    case "observe": {
      const entries = entriesOf(given, world, action.from);
      return tell(given, world, op, { is: "observed", entries, isLost: action.looksFor !== undefined });
    }
    case "askOthers":
      return tell(given, world, op, { is: "others", other: undefined });
    case "countTasks":
      return tell(given, world, op, { is: "planned", tasks: world.split === aim.wanted.content ? 2 : 1 });
    case "cancel": {
      const isOther = aim.isNew && action.entries.some(({ target }) => target !== aim.wanted.target);
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
function savedOf({ aim }: Heart, progress: Progress, rowsKnown: boolean): Saved {
  const { content, kind } = aim.wanted;
  return { ...progress, adopted: false, content, kind, rowsKnown, adopts: aim.adoptTaskId !== undefined };
}

/** What the runner says of the run whose rows are wanted. */
function doneWith(world: World, { heart }: Load, { number, published, adoptedTaskId, upTo, ...run }: Finish): Saved {
  const taskId = run.taskId ?? findRun(world, heart.aim.wanted.content, upTo);
  const isKnown = taskId !== undefined && stateAt(world, numberOfTask(taskId)) === "S";
  return savedOf(heart, { number, published, state: "RUNNING", taskId, adopted: false, adoptedTaskId }, isKnown);
}

function findRun(world: World, wanted: string, upTo: number): string | undefined {
  for (let number = upTo; number > 0; number -= 1) {
    const task = taskAt(world, number);
    if (task === `S${wanted}`) return taskIdOf(number);
    if (task === `D${wanted}` || (task === `N${wanted}` && world.byHand === "S")) return taskIdOf(BY_HAND);
  }
  return undefined;
}

/** What is saved where an interrupt comes while an answer is awaited. */
export function toldInterrupted({ rules }: Given, { heart, saved }: Load): Saved | undefined {
  const { action } = heart;
  // Of a mark, and of a note on a task that has ended, nothing is saved: the last save stays.
  if (action.do !== "submit" && !(action.do === "noteAdopted" && action.runs)) return saved;
  const { save } = rules.step(heart, { is: "sent", outcome: "unclear", isAnswered: false });
  return save ? savedOf(heart, save, false) : saved;
}

export function stepUp(given: Given, world: World, op: Load): Step[] {
  const { action } = op.heart;
  switch (action.do) {
    case "cancel":
      return cancel(given, world, op).map((step) => {
        const now = step.world.operation as Load;
        return now.canceling.length === 0 ? both(step, tell(given, step.world, now, { is: "canceled" })) : step;
      });
    case "askRows":
      return [askRows(given, world, op, action)];
    case "lookAt":
      return [tell(given, world, op, lookAt(world, op, action.over))];
    case "submit":
      return submit(given, world, op, action.number);
    case "mark":
      return mark(given, world, op, action.number, "M.");
    case "noteAdopted":
      return mark(given, world, op, action.number, `${action.runs ? "N" : "D"}${op.heart.aim.wanted.content}`);
    case "follow":
      return follow(given, world, op, action);
    case "finish":
      return [finished(given, world, op)];
    default:
      return [goOn(given, world, op)];
  }
}

function askRows(given: Given, world: World, op: Load, { taskId, upTo }: Extract<Action, { do: "askRows" }>): Step {
  const { aim, before } = op.heart;
  const run = taskId ?? findRun(world, aim.wanted.content, upTo);
  const isReported = run !== undefined && stateAt(world, numberOfTask(run)) === "S";
  const isRecorded = run === undefined || run === before.taskId;
  const isKnown = isReported || (isRecorded && (before as Saved).rowsKnown);
  const isThere = world.rows[aim.wanted.target ?? ""] !== "-";
  const rows = isThere || !isKnown ? "there" : "gone";
  const blind = op.blind || (!isThere && !isKnown);
  const told = tell(given, world, { ...op, blind }, { is: "rows", rows }, true);
  return { ...told, label: `rows are ${rows}` };
}

const ADOPTEES = { R: "running", S: "success", U: "unpublished", X: "unknown" } as const;

function lookAt(world: World, { heart }: Load, over: string | undefined): Event {
  const { byHand } = world;
  if (byHand === "F" || byHand === ".") return { is: "adoptee", adoptee: { is: "forgotten" } };
  const is = ADOPTEES[byHand as keyof typeof ADOPTEES];
  const { target: dataSource = "", content: wanted } = heart.aim.wanted;
  const rows = world.rows[dataSource] ?? "-";
  const isEnded = is === "success" || is === "unknown";
  const isOver = isEnded && over !== undefined && stateAt(world, numberOfTask(over)) === "S";
  const what = { type: "query_controller", dataSource, content: undefined };
  const areWrittenOver = isOver && rows !== "x" && rows !== wanted;
  return { is: "adoptee", adoptee: { is, ...what, areRowsGone: isEnded && rows === "-", areWrittenOver } };
}

function submit(given: Given, world: World, op: Load, number: number): Step[] {
  const { content } = op.heart.aim.wanted;
  return waysToSend(given, world, number, content).map((sent) => {
    const { outcome, isAnswered, isOwn = false } = sent;
    const now = { ...op, touched: op.touched || outcome !== "unclear" };
    const step = tell(given, sent.world, now, { is: "sent", outcome, isAnswered }, isOwn);
    return { ...step, label: `submit ${number} (${content}) ${sent.how}; ${step.label}` };
  });
}

/** Druid runs a query of several parts as so many tasks under one id: the first has it, the others are refused. */
function waysToSend(given: Given, world: World, number: number, content: string): Sent[] {
  const ways = send(world, number, `R${content}`);
  if (!isFree(world, number)) return ways;
  const isNew = may(world, "splits") && world.split === "-" && !contentsIn(given.setting, world).has(content);
  if (!isNew && world.split !== content) return ways;
  const before = isNew ? { ...spend(world, "splits"), split: content } : world;
  const after = send({ ...before, left: 0 }, number, `R${content}`)[0]?.world ?? before;
  const first = { ...after, left: before.left };
  const split: Sent = { how: "is several tasks", world: first, outcome: "taken", isAnswered: true, isOwn: true };
  return isNew ? [...ways, split] : [split];
}

function mark(given: Given, world: World, op: Load, number: number, task: string): Step[] {
  return send(world, number, task).map((sent) => {
    const { outcome, isAnswered } = sent;
    const isLeftOut = outcome === "unclear" && !task.startsWith("N");
    let after = isLeftOut ? raise(sent.world, FLAG.unmarked) : sent.world;
    if (isLeftOut && task.startsWith("D")) after = raise(after, FLAG.forgot);
    const step = tell(given, after, { ...op, touched: true }, { is: "sent", outcome, isAnswered });
    return { ...step, label: `put ${task} under ${number}: it ${sent.how}; ${step.label}` };
  });
}

/** Its end is seen as it comes: an operation that is stopped between the two has seen as little as one stopped before. */
function follow(given: Given, world: World, op: Load, { taskId }: Extract<Action, { do: "follow" }>): Step[] {
  const number = numberOfTask(taskId);
  const see = (step: Step): Step =>
    both(step, tell(given, step.world, op, { is: "ended", end: endOf(step.world, number) }));
  const what = stateAt(world, number);
  if (what !== "R" && what !== "L") return [see({ label: "look", world })];
  return endings(given, world, number).flatMap((step) => {
    if (!may(world, "forgets") || world.flying.length > 0) return [see(step)];
    const isGone = (other: Step) => /[.F]/.test(stateAt(other.world, number));
    return [
      see(step),
      ...forgettings(given, step.world)
        .filter(isGone)
        .map((other) => see(both(step, other))),
    ];
  });
}

const ENDS = { S: "success", U: "unpublished", X: "unknown" } as const;
const endOf = (world: World, number: number) => ENDS[stateAt(world, number) as keyof typeof ENDS] ?? "lost";

function finished(given: Given, before: World, op: Load): Step {
  const { aim } = op.heart;
  const { content, target = "" } = aim.wanted;
  const record = op.saved && { ...op.saved, state: "SUCCESS" };
  const isInsert = given.setting.kind === "INSERT";
  const ended = aim.isNew ? leftAlone(given, { ...before, record }) : { ...before, record };
  const world = record?.adoptedTaskId === taskIdOf(BY_HAND) ? adopted(ended, given.setting.byHand) : ended;
  const isWished = isInsert ? !world.rows[target]?.includes(content) : has(world, into(target, FLAG.wished));
  const isIdle = op.replaces && isWished && aim.adoptTaskId === undefined;
  const isPassedOver = op.mustAdopt && record?.adoptedTaskId !== taskIdOf(BY_HAND);
  const what = isIdle
    ? "the replacement has loaded nothing"
    : isPassedOver
      ? "done without having adopted the task"
      : brokenPromise(given, world, target, content);
  const isTaken = has(world, into(target, FLAG.rowsTaken) | FLAG.halfDelete);
  const isBlind = op.blind && isTaken;
  const isAmongOthers = isTaken && world.rows[target] !== "-";
  const isInDoubt = op.mustAdopt && !isPassedOver && world.byHand === "X";
  let after = keptAfterAll({ ...world, operation: undefined }, target, content);
  // Our own drop is told by its tombstone; only a drop of somebody else, or half a delete, leaves no trace.
  if (isBlind || (isInDoubt && what !== undefined)) after = raise(after, into(target, FLAG.rowsTaken));
  after = settledBy(given, after, target, { isKept: what === undefined });
  return {
    label: `done with ${content}`,
    world: after,
    fault: faultOf(what, { isBlind, isAmongOthers, isInDoubt, target }),
  };
}
