/**
 * Whether another ingestion of this stack has loaded the very same rows: an ingestion that was renamed without an alias
 * comes as a new one, and would load beside what it has loaded under its old name. Changes nothing.
 */
import { DruidIngestionError, isHttpError } from "../base/errors";
import type { Goal } from "./goal";
import { nameOf, numberOf } from "./key";
import { markerOf } from "./observe";
import { rowsWritten } from "./progress";
import { rowsOf } from "./rows";
import type { Session } from "./session";
import { lastReport } from "./wait";

/** So many of the newest tasks are looked at: a stack has few ingestions into one datasource. */
const LOOKED_AT = 50;

export async function otherLoad(
  session: Session,
  { key, urn, wanted }: Pick<Goal, "key" | "urn" | "wanted">,
): Promise<{ taskId: string; urn: string } | undefined> {
  if (wanted.target === undefined) return undefined;
  const { client, signal } = session;
  try {
    const tasks = await client.tasksInto(wanted.target, { signal });
    const ours = tasks.filter(({ id }) => /^query-pulumi-.+-[0-9a-f]{10}-\d+$/.test(id) && !numberOf(key, id));
    for (const { id: taskId, statusCode } of ours.slice(0, LOOKED_AT)) {
      const payload = await client.payload(taskId, { signal });
      const marker = payload && markerOf(payload);
      if (marker?.is !== "run" || marker.content !== wanted.content || statusCode === "FAILED") continue;
      if (!isSameStack(marker.urn, urn) || marker.urn === urn) continue;
      if (statusCode === "SUCCESS" && (await areRowsGone(session, taskId, wanted.target))) return undefined;
      return { taskId, urn: marker.urn };
    }
  } catch (error) {
    // Who may not list tasks is not warned; everything else is told by the requests that follow.
    if (isHttpError(error)) return undefined;
    throw error;
  }
  return undefined;
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
