/** Reads from Druid the task that a user wants to adopt, and explains why it cannot be adopted. Changes nothing. */
import { DruidIngestionError } from "../../base/errors";
import type { TaskStatus } from "../../druid/wire/task";
import { rowsWritten } from "../report/progress";
import type { Adoptee, Refused } from "../rules/adoptable";
import type { Action } from "../rules/heart";
import { isNoted } from "../rules/sequence";
import { endOf } from "../run/end-of-task";
import { lastReport } from "../run/wait";
import { rowsOf } from "../segments/rows";
import { markerOf, observe } from "../sequence/observe";
import type { Session } from "../session";
import type { Goal } from "./goal";

export async function adopteeOf(
  session: Session,
  goal: Pick<Goal, "key" | "wanted">,
  { taskId, over, isRepeated }: Extract<Action, { do: "lookAt" }>,
): Promise<Adoptee> {
  const { client, clock, signal } = session;
  const { target } = goal.wanted;
  const status = await client.status(taskId, { signal });
  // Only then does the note decide.
  const isNoted = !status || isRepeated ? await isNotedFor(session, goal, taskId) : false;
  if (!status) return { is: "forgotten", isNoted };
  const payload = await client.payload(taskId, { signal });
  const marker = payload && markerOf(payload);
  const what = {
    type: payload?.type ?? status.type ?? undefined,
    dataSource: payload?.dataSource ?? status.dataSource ?? undefined,
    content: marker && "content" in marker ? marker.content : undefined,
    areRowsGone: false,
    areWrittenOver: false,
    isNoted,
  };
  if (status.statusCode === "RUNNING") return { is: "running", ...what };
  const is = status.statusCode === "SUCCESS" ? "success" : (await endOf(client, clock, status, { signal })).ending;
  const isLoad = what.type === "query_controller" && target !== undefined && what.dataSource === target;
  if (is === "unpublished" || !isLoad) return { is, ...what };
  const report = is === "success" ? await lastReport(session, taskId) : undefined;
  // Without a report, assume that it wrote rows: a refusal is safe, the adoption of an empty load is not.
  const rows = (report && rowsWritten(report)) ?? 1;
  const areRowsGone = (await rowsOf(session, target, rows)) === "gone";
  const last = over === undefined ? undefined : await client.status(over, { signal });
  return { is, ...what, areRowsGone, areWrittenOver: last !== undefined && endMs(status) < endMs(last) };
}

async function isNotedFor(
  { client, clock, signal }: Session,
  { key, wanted }: Pick<Goal, "key" | "wanted">,
  taskId: string,
): Promise<boolean> {
  const entries = await observe(client, clock, key, 1, { signal });
  const ofWanted = entries.filter((entry) => "content" in entry && entry.content === wanted.content);
  return isNoted(ofWanted, taskId);
}

/** NaN, which makes every comparison false, if Druid does not tell. */
function endMs({ createdTime, duration }: TaskStatus): number {
  return createdTime ? Date.parse(createdTime) + Math.max(0, duration ?? 0) : Number.NaN;
}

export function refusedAdoption(
  refused: Refused,
  taskId: string,
  target: string | undefined,
  url: string,
): DruidIngestionError {
  return new DruidIngestionError(
    "invalidInput",
    `Cannot adopt task "${taskId}" on "${url}": ${reasonOf(refused, target)}`,
  );
}

function reasonOf(refused: Refused, target: string | undefined): string {
  switch (refused.why) {
    case "forgotten":
      return "Druid does not know it; check its id in the task view of Druid's console";
    case "noSqlTask":
      return `it is of type "${refused.type}", not a SQL task ("query_controller"); set adoptTaskId to the id of the controller task`;
    case "otherTarget":
      return `it loads into "${refused.dataSource}", the query into "${target}"; adopt a task of the same datasource`;
    case "unpublished":
      return "it failed before it published any rows; remove adoptTaskId to load them";
    case "rowsGone":
      return `its rows are no longer in "${target}"; remove adoptTaskId to load them again`;
    case "writtenOver":
      return "this ingestion has since run other content, which may have replaced its rows; remove adoptTaskId to load them again";
    case "otherContent":
      return (
        "it is an earlier run of this ingestion, with a different query, context, parameters or triggers; " +
        "remove adoptTaskId to run what the program has now"
      );
  }
}
