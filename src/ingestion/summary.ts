/** What of Druid's answers is kept in state: enough to review a load, small enough to be written often. Pure. */
import { compact } from "../base/json";
import { publicUrl } from "../base/redact";
import type { TaskErrorReport, TaskReport, TaskStatus } from "../druid/wire";
import { bytesRead, rowsOut, rowsRead, rowsWritten } from "./progress";

const STAGES_MAX = 50;
const WARNINGS_MAX = 10;
const RESULT_ROWS_MAX = 1_000;
const RESULT_BYTES_MAX = 256_000;

export interface ReportSummary {
  startTime?: string;
  durationMs?: number;
  rowsRead: number;
  rowsWritten?: number;
  bytesRead: number;
  workers: number;
  warnings: { errorCode: string; message?: string }[];
  stages: { number: number; processor?: string; phase?: string; workers?: number; partitions?: number; durationMs?: number; rows: number }[];
}

export interface StatusSummary {
  createdTime?: string;
  durationMs?: number;
  errorMsg?: string;
  location?: string;
  groupId?: string;
}

export interface TaskFailure {
  message: string;
  errorCode?: string;
  stageNumber?: number;
  taskId?: string;
  host?: string;
}

export interface SelectResults {
  signature: { name: string; type?: string | null | undefined }[];
  sqlTypeNames: string[];
  rows: unknown[][];
  truncated: boolean;
}

/** `hideTexts` leaves out what may quote the query or its data: for a secret query. */
export function summarizeReport(report: TaskReport, hideTexts: boolean): ReportSummary {
  const { status, stages = [] } = report.payload;
  const workers = Object.keys(status.workers ?? {}).length;
  return compact({
    startTime: status.startTime ?? undefined,
    durationMs: status.durationMs ?? undefined,
    rowsRead: rowsRead(report),
    rowsWritten: rowsWritten(report),
    bytesRead: bytesRead(report),
    workers: workers || Math.max(0, ...(stages ?? []).map((stage) => stage.workerCount ?? 0)),
    warnings: (status.warnings ?? []).slice(0, WARNINGS_MAX).map((warning) => ({
      errorCode: warning.error.errorCode,
      message: hideTexts ? undefined : (warning.error.errorMessage ?? undefined),
    })),
    stages: (stages ?? []).slice(0, STAGES_MAX).map((stage) => ({
      number: stage.stageNumber,
      processor: stage.definition.processor?.type,
      phase: stage.phase,
      workers: stage.workerCount,
      partitions: stage.partitionCount,
      durationMs: stage.duration,
      rows: rowsOut(stage, report),
    })),
  }) as ReportSummary;
}

export function summarizeStatus(status: TaskStatus, hideTexts: boolean): StatusSummary {
  const { host, port, tlsPort } = status.location ?? {};
  const anyPort = tlsPort !== undefined && tlsPort > 0 ? tlsPort : port;
  return compact({
    createdTime: status.createdTime ?? undefined,
    durationMs: status.duration !== null && status.duration !== undefined && status.duration >= 0 ? status.duration : undefined,
    errorMsg: hideTexts ? undefined : (status.errorMsg ?? undefined),
    location: host ? `${host}:${anyPort}` : undefined,
    groupId: status.groupId ?? undefined,
  }) as StatusSummary;
}

/** The whole error: from the report where there is one, else the 100 characters of the status. */
export function failureOf(status: TaskStatus, report: TaskReport | undefined, hideTexts: boolean): TaskFailure {
  const fault: TaskErrorReport | null | undefined = report?.payload.status.errorReport;
  const text = fault?.error.errorMessage ?? status.errorMsg ?? "Druid gave no reason";
  return compact({
    message: hideTexts ? "left out, since the query is secret; getReport tells it" : text,
    errorCode: fault?.error.errorCode ?? /^(\w+):/.exec(status.errorMsg ?? "")?.[1],
    stageNumber: fault?.stageNumber,
    taskId: fault?.taskId,
    host: fault?.host,
  }) as TaskFailure;
}

export function summarizeResults(report: TaskReport): SelectResults | undefined {
  const results = report.payload.results;
  if (!results) return undefined;
  const all = results.results ?? [];
  const rows: unknown[][] = [];
  let bytes = 0;
  for (const row of all.slice(0, RESULT_ROWS_MAX)) {
    bytes += Buffer.byteLength(JSON.stringify(row));
    if (bytes > RESULT_BYTES_MAX) break;
    rows.push(row);
  }
  return {
    signature: (results.signature ?? []).map(({ name, type }) => compact({ name, type })),
    sqlTypeNames: results.sqlTypeNames ?? [],
    rows,
    truncated: rows.length < all.length || results.resultsTruncated === true,
  };
}

/** Where a person looks at the task: the task view of Druid's web console, filtered to this id. */
export function consoleUrlOf(url: string, taskId: string): string {
  return `${publicUrl(url)}/unified-console.html#tasks/task_id~${taskId}`;
}
