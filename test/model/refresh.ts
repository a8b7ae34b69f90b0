/** `src/lifecycle/read.ts`; it changes nothing in Druid and saves at its end, so it is one step. */
import { NONE } from "../../src/ingestion/sequence";
import type { Step } from "./druid";
import {
  entriesOf,
  FLAG,
  type Given,
  into,
  isFree,
  lower,
  runningNumbers,
  type Saved,
  stateAt,
  type World,
} from "./world";

export function refresh(given: Given, world: World, record: Saved): Step[] {
  const { rules, setting } = given;
  const target = setting.targets[record.content] ?? "";
  const entries = entriesOf(given, world, rules.observeFrom(record));
  const isRunning = record.state === "RUNNING";
  if (entries.some((entry) => entry.number > record.number)) {
    const { number, published, run } = rules.settled(record, target, entries);
    const own = run && { task: run.number, adopted: false };
    return [saw(world, record, "stale", { number, published, state: "STALE", ...own })];
  }
  const own = entries.find((entry) => entry.number === record.number);
  if (isRunning && record.task > 0 && (record.adopted || (own && own.is !== "running"))) {
    return endOfRun(given, world, record, own?.is === "unpublished" ? "unpublished" : "unknown");
  }
  const isAsked = record.state === "SUCCESS" && record.published.some((content) => content !== NONE);
  if (!isAsked || !record.rowsKnown) return [saw(world, record, "nothing new")];
  const seen = lower(world, FLAG.halfDelete | into(target, FLAG.rowsTaken));
  if (world.rows[target] !== "-") return [saw(seen, record, "rows are there")];
  return [saw(seen, record, "rows are gone", { published: [NONE], state: "DATA_MISSING" })];
}

function endOfRun(given: Given, world: World, record: Saved, end: "unpublished" | "unknown"): Step[] {
  const { rules, setting } = given;
  const { published, content, task } = record;
  if (isFree(world, task) || stateAt(world, task) === "R") return [saw(world, record, "nothing new")];
  if (stateAt(world, task) !== "S") {
    return [
      saw(world, record, "failed", { published: rules.publishedAfter(published, content, end), state: "FAILED" }),
    ];
  }
  const succeeded = { published: rules.publishedAfter(published, content, "success"), rowsKnown: true };
  const steps = [saw(world, record, "success, not loaded yet", { ...succeeded, state: "RUNNING" })];
  // Rows that are gone are never seen loaded.
  if (world.rows[setting.targets[content] ?? ""] !== "-") {
    steps.push(saw(world, record, "success", { ...succeeded, state: "SUCCESS" }));
  }
  return steps;
}

function saw(world: World, record: Saved, how: string, found: Partial<Saved> = {}): Step {
  let after: World = { ...world, record: { ...record, ...found } };
  // What is still on its way, or runs, cannot be seen to the end.
  if (world.flying.length === 0) after = lower(after, FLAG.killedUpdate);
  if (world.flying.length === 0 && runningNumbers(world).length === 0) after = lower(after, FLAG.unmarked);
  return { label: `refresh: ${how}`, world: after };
}
