/** Finds the run whose rows are kept, if necessary by searching the sequence backwards. Changes nothing. */
import type { Clock } from "../../base/clock";
import type { DruidClient } from "../../druid/client";
import type { TaskReport, TaskStatus } from "../../druid/wire/task";
import type { Wanted } from "../rules/sequence";
import { lastReport } from "../run/wait";
import { taskIdOf } from "../sequence/key";
import { observe } from "../sequence/observe";
import type { Session } from "../session";
import type { Goal } from "./goal";

/** How far back to search; a longer chain of failures without a new load is not worth the requests. */
export const BACK = 64;

/** ID of the last SUCCESS with the wanted content up to `number`; undefined if Druid knows none. */
async function findRun(
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

/** The run, with the status and report that Druid still has. */
export async function keptRun(
  session: Session,
  { key, wanted }: Goal,
  known: string | undefined,
  upTo: number,
): Promise<{ taskId: string; status: TaskStatus | undefined; report: TaskReport | undefined } | undefined> {
  const { client, clock, signal } = session;
  const taskId = known ?? (await findRun(client, clock, key, upTo, wanted, signal));
  if (taskId === undefined) return undefined;
  const status = await client.status(taskId, { signal });
  return { taskId, status, report: status ? await lastReport(session, taskId) : undefined };
}

export function keptText(target: string | undefined, status: TaskStatus | undefined): string {
  const created = status?.createdTime ? Date.parse(status.createdTime) : Number.NaN;
  const finished = created + Math.max(0, status?.duration ?? 0);
  const when = Number.isNaN(finished) ? "" : `, finished at ${new Date(finished).toISOString()}`;
  const what = target === undefined ? "The export" : `"${target}"`;
  return `${what} is up to date${status ? ` (task ${status.id}${when})` : ""}: nothing to run`;
}
