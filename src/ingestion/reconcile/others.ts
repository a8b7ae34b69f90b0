/**
 * Finds out whether another ingestion of this stack has loaded the same rows. An ingestion that was renamed without an
 * alias looks like a new one, and would load again what it loaded under its old name. Changes nothing.
 */
import { DruidIngestionError, isHttpError } from "../../base/errors";
import { isOutage } from "../../druid/transport/retry";
import { rowsWritten } from "../report/progress";
import type { Wanted } from "../rules/sequence";
import { lastReport } from "../run/wait";
import { rowsOf } from "../segments/rows";
import { nameOf, numberOf } from "../sequence/key";
import { markerOf } from "../sequence/observe";
import type { Session } from "../session";

/** How many of the newest tasks are checked; a stack has few ingestions into one datasource. */
const LOOKED_AT = 50;

export interface OtherLoad {
  taskId: string;
  urn: string;
  /** Whether it loaded the same content. */
  isSame: boolean;
}

export interface Loads {
  others: OtherLoad[];
  /** Whether the asking ingestion itself is among those whose tasks Druid lists. */
  hasOwn: boolean;
}

/** The ingestion that asks: its key, its names of today and before, and what it wants to load. */
interface Asker {
  key: string;
  names: readonly string[];
  wanted: Wanted;
  /** Looks no further at loads of other content. */
  onlySame?: boolean;
}

export async function sameLoadOfOther(session: Session, asker: Asker): Promise<OtherLoad | undefined> {
  return (await loadsOfOthers(session, { ...asker, onlySame: true }))?.others.find(({ isSame }) => isSame);
}

/**
 * One load per other ingestion of this stack: the one with the same content if there is one, otherwise the newest.
 * Undefined if Druid does not list the tasks.
 */
export async function loadsOfOthers(
  session: Session,
  { key, names, wanted, onlySame = false }: Asker,
): Promise<Loads | undefined> {
  const { target, content } = wanted;
  if (target === undefined) return { others: [], hasOwn: false };
  const { client, signal } = session;
  const found = new Map<string, OtherLoad>();
  let hasOwn = false;
  try {
    const tasks = await client.tasksInto(target, { signal });
    hasOwn = tasks.some(({ id }) => numberOf(key, id) !== undefined);
    const ours = tasks.filter(({ id }) => /^query-pulumi-.+-[0-9a-f]{10}-\d+$/.test(id) && !numberOf(key, id));
    for (const { id: taskId, statusCode } of ours.slice(0, LOOKED_AT)) {
      if (statusCode === "FAILED") continue;
      const payload = await client.payload(taskId, { signal });
      const marker = payload && markerOf(payload);
      if (marker?.is !== "run" || names.includes(marker.urn) || !isSameStack(marker.urn, names[0] ?? "")) continue;
      const { urn } = marker;
      const isSame = marker.content === content;
      if ((onlySame && !isSame) || found.get(urn)?.isSame || (found.has(urn) && !isSame)) continue;
      if (statusCode !== "SUCCESS" || !(await areRowsGone(session, taskId, target)))
        found.set(urn, { taskId, urn, isSame });
    }
  } catch (error) {
    // Where listing tasks is not allowed, only this question is lost. A server that fails may yet answer it.
    if (isHttpError(error) && !isOutage(error)) return undefined;
    throw error;
  }
  return { others: [...found.values()], hasOwn };
}

async function areRowsGone(session: Session, taskId: string, target: string): Promise<boolean> {
  const report = await lastReport(session, taskId);
  return (await rowsOf(session, target, report && rowsWritten(report))) === "gone";
}

const isSameStack = (one: string, other: string): boolean => stackOf(one) === stackOf(other);
const stackOf = (urn: string): string => urn.split("::").slice(0, 2).join("::");

/** What to write into `aliases` so that `urn` is known by its former URN; a name alone implies the present parent. */
export function aliasFor(urn: string, former: string): string {
  const name = nameOf(former);
  const sibling = urn.slice(0, urn.length - nameOf(urn).length) + name;
  return sibling === former ? `{ name: "${name}" }` : `"${former}"`;
}

export function loadedByOther(
  { taskId, urn }: { taskId: string; urn: string },
  own: string,
  target: string,
  url: string,
): DruidIngestionError {
  const name = nameOf(urn);
  return new DruidIngestionError(
    "undecidable",
    `Cannot load into "${target}" on "${url}": "${name}" of this stack has already loaded exactly these rows (task ` +
      `"${taskId}"), and they would be there twice; if this is "${name}" under a new name or parent, add the ` +
      `resource option aliases: [${aliasFor(own, urn)}] (or, once "${name}" is gone, adoptTaskId "${taskId}"); to load the rows a ` +
      "second time, set triggers to any value",
  );
}
