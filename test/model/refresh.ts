/** A refresh: what `src` makes of what it sees; it changes nothing in Druid and saves at its end, so it is one step. */
import { observeFrom } from "../../src/ingestion/rules/record";
import type { Step } from "./druid";
import { rowsLookedAt } from "./promise";
import {
  BY_HAND,
  entriesOf,
  FLAG,
  type Given,
  into,
  lower,
  numberOfTask,
  runningNumbers,
  type Saved,
  stateAt,
  taskIdOf,
  type World,
} from "./world";

export function refresh(given: Given, world: World, record: Saved): Step[] {
  const target = given.setting.targets[record.content ?? ""];
  const entries = entriesOf(given, world, observeFrom(record));
  const seen = given.rules.seenByRefresh(record, target, entries, record.adopts ? taskIdOf(BY_HAND) : undefined);
  switch (seen.is) {
    case "nothingNew":
      return [saw(world, record, "nothing new")];
    case "stale": {
      const { number, published, run, adoptedTaskId } = seen;
      const more = run && { taskId: run.taskId };
      return [saw(world, record, "stale", { number, published, adoptedTaskId, state: "STALE", ...more })];
    }
    case "ended":
      return endOfRun(given, world, record, seen);
    case "askRows": {
      if (!record.rowsKnown) return [saw(world, record, "no rows are known of")];
      if (world.rows[seen.target] !== "-") return [saw(rowsLookedAt(given, world, record), record, "rows are there")];
      const now = lower(world, FLAG.halfDelete | into(seen.target, FLAG.rowsTaken));
      return [saw(now, record, "rows are gone", { published: [], state: "DATA_MISSING" })];
    }
  }
}

function endOfRun(
  { rules, setting }: Given,
  world: World,
  record: Saved,
  { taskId, end }: { taskId: string; end: "unpublished" | "unknown" },
): Step[] {
  const what = stateAt(world, numberOfTask(taskId));
  if (!/[SUX]/.test(what)) return [saw(world, record, "nothing new")];
  if (what !== "S")
    return [saw(world, record, "failed", { published: rules.publishedAtEnd(record, end), state: "FAILED" })];
  const succeeded = { published: rules.publishedAtEnd(record, "success"), rowsKnown: true };
  const steps = [saw(world, record, "success, not loaded yet", { ...succeeded, state: "RUNNING" })];
  // Rows that are gone are never seen loaded.
  if (world.rows[setting.targets[record.content ?? ""] ?? ""] !== "-") {
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
