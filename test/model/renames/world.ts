/**
 * A small model beside the large one: an INSERT whose ingestion is renamed to and fro by alias, so that it has a
 * sequence under each of two names. What is searched are the very steps of `src` that move a sequence, and those that
 * load and remove.
 */
import type { Recorded } from "../../../src/ingestion/rules/record";
import type { Notes } from "../../../src/ingestion/rules/rename";
import type { Entry } from "../../../src/ingestion/rules/sequence";

export type Name = "1" | "2";

/** A run, ended or not, or a note: a mark, a note about a former name, or a fence under that name. */
export type Task =
  | { is: "running" | "success" | "unpublished"; content: string }
  | { is: "mark" }
  | { is: "from"; key: Name; upTo: number }
  | { is: "to"; key: Name };

export interface Request {
  key: Name;
  number: number;
  task: Task;
}

export type Saved = Recorded & { key: Name };

export interface World {
  /** By number, from 1; null where Druid knows none. */
  tasks: Readonly<Record<Name, readonly (Task | null)[]>>;
  /** Requests of dead processes; each may take effect at any time. */
  flying: readonly Request[];
  /** The contents that were published. */
  rows: readonly string[];
  record: Saved | undefined;
  /** What the program calls the resource now; the other name is its alias. */
  name: Name;
  /** An update was killed after it had changed Druid: its record shows no difference if the old text is put back. */
  blind: boolean;
  left: { operations: number; stops: number; lost: number; forgets: number };
}

export const other = (name: Name): Name => (name === "1" ? "2" : "1");

/** One possible course of an operation; it changes its own copy of the world. */
export interface Run {
  world: World;
  /** Picks one of that many alternatives; the search later returns for the others. */
  choose(count: number): number;
  said: string[];
}

export class Stopped extends Error {}
export class Fault extends Error {}

export const taskAt = ({ tasks }: World, key: Name, number: number): Task | null => tasks[key][number - 1] ?? null;

export function put(run: Run, { key, number, task }: Request): void {
  const { tasks } = run.world;
  const list = [...tasks[key]];
  while (list.length < number) list.push(null);
  list[number - 1] = task;
  run.world = { ...run.world, tasks: { ...tasks, [key]: list } };
}

export function end(run: Run, key: Name, number: number, is: "success" | "unpublished"): void {
  const task = taskAt(run.world, key, number);
  if (task?.is !== "running") return;
  const { content } = task;
  put(run, { key, number, task: { is, content } });
  run.said.push(`${key}-${number} (${content}) ends ${is}`);
  if (is !== "success") return;
  if (run.world.rows.includes(content)) throw new Fault(`${content} is published a second time`);
  run.world = { ...run.world, rows: [...run.world.rows, content].sort() };
}

/** What may have happened since the last look without any operation. */
export function happen(run: Run): void {
  for (const request of run.world.flying) {
    if (taskAt(run.world, request.key, request.number) === null && run.choose(2) === 0) continue;
    run.world = { ...run.world, flying: run.world.flying.filter((one) => one !== request) };
    if (taskAt(run.world, request.key, request.number) !== null) continue;
    put(run, request);
    run.said.push(`a late request lands: ${request.key}-${request.number} ${request.task.is}`);
  }
  for (const key of ["1", "2"] as const) {
    run.world.tasks[key].forEach((task, index) => {
      if (task?.is !== "running") return;
      const how = run.choose(3);
      if (how > 0) end(run, key, index + 1, how === 1 ? "success" : "unpublished");
    });
  }
}

/** As `sequence/observe.ts` reads it. */
export function observe(world: World, key: Name, from: number, readers: readonly Name[] = []): Entry[] {
  return numbersOf(world, key, from, world.tasks[key].length, readers);
}

function numbersOf(world: World, key: Name, from: number, upTo: number, readers: readonly Name[]): Entry[] {
  let entries: Entry[] = [];
  for (let number = from; number <= Math.min(upTo, world.tasks[key].length); number += 1) {
    const task = taskAt(world, key, number);
    if (!task) continue;
    if (task.is === "to" && !readers.includes(task.key)) entries = [];
    entries.push(...entriesAt(world, key, number, task, readers));
  }
  return entries;
}

function entriesAt(world: World, key: Name, number: number, task: Task, readers: readonly Name[]): Entry[] {
  const taskId = `${key}-${number}`;
  switch (task.is) {
    case "mark":
      return [{ is: "mark", number, taskId }];
    case "to":
      return [{ is: "mark", number, taskId, to: task.key }];
    case "from": {
      const mark: Entry = { is: "mark", number, taskId, from: { key: task.key, upTo: task.upTo } };
      if (readers.length >= 16) return [mark];
      const earlier = numbersOf(world, task.key, 1, task.upTo, [...readers, key]);
      const runs = earlier.flatMap((entry): Entry[] =>
        entry.is === "mark" ? [] : [{ ...entry, number, isAdopted: true }],
      );
      return [...runs, mark];
    }
    default:
      return [{ is: task.is, number, taskId, content: task.content, target: "wiki", kind: "INSERT" }];
  }
}

export const notesFrom = ({ tasks }: World, key: Name, from: number): Notes =>
  tasks[key].flatMap((task, index) => (task && index + 1 >= from ? [[index + 1, task] as const] : []));
