/**
 * Reduces Druid's answers to what the state keeps: enough to review a load, small enough to be written often. Pure.
 * `hideTexts` removes text that may quote a secret query or its data.
 */
import { compact } from "../../base/json";
import { publicUrl } from "../../base/redact";
import type { TaskErrorReport, TaskReport, TaskStatus } from "../../druid/wire/task";
import type { IngestionError, QueryResults, RunReport, RunStatus } from "../contract/outputs";
import { bytesRead, rowsOut, rowsRead, rowsWritten } from "./progress";
import { cutAtWord, rootCauseOf, unwrapped } from "./root-cause";

/** An error code of Druid's at the beginning of a text, not any word: it is shown even if the text is hidden. */
export const CODE = /^((?:[A-Z][a-z]+){1,8}): /;
const HIDDEN: Readonly<Record<string, string>> = {
  true: "hidden because the query is secret; getReport returns it",
  values: "hidden because the parameters, context or triggers are secret; getReport returns it",
};
const STAGES_MAX = 50;
const WARNINGS_MAX = 3;
const WARNING_MAX = 200;
const RESULT_ROWS_MAX = 1_000;
const RESULT_BYTES_MAX = 256_000;

/** Whether Druid's texts are hidden: true if the query is secret, `"values"` if its parameters, context or triggers are. */
export type HideTexts = boolean | "values";

export function summarizeReport(report: TaskReport): RunReport {
  const { status } = report.payload;
  const stages = report.payload.stages ?? [];
  const workers = Object.keys(status.workers ?? {}).length;
  const warnings = new Map<string, number>();
  for (const { error } of status.warnings ?? [])
    warnings.set(error.errorCode, (warnings.get(error.errorCode) ?? 0) + 1);
  return compact({
    startTime: status.startTime,
    durationMs: status.durationMs,
    rowsRead: rowsRead(report),
    rowsWritten: rowsWritten(report),
    bytesRead: bytesRead(report),
    workers: workers || Math.max(0, ...stages.map((stage) => stage.workerCount ?? 0)),
    warnings: [...warnings].map(([errorCode, count]) => ({ errorCode, count })),
    stages: stages.slice(0, STAGES_MAX).map((stage) => ({
      number: stage.stageNumber,
      phase: stage.phase,
      workers: stage.workerCount,
      partitions: stage.partitionCount,
      durationMs: stage.duration,
      rows: rowsOut(stage, report),
    })),
  }) as RunReport;
}

export function summarizeStatus(status: TaskStatus, hideTexts: HideTexts): RunStatus {
  const { createdTime, duration, errorMsg, location, groupId } = status;
  return compact({
    createdTime,
    durationMs: typeof duration === "number" && duration >= 0 ? duration : undefined,
    errorMsg: hideTexts ? undefined : errorMsg,
    location: location?.host ? { host: location.host, port: location.port, tlsPort: location.tlsPort } : undefined,
    groupId,
  }) as RunStatus;
}

/** The full error from the report, or the 100 characters of the status if there is no report. */
export function summarizeError(
  status: TaskStatus,
  report: TaskReport | undefined,
  hideTexts: HideTexts,
): IngestionError {
  const fault: TaskErrorReport | null | undefined = report?.payload.status.errorReport;
  const text = faultText(fault, report) ?? status.errorMsg ?? "Druid gave no reason";
  return compact({
    message: hideTexts === false ? text : HIDDEN[String(hideTexts)],
    errorCode: fault?.error.errorCode ?? CODE.exec(status.errorMsg ?? "")?.[1],
    stageNumber: fault?.stageNumber,
    taskId: fault?.taskId,
    host: fault?.host,
  }) as IngestionError;
}

/** Druid's text without Java's wrappers, plus the root cause and the first bad rows if these say more. */
function faultText(fault: TaskErrorReport | null | undefined, report: TaskReport | undefined): string | undefined {
  if (!fault) return undefined;
  const text = unwrapped(fault.error.errorMessage ?? "");
  const rows = firstWarnings(report, fault.error).filter((row) => !text.includes(row));
  const cause = rootCauseOf(fault.exceptionStackTrace, [text, ...rows].join(" "));
  return (
    [text, ...(rows.length > 0 ? [`the first: ${rows.join("; ")}`] : []), cause && `caused by ${cause}`]
      .filter(Boolean)
      .join("; ") || undefined
  );
}

/** The bad rows, from the warnings: a bad row fails a task with its own code or with `TooManyWarnings` (seen on 27). */
function firstWarnings(
  report: TaskReport | undefined,
  { errorCode, rootErrorCode }: TaskErrorReport["error"],
): string[] {
  if (errorCode === "TooManyWarnings") return warningTexts(report, rootErrorCode as string | undefined);
  return errorCode === "CannotParseExternalData" ? warningTexts(report, errorCode) : [];
}

/** The first three distinct warnings, of one code or of any. They quote rows of the source data. */
export function warningTexts(report: TaskReport | undefined, errorCode?: string): string[] {
  const warnings = (report?.payload.status.warnings ?? []).filter(
    ({ error }) => errorCode === undefined || error.errorCode === errorCode,
  );
  const texts = warnings
    .map(({ error }) => cutAtWord(unwrapped(error.errorMessage ?? ""), WARNING_MAX))
    .filter(Boolean);
  return [...new Set(texts)].slice(0, WARNINGS_MAX);
}

export function summarizeResults(report: TaskReport): QueryResults | undefined {
  const results = report.payload.results;
  if (!results) return undefined;
  const all = results.results ?? [];
  const signature = results.signature ?? [];
  const rows: Record<string, unknown>[] = [];
  let bytes = 0;
  for (const values of all.slice(0, RESULT_ROWS_MAX)) {
    const row = Object.fromEntries(values.map((value, at) => [signature[at]?.name ?? `column${at + 1}`, value]));
    bytes += Buffer.byteLength(JSON.stringify(row));
    if (bytes > RESULT_BYTES_MAX) break;
    rows.push(row);
  }
  return {
    signature: signature.map(({ name, type }) => compact({ name, type }) as { name: string; type?: string }),
    sqlTypeNames: results.sqlTypeNames ?? [],
    rows,
    truncated: rows.length < all.length || results.resultsTruncated === true,
  };
}

/** Link to the task view of Druid's web console, filtered to this task. */
export function consoleUrlOf(url: string, taskId: string): string {
  return `${publicUrl(url)}/unified-console.html#tasks/task_id~${taskId}`;
}
