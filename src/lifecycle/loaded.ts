/** Waits for the rows of a load, and warns if they look wrong. */

import { warnOfSuspicions } from "../ingestion/checks/suspicions";
import type { Ingestion } from "../ingestion/contract/inputs";
import type { SegmentLoad } from "../ingestion/contract/outputs";
import type { Finished } from "../ingestion/reconcile/goal";
import { rowsWritten } from "../ingestion/report/progress";
import { overwrittenBy } from "../ingestion/segments/overwritten";
import { awaitLoaded, loadOfReport } from "../ingestion/segments/segments";
import type { OperationContext } from "./operation";

export async function loadedOf(
  { session, secretTexts }: OperationContext,
  { query, waitForSegmentLoad, segmentLoadTimeoutMs: timeoutMs }: Ingestion,
  dataSource: string | undefined,
  run: Finished,
): Promise<SegmentLoad | undefined> {
  const told = run.report?.payload.status.segmentLoadWaiterStatus;
  const fromReport = told ? loadOfReport(told) : undefined;
  if (dataSource === undefined || !waitForSegmentLoad) return fromReport;
  const { taskId, status, report } = run;
  const rows = report && rowsWritten(report);
  const within = await overwrittenBy(session, query, taskId);
  const probed = await awaitLoaded(session, dataSource, { rows, within, timeoutMs });
  if (!run.adopted) {
    const createdTime = status?.createdTime ?? undefined;
    const written = { query, dataSource, taskId, rowsWritten: rows, createdTime };
    await warnOfSuspicions(session, written, secretTexts !== false);
  }
  return fromReport ?? probed;
}
