/**
 * One moment of the model: Druid's tasks, what is on its way to Druid, the rows, the engine's record, and the operation
 * that runs.
 */
import type { Heart } from "../../src/ingestion/rules/heart";
import type { Recorded } from "../../src/ingestion/rules/record";
import type { Removal } from "../../src/ingestion/rules/removal";
import type { Entry } from "../../src/ingestion/rules/sequence";
import { happened, type Limits, type Mishap, mayHappen, packed } from "./left";
import type { Rules } from "./rules";

export interface Setting {
  kind: "INSERT" | "REPLACE";
  /** Target of each content; contents are named by one letter, targets "1", "2" … */
  targets: Readonly<Record<string, string>>;
  /** The content that somebody may load by hand, as task X, once. */
  byHand?: string | undefined;
  /** How often a run that failed and has published nothing is repeated; absent: never. */
  retries?: number | undefined;
  limits: Limits;
}

/** What a step goes by. */
export interface Given {
  rules: Rules;
  setting: Setting;
}

/** What the engine has saved of the resource. */
export interface Saved extends Recorded {
  /** Whether its report is there, and with it how many rows it published. */
  rowsKnown: boolean;
  /** The program said to adopt task X. */
  adopts: boolean;
}

/** An operation between two of its steps: what `src` knows in the middle of it, and what its runner does. */
export type Operation = {
  /** Tasks that it still has to cancel, by their numbers. */
  canceling: readonly number[];
  /** Has asked Druid to change something. */
  touched: boolean;
} & (Loading | Removing);

export interface Loading {
  is: "load";
  heart: Heart;
  saved: Saved | undefined;
  /** It is the second half of a replacement that was asked for, and so has to load. */
  replaces: boolean;
  /** It is told to adopt a task, and no operation before it has. */
  mustAdopt: boolean;
  /** Had to take the rows for there, since nobody knew of any. */
  blind: boolean;
}

export interface Removing {
  is: "remove";
  removal: Removal;
}

export type Load = Extract<Operation, { is: "load" }>;
export type Remove = Extract<Operation, { is: "remove" }>;

export interface World {
  /**
   * Two letters a number. First: R runs, L runs and was left alone, S success, U ended unpublished, X ended and nobody
   * knows, M mark, T tombstone, N note that task X is adopted and runs, D note that it is adopted and was done, `.` not
   * known to Druid; then the content, or the target of a tombstone.
   */
  tasks: string;
  /** The task that was made by hand, its number is 0: `.` not made yet, `F` forgotten, else as above. */
  byHand: string;
  /** The content that Druid makes several tasks of, `-` for none. */
  split: string;
  /** Requests that may still take effect: number and two letters as above, sorted. */
  flying: readonly string[];
  /**
   * Of a REPLACE the content last published into each target, of an INSERT all of them, sorted, in a small letter where
   * a replacement has given it up; `x` for those of the task made by hand that nobody has adopted, `-` for none.
   */
  rows: Readonly<Record<string, string>>;
  record: Saved | undefined;
  operation: Operation | undefined;
  flags: number;
  /** What may still happen: see `left.ts`. */
  left: number;
}

/** What has happened in this run and bears on what may be expected. Three are of one target: see `into`. */
export const FLAG = {
  /** An update was killed after it had changed Druid: the record knows nothing of it. */
  killedUpdate: 1,
  /** A delete was stopped after it had changed Druid: the record knows nothing of it. */
  halfDelete: 2,
  /** Druid has forgotten a task that the record does not account for. */
  historyLost: 4,
  /** A mark was not put while something was on its way. */
  unmarked: 8,
  /** Druid has forgotten a task, or has not taken a note, and what it knows may not tell of all rows. */
  forgot: 16,
  /** A replacement was asked for: a REPLACE may run once more. */
  wished: 32,
  /** The last rows came from a run of which nobody knows the end: a REPLACE may run once more. */
  unsure: 64,
  /** Somebody else has taken the rows. */
  rowsTaken: 128,
  /** A task was adopted that has failed, though nobody knows how, and has published nothing. */
  adoptedNothing: 2048,
} as const;

export const into = (target: string, flag: number): number => flag << (3 * (Number(target) - 1));

export const has = (world: World, flag: number): boolean => (world.flags & flag) !== 0;
export const raise = (world: World, flag: number): World =>
  (world.flags & flag) === flag ? world : { ...world, flags: world.flags | flag };
export const lower = (world: World, flag: number): World =>
  (world.flags & flag) === 0 ? world : { ...world, flags: world.flags & ~flag };
export const spend = (world: World, mishap: Mishap): World => ({ ...world, left: happened(world.left, mishap) });
export const may = ({ left }: World, mishap: Mishap): boolean => mayHappen(left, mishap);

export function begin({ targets, limits }: Setting): World {
  return {
    tasks: "",
    byHand: ".",
    split: "-",
    flying: [],
    rows: Object.fromEntries(Object.values(targets).map((target) => [target, "-"])),
    record: undefined,
    operation: undefined,
    flags: 0,
    left: packed(limits),
  };
}

/** The task that was made by hand has a number of no sequence. */
export const BY_HAND = 0;
export const taskIdOf = (number: number): string => (number === BY_HAND ? "X" : `${number}`);
export const numberOfTask = (taskId: string): number => (taskId === "X" ? BY_HAND : Number(taskId));

/** First letter of a task, `.` for none. */
export const stateAt = ({ tasks, byHand }: World, number: number): string =>
  number === BY_HAND ? byHand : (tasks[2 * number - 2] ?? ".");
export const taskAt = ({ tasks }: World, number: number): string => tasks.slice(2 * number - 2, 2 * number);
export const contentAt = ({ setting }: Given, { tasks }: World, number: number): string =>
  (number === BY_HAND ? setting.byHand : tasks[2 * number - 1]) ?? ".";
export const isFree = (world: World, number: number): boolean => stateAt(world, number) === ".";
export const numberOf = (request: string): number => Number(request.slice(0, -2));

export function putTask(world: World, number: number, task: string): World {
  if (number === BY_HAND) return { ...world, byHand: task.charAt(0) };
  const before = world.tasks.padEnd(2 * number, ".");
  const tasks = before.slice(0, 2 * number - 2) + task + before.slice(2 * number);
  const after = { ...world, tasks: task === ".." ? tasks.replace(/(\.\.)+$/, "") : tasks };
  return task.startsWith("N") || task.startsWith("D") ? adopted(after, task.charAt(0), task.charAt(1)) : after;
}

/** From now on the rows of the task made by hand are what was wanted. */
export function adopted(world: World, note: string, content: string): World {
  const held = Object.entries(world.rows).find(([, rows]) => rows.includes("x"));
  if (!held) return note === "D" && world.byHand === "X" ? raise(world, FLAG.adoptedNothing) : world;
  const [target, rows] = held;
  return { ...world, rows: { ...world.rows, [target]: withRows(rows.replace("x", ""), content) } };
}

export const isNoted = ({ tasks }: World): boolean => /[ND]/.test(tasks);

export function withRows(rows: string, content: string): string {
  if (rows === "-" || rows === "") return content;
  return rows.includes(content) ? rows : [...rows, content].sort().join("");
}

/** What a replacement gives up is to come once more; what is kept after all is not. */
export function givenUp(world: World, target: string, content: string): World {
  const rows = (world.rows[target] ?? "-").replace(content, content.toLowerCase());
  return { ...world, rows: { ...world.rows, [target]: [...rows].sort().join("") } };
}

export function keptAfterAll(world: World, target: string, content: string): World {
  const rows = world.rows[target] ?? "-";
  const given = content.toLowerCase();
  if (!rows.includes(given)) return world;
  return { ...world, rows: { ...world.rows, [target]: withRows(rows.replace(given, ""), content) } };
}

/** Tasks of the sequence that run and were not left alone. */
export function runningNumbers({ tasks }: World, letter = "R"): number[] {
  const numbers: number[] = [];
  for (let at = tasks.indexOf(letter); at >= 0; at = tasks.indexOf(letter, at + 1)) numbers.push(at / 2 + 1);
  return numbers;
}

const IS = {
  R: "running",
  L: "running",
  S: "success",
  D: "success",
  U: "unpublished",
  X: "unknown",
  F: "unknown",
} as const;

/** What `observe` answers. */
export function entriesOf({ setting }: Given, world: World, from: number): Entry[] {
  const { tasks, byHand } = world;
  const { kind } = setting;
  const entries: Entry[] = [];
  for (let number = from; number <= tasks.length / 2; number += 1) {
    const what = tasks[2 * number - 2] ?? ".";
    const content = tasks[2 * number - 1] ?? "";
    const taskId = `${number}`;
    const target = setting.targets[content];
    if (what === "M") entries.push({ is: "mark", number, taskId });
    else if (what === "T") entries.push({ is: "tombstone", number, taskId, target: content });
    else if (what === "N" || what === "D") {
      const is = IS[(what === "N" ? byHand : "D") as keyof typeof IS];
      const isForgotten = what === "N" && byHand === "F";
      entries.push({
        is,
        number,
        taskId: "X",
        content,
        target,
        kind,
        isAdopted: true,
        isVouchedFor: true,
        isForgotten,
      });
    } else if (what !== ".") {
      entries.push({ is: IS[what as keyof typeof IS], number, taskId, content, target, kind });
    }
  }
  return entries;
}
