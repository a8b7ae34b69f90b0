/**
 * Whether another ingestion of this stack has loaded the very same rows: an ingestion that was renamed without an alias
 * comes as a new one, and would load beside what it has loaded under its old name. Changes nothing.
 */
import { DruidIngestionError, isHttpError } from "../../base/errors";
import { rowsWritten } from "../report/progress";
import type { Wanted } from "../rules/sequence";
import { lastReport } from "../run/wait";
import { rowsOf } from "../segments/rows";
import { nameOf, numberOf } from "../sequence/key";
import { markerOf } from "../sequence/observe";
import type { Session } from "../session";

/** So many of the newest tasks are looked at: a stack has few ingestions into one datasource. */
const LOOKED_AT = 50;

export interface OtherLoad {
  taskId: string;
  urn: string;
  /** The very same content. */
  isSame: boolean;
}

/** The newest of each other ingestion of this stack, but of those that have loaded the very same the one that has. */
export async function loadsOfOthers(
  session: Session,
  { key, names, wanted }: { key: string; names: readonly string[]; wanted: Wanted },
): Promise<OtherLoad[]> {
  const { target, content } = wanted;
  if (target === undefined) return [];
  const { client, signal } = session;
  const found = new Map<string, OtherLoad>();
  try {
    const tasks = await client.tasksInto(target, { signal });
    const ours = tasks.filter(({ id }) => /^query-pulumi-.+-[0-9a-f]{10}-\d+$/.test(id) && !numberOf(key, id));
    for (const { id: taskId, statusCode } of ours.slice(0, LOOKED_AT)) {
      if (statusCode === "FAILED") continue;
      const payload = await client.payload(taskId, { signal });
      const marker = payload && markerOf(payload);
      if (marker?.is !== "run" || names.includes(marker.urn) || !isSameStack(marker.urn, names[0] ?? "")) continue;
      const { urn } = marker;
      const isSame = marker.content === content;
      if (found.get(urn)?.isSame || (found.has(urn) && !isSame)) continue;
      if (statusCode !== "SUCCESS" || !(await areRowsGone(session, taskId, target)))
        found.set(urn, { taskId, urn, isSame });
    }
  } catch (error) {
    // Who may not list tasks is not warned; everything else is told by the requests that follow.
    if (isHttpError(error)) return [];
    throw error;
  }
  return [...found.values()];
}

async function areRowsGone(session: Session, taskId: string, target: string): Promise<boolean> {
  const report = await lastReport(session, taskId);
  return (await rowsOf(session, target, report && rowsWritten(report))) === "gone";
}

const isSameStack = (one: string, other: string): boolean => stackOf(one) === stackOf(other);
const stackOf = (urn: string): string => urn.split("::").slice(0, 2).join("::");

export function loadedByOther(
  { taskId, urn }: { taskId: string; urn: string },
  target: string,
  url: string,
): DruidIngestionError {
  const name = nameOf(urn);
  return new DruidIngestionError(
    "undecidable",
    `Cannot load into "${target}" on "${url}": "${name}" of this stack has loaded exactly this already (task ` +
      `"${taskId}"), and its rows would stand there twice; if this is "${name}" under a new name, add the resource ` +
      `option aliases: [{ name: "${name}" }] (or, once "${name}" is gone, adoptTaskId "${taskId}"); to load the rows a ` +
      "second time, give triggers a value",
  );
}
