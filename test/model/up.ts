/** A create or an update: the heart of `src`, told all that can come of what it wants done. */
import type { Action, Event } from "../../src/ingestion/rules/heart";
import { both, endings, forgettings, type Step } from "./druid";
import { finished } from "./finished";
import { findRun, goOn, savedOf, tell } from "./heart";
import { cancel } from "./operation";
import { mark, submit } from "./requests";
import {
  BY_HAND,
  type Given,
  isNoted,
  type Load,
  may,
  numberOfTask,
  type Saved,
  stateAt,
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
    retries: setting.retries ?? 0,
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

/** What is saved where an interrupt comes while an answer is awaited. */
export function toldInterrupted({ rules }: Given, { heart, saved }: Load): Saved | undefined {
  const { action } = heart;
  // Of a mark, and of a note on a task that has ended, nothing is saved: the last save stays.
  if (action.do !== "submit" && !(action.do === "noteAdopted" && action.runs)) return saved;
  const { save } = rules.step(heart, { is: "sent", outcome: "unclear" });
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
      return [tell(given, world, op, lookAt(given, world, op, action.over))];
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

function lookAt({ setting }: Given, world: World, { heart }: Load, over: string | undefined): Event {
  const { byHand, tasks } = world;
  const { content: wanted } = heart.aim.wanted;
  const isNoted = new RegExp(`[ND]${wanted}`).test(tasks);
  if (byHand === "F" || byHand === ".") return { is: "adoptee", adoptee: { is: "forgotten", isNoted } };
  const is = ADOPTEES[byHand as keyof typeof ADOPTEES];
  const dataSource = setting.targets[setting.byHand ?? ""] ?? "";
  const rows = world.rows[dataSource] ?? "-";
  const isEnded = is === "success" || is === "unknown";
  const isOver =
    isEnded && over !== undefined && over !== taskIdOf(BY_HAND) && /[SX]/.test(stateAt(world, numberOfTask(over)));
  const what = { type: "query_controller", dataSource, content: undefined, isNoted };
  const areWrittenOver = isOver && rows !== "x" && rows !== wanted;
  return { is: "adoptee", adoptee: { is, ...what, areRowsGone: isEnded && rows === "-", areWrittenOver } };
}

/**
 * Its end is seen as it comes: an operation that is stopped between the two has seen as little as one stopped before.
 */
function follow(given: Given, world: World, op: Load, { taskId }: Extract<Action, { do: "follow" }>): Step[] {
  const number = numberOfTask(taskId);
  const see = (step: Step): Step =>
    both(step, tell(given, step.world, op, { is: "ended", end: endOf(step.world, number), passes: true }));
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
