/**
 * One moment of the model: Druid's tasks, what is on its way to Druid, the rows, the engine's record, and the operation
 * that runs.
 */
import type { Open } from "../../src/ingestion/record";
import { type Entry, NONE, type Situation } from "../../src/ingestion/sequence";
import { happened, type Limits, type Mishap, mayHappen, packed } from "./left";
import type { Rules } from "./rules";

export interface Setting {
  kind: "INSERT" | "REPLACE";
  /** Target of each content; contents are named by one letter, targets "1", "2" … */
  targets: Readonly<Record<string, string>>;
  limits: Limits;
}

/** What a step goes by. */
export interface Given {
  rules: Rules;
  setting: Setting;
}

/** What the engine has saved of the resource; `task` is the number of the task whose run it is, 0 for none. */
export interface Saved extends Open {
  content: string;
  task: number;
  /** Whether its report is there, and with it how many rows it published. */
  rowsKnown: boolean;
}

export type Phase = "cancel" | "observe" | "askRows" | "keep" | "submit" | "follow" | "load" | RemovePhase;
export type RemovePhase = "removeCancel" | "drop" | "mark";

/** An operation between two of its steps. */
export interface Operation {
  phase: Phase;
  /** `-` for a delete. */
  wanted: string;
  /** Of a delete: the rows go too; and, later, they have gone. */
  drops: boolean;
  recorded: Saved;
  rows: Situation["rows"];
  /** The last number seen when it asked for rows. */
  askedOf: number;
  saved: Saved | undefined;
  givenUpTo: number;
  /** It is the second half of a replacement that was asked for, and so has to load. */
  replaces: boolean;
  /** Has asked Druid to change something. */
  touched: boolean;
  /** Had to take the rows for there, since nobody knew of any. */
  blind: boolean;
  /** Of the decision: tasks to cancel, the number accounted for, the run that is kept. */
  numbers: readonly number[];
  number: number;
  published: readonly string[];
  run: number;
}

export interface World {
  /**
   * Two letters a number. First: R runs, S success, U ended unpublished, X ended and nobody knows, M mark, T tombstone,
   * `.` not known to Druid; then the content, or the target of a tombstone.
   */
  tasks: string;
  /** Requests that may still take effect: number and two letters as above, sorted. */
  flying: readonly string[];
  /** The content last published into each target, `-` for none. */
  rows: Readonly<Record<string, string>>;
  record: Saved | undefined;
  operation: Operation | undefined;
  flags: number;
  /** What may still happen: see `left.ts`. */
  left: number;
}

/** What has happened in this run and bears on what may be expected. The last three are of one target: see `into`. */
export const FLAG = {
  /** An update was killed after it had changed Druid: the record knows nothing of it. */
  killedUpdate: 1,
  /** A delete was stopped after it had changed Druid: the record knows nothing of it. */
  halfDelete: 2,
  /** Druid has forgotten a task that the record does not account for. */
  historyLost: 4,
  /** A mark was not put while something was on its way. */
  unmarked: 8,
  /** Druid has forgotten a task, and knows of no later SUCCESS. */
  forgot: 16,
  /** A replacement was asked for: the same content may come once more. */
  wished: 32,
  /** The last rows came from a run of which nobody knows the end: a REPLACE may run once more. */
  unsure: 64,
  /** Somebody else has taken the rows. */
  rowsTaken: 128,
} as const;

export const into = (target: string, flag: number): number => flag << (3 * (Number(target) - 1));

export const has = (world: World, flag: number): boolean => (world.flags & flag) !== 0;
export const raise = (world: World, flag: number): World =>
  (world.flags & flag) === flag ? world : { ...world, flags: world.flags | flag };
export const lower = (world: World, flag: number): World =>
  (world.flags & flag) === 0 ? world : { ...world, flags: world.flags & ~flag };
export const spend = (world: World, mishap: Mishap): World => ({ ...world, left: happened(world.left, mishap) });
export const may = ({ left }: World, mishap: Mishap): boolean => mayHappen(left, mishap);

export const nothingRecorded = (content: string): Saved => ({
  number: 0,
  published: [NONE],
  state: undefined,
  taskId: undefined,
  adopted: false,
  task: 0,
  rowsKnown: false,
  content,
});

export function begin({ targets, limits }: Setting): World {
  return {
    tasks: "",
    flying: [],
    rows: Object.fromEntries(Object.values(targets).map((target) => [target, "-"])),
    record: undefined,
    operation: undefined,
    flags: 0,
    left: packed(limits),
  };
}

export const taskAt = ({ tasks }: World, number: number): string => tasks.slice(2 * number - 2, 2 * number);
/** First letter of a task, `.` for none. */
export const stateAt = ({ tasks }: World, number: number): string => tasks[2 * number - 2] ?? ".";
export const isFree = (world: World, number: number): boolean => stateAt(world, number) === ".";
export const numberOf = (request: string): number => Number(request.slice(0, -2));

export function putTask(world: World, number: number, task: string): World {
  const before = world.tasks.padEnd(2 * number, ".");
  const tasks = before.slice(0, 2 * number - 2) + task + before.slice(2 * number);
  return { ...world, tasks: task === ".." ? tasks.replace(/(\.\.)+$/, "") : tasks };
}

export function runningNumbers({ tasks }: World): number[] {
  const numbers: number[] = [];
  for (let at = tasks.indexOf("R"); at >= 0; at = tasks.indexOf("R", at + 1)) numbers.push(at / 2 + 1);
  return numbers;
}

const IS = { R: "running", S: "success", U: "unpublished", X: "unknown" } as const;

/** What `observe` answers. */
export function entriesOf({ setting }: Given, { tasks }: World, from: number): Entry[] {
  const entries: Entry[] = [];
  for (let number = from; number <= tasks.length / 2; number += 1) {
    const what = tasks[2 * number - 2];
    const content = tasks[2 * number - 1] ?? "";
    const taskId = `${number}`;
    if (what === "M") entries.push({ is: "mark", number, taskId });
    else if (what === "T") entries.push({ is: "tombstone", number, taskId, target: content });
    else if (what !== ".") {
      entries.push({ is: IS[what as keyof typeof IS], number, taskId, content, target: setting.targets[content] });
    }
  }
  return entries;
}
