/** Words the end of create and update: how the load went, or what stopped them and what comes next. */
import { DruidIngestionError, errorKind } from "../base/errors";
import type { TaskReport, TaskStatus } from "../druid/wire/task";
import type { Finished, RunCheckpoint } from "../ingestion/reconcile/goal";
import { counted } from "../ingestion/report/figures";
import { nextStepAfter } from "../ingestion/report/next-step";
import { finishedText, stageText } from "../ingestion/report/row-text";
import { consoleUrlOf, summarizeError, warningTexts } from "../ingestion/report/summary";
import { endingOf } from "../ingestion/rules/ending";
import type { OperationContext } from "./operation";

export function warnOfWarnings({ session: { log }, secretTexts, hide }: OperationContext, run: Finished): void {
  const warnings = run.report?.payload.status.warnings ?? [];
  if (warnings.length > 0) {
    const codes = [...new Set(warnings.map((warning) => warning.error.errorCode))].join(", ");
    // Warnings quote rows.
    const first = secretTexts ? [] : warningTexts(run.report);
    const quoted = first.length > 0 ? `: ${hide(first.join("; "))}` : "";
    log(
      "warning",
      `Task ${run.taskId} reported ${counted(warnings.length, "warning")}, ${codes}${quoted}; getReport("${run.taskId}") has all of them`,
    );
  }
}

/** Undefined if nothing ran. */
export function finishedLine({ isFollowed, report, status }: Finished): string | undefined {
  return isFollowed ? finishedText(report, status?.duration ?? undefined) : undefined;
}

/** The error text: what stopped the operation, and what the next `pulumi up` will do. */
export function explainEnd(context: OperationContext, error: unknown, saved: RunCheckpoint | undefined): string {
  const { session, secretTexts, explain, hide } = context;
  if (saved?.state === "FAILED" && saved.status && errorKind(error) === "taskFailed") {
    const { errorCode, stageNumber, host, ...said } = summarizeError(saved.status, saved.report, secretTexts);
    const message = hide(said.message);
    const place = stageNumber === undefined ? "" : ` in stage ${stageText(stageNumber, saved.report)}`;
    const where = `${place}${host ? ` on ${host}` : ""}`;
    const code = errorCode && !message.startsWith(errorCode) ? `${errorCode}: ` : "";
    const see = `see ${consoleUrlOf(session.client.url, saved.status.id)}`;
    const next = isInDoubt(saved) ? questionAbout(saved.status) : stepAfter(saved.report);
    const text = `task "${saved.status.id}" failed${where}: ${code}${message.replace(/\.\s*$/, "")}; ${next}; ${see}`;
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
  if (saved?.state === "FAILED" && saved.taskId)
    return `${text} (task "${saved.taskId}" had failed; the next \`pulumi up\` decides whether it runs again)`;
  if (saved?.state === "STALE")
    return `${text} (the next \`pulumi up\` checks what Druid has accepted, and loads nothing twice)`;
  return text;
}

function stepAfter(report: TaskReport | undefined): string {
  const step = nextStepAfter(report) ?? "find the cause";
  return step.includes("`pulumi up`") ? step : `${step}; then run \`pulumi up\` again`;
}

/** Whether the next `pulumi up` will ask: an INSERT or export that may have published before it failed. */
function isInDoubt({ status, report, published }: RunCheckpoint): boolean {
  return (
    status !== undefined && endingOf(status, report) !== "unpublished" && (published.at(-1)?.endsWith("+?") ?? false)
  );
}

function questionAbout({ id, dataSource }: TaskStatus): string {
  return (
    "it may have published its rows before, so the next `pulumi up` loads nothing by itself; check " +
    `${dataSource ? `"${dataSource}"` : "the target"}: if the rows are there, set adoptTaskId to "${id}"; otherwise ` +
    "change triggers to load them again"
  );
}
