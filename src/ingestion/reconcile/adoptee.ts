/** What Druid says of a task that a user wants to adopt, and why it cannot be. Changes nothing. */
import { DruidIngestionError } from "../../base/errors";
import { rowsWritten } from "../report/progress";
import type { Adoptee, Refused } from "../rules/adoptable";
import { endOf } from "../run/end-of-task";
import { lastReport } from "../run/wait";
import { rowsOf } from "../segments/rows";
import { markerOf } from "../sequence/observe";
import type { Session } from "../session";

export async function adopteeOf(session: Session, taskId: string, target: string | undefined): Promise<Adoptee> {
  const { client, clock, signal } = session;
  const status = await client.status(taskId, { signal });
  if (!status) return { is: "forgotten" };
  const payload = await client.payload(taskId, { signal });
  const marker = payload && markerOf(payload);
  const what = {
    type: payload?.type ?? status.type ?? undefined,
    dataSource: payload?.dataSource ?? status.dataSource ?? undefined,
    content: marker && "content" in marker ? marker.content : undefined,
    areRowsGone: false,
  };
  if (status.statusCode === "RUNNING") return { is: "running", ...what };
  if (status.statusCode === "FAILED") return { is: (await endOf(client, clock, status, { signal })).ending, ...what };
  const isLoad = what.type === "query_controller" && target !== undefined && what.dataSource === target;
  const report = isLoad ? await lastReport(session, taskId) : undefined;
  const areRowsGone = isLoad && (await rowsOf(session, target, report && rowsWritten(report))) === "gone";
  return { is: "success", ...what, areRowsGone };
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
      return "Druid does not know it; look for its id in the console's task view";
    case "noSqlTask":
      return `it is of type "${refused.type}", not a SQL task ("query_controller"); give the id of the controller task`;
    case "otherTarget":
      return `it loads into "${refused.dataSource}", the query into "${target}"; adopt a task of the same datasource`;
    case "unpublished":
      return "it failed before it published anything; leave adoptTaskId out to load";
    case "rowsGone":
      return `its rows are no longer in "${target}"; leave adoptTaskId out to load them`;
    case "otherContent":
      return (
        "this ingestion itself has run it, with another query, context, parameters or triggers than the program has " +
        "now; leave adoptTaskId out to run what the program has now"
      );
  }
}
