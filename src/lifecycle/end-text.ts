/** What create and update say at their end: how the load went, or what stopped them and what comes next. */
import { DruidIngestionError, errorKind } from "../base/errors";
import type { Finished, Progressed } from "../ingestion/reconcile/goal";
import { nextStepAfter } from "../ingestion/report/next-step";
import { finishedText } from "../ingestion/report/row-text";
import { consoleUrlOf, summarizeError } from "../ingestion/report/summary";
import type { OperationContext } from "./operation";

export function tellEnd({ log }: OperationContext["session"], run: Finished): void {
  const warnings = run.report?.payload.status.warnings ?? [];
  if (warnings.length > 0) {
    const codes = [...new Set(warnings.map((warning) => warning.error.errorCode))].join(", ");
    log(
      "warning",
      `Task ${run.taskId} reported ${warnings.length} warning(s): ${codes}; getReport("${run.taskId}") has their full text`,
    );
  }
  // Last, because it stays in the resource's row.
  const finished = run.isFollowed ? finishedText(run.report, run.status?.duration ?? undefined) : undefined;
  if (finished) log("info", finished);
}

/** The error text: what stopped the operation, and what the next `pulumi up` will do. */
export function explainEnd(context: OperationContext, error: unknown, saved: Progressed | undefined): string {
  const { session, secretQuery, explain } = context;
  if (saved?.state === "FAILED" && saved.status && errorKind(error) === "taskFailed") {
    const { message, errorCode, stageNumber, host } = summarizeError(saved.status, saved.report, secretQuery);
    const where = `${stageNumber === undefined ? "" : ` in stage ${stageNumber}`}${host ? ` on ${host}` : ""}`;
    const code = errorCode && !message.startsWith(errorCode) ? `${errorCode}: ` : "";
    const see = `see ${consoleUrlOf(session.client.url, saved.status.id)}`;
    const advice = nextStepAfter(saved.report);
    const next = advice ? `${advice}; ${see}` : `${see}, and run \`pulumi up\` again when the cause is fixed`;
    const text = `task "${saved.status.id}" failed${where}: ${code}${message.replace(/\.\s*$/, "")}; ${next}`;
    return explain(new DruidIngestionError("taskFailed", text));
  }
  const text = explain(error);
  const kind = errorKind(error);
  // These errors already say how to continue.
  if (!session.signal.aborted && (kind === "timeout" || kind === "undecidable")) return text;
  if (saved?.state === "RUNNING" && saved.taskId) {
    return saved.status?.statusCode === "SUCCESS"
      ? `${text} (the rows of task "${saved.taskId}" are published; the next \`pulumi up\` continues to wait for them)`
      : `${text} (task "${saved.taskId}" keeps running in Druid; the next \`pulumi up\` resumes it)`;
  }
  if (saved?.state === "STALE")
    return `${text} (the next \`pulumi up\` checks what Druid has accepted, and loads nothing twice)`;
  return text;
}
