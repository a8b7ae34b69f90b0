/** Finds the run whose rows are in the target, by going back through the sequence. Changes nothing. */
import type { Clock } from "../base/clock";
import type { DruidClient } from "../druid/client";
import { taskIdOf } from "./key";
import { observe } from "./observe";
import type { Wanted } from "./rules/sequence";

/** How far back a run is looked for: a longer chain of failures without a new load is not worth the requests. */
const BACK = 64;

/** The id of the last SUCCESS with the wanted content up to `number`; undefined where Druid knows none. */
export async function findRun(
  client: DruidClient,
  clock: Clock,
  key: string,
  number: number,
  wanted: Wanted,
  signal: AbortSignal,
): Promise<string | undefined> {
  const first = Math.max(1, number - BACK + 1);
  const known = await client.statuses(
    Array.from({ length: number - first + 1 }, (_, index) => taskIdOf(key, first + index)),
    { signal },
  );
  if (![...known.values()].some((status) => status.statusCode === "SUCCESS")) return undefined;
  const entries = await observe(client, clock, key, first, { signal });
  const runs = entries.filter(
    (entry) =>
      entry.is === "success" &&
      entry.number <= number &&
      entry.content === wanted.content &&
      entry.target === wanted.target,
  );
  return runs.at(-1)?.taskId;
}
