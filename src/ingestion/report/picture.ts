/** The content of a picture of a SQL task: stages over time, rows, bytes, workers, warnings and error. Pure. */
import type { TaskReport, TaskStage, TaskStatus, WorkerCounters } from "../../druid/wire/task";
import { counted, duration, size } from "./figures";
import { nextStepAfter } from "./next-step";
import { bytesRead, inputsOf, isGenerator, rowsOut, rowsRead, rowsWritten, sumOf, workersOf } from "./progress";
import { doing, segmentsText, stagePlace, stageText } from "./row-text";
import { shareDone, stageShare } from "./share-done";
import { summarizeError, warningTexts } from "./summary";

export interface PictureOfWorker {
  name: string;
  rows: number;
  /** E.g. `20,000 rows · 2/2 files`. */
  text: string;
}

export interface PictureOfStage {
  /** E.g. `1/2 scan`. */
  name: string;
  /** Counted from the task's start; undefined if the stage has not begun. */
  startMs: number | undefined;
  durationMs: number;
  /** 0 to 1. */
  done: number;
  isFailed: boolean;
  /** E.g. `12 s · 65,000 rows · 1.2 MB`. */
  text: string;
  /** Empty if there is only one. */
  workers: PictureOfWorker[];
}

export interface Picture {
  taskId: string;
  state: string;
  /** Lines about what the task did, and when. */
  facts: string[];
  durationMs: number;
  stages: PictureOfStage[];
  warnings: string[];
  /** Lines about what went wrong, and the next step. */
  error: string[];
}

export function pictureOf(status: TaskStatus, report: TaskReport | undefined): Picture {
  const payload = report?.payload;
  const stages = payload?.stages ?? [];
  const began = Date.parse(payload?.status.startTime ?? status.createdTime ?? "");
  const durationMs = Math.max(0, payload?.status.durationMs ?? status.duration ?? 0);
  return {
    taskId: status.id,
    state: stateText(status, report),
    facts: factsOf(status, report, durationMs),
    durationMs,
    stages: report ? stages.map((stage) => pictureOfStage(stage, report, began)) : [],
    warnings: warningsOf(report),
    error: errorOf(status, report),
  };
}

function stateText(status: TaskStatus, report: TaskReport | undefined): string {
  if (status.statusCode !== "RUNNING") return status.statusCode;
  const done = report && shareDone(report);
  const waits = /^(WAITING|PENDING)$/.test(status.runnerStatusCode ?? "") && !report;
  const how = waits
    ? `, ${status.runnerStatusCode === "WAITING" ? "waiting for locks" : "waiting for a task slot"}`
    : "";
  return `RUNNING${done === undefined ? how : `, ${Math.floor(done * 100)}%`}`;
}

function factsOf(status: TaskStatus, report: TaskReport | undefined, durationMs: number): string[] {
  const began = report?.payload.status.startTime ?? status.createdTime;
  const told = report && [
    (rowsRead(report) > 0 || status.statusCode === "RUNNING") && `${counted(rowsRead(report), "row")} read`,
    bytesRead(report) > 0 && size(bytesRead(report)),
    ...(status.statusCode === "SUCCESS" ? [writtenText(report)] : []),
    workersText(status, report),
  ];
  return [
    [
      status.dataSource && `into "${status.dataSource}"`,
      began && `began ${began.replace("T", " ").replace(/\.\d+Z$/, "Z")}`,
      durationMs > 0 && duration(durationMs),
    ],
    told ?? ["Druid has no report of it"],
  ]
    .map((parts) => parts.filter(Boolean).join(" · "))
    .filter((line) => line !== "");
}

function writtenText(report: TaskReport): string | undefined {
  const rows = rowsWritten(report);
  if (rows === undefined) return undefined;
  return [`${counted(rows, "row")} written`, segmentsText(report)].filter(Boolean).join(" · ");
}

function workersText({ statusCode }: TaskStatus, report: TaskReport): string | undefined {
  const { workers, pendingTasks } = report.payload.status;
  const byStage = (report.payload.stages ?? []).map((stage) =>
    Math.max(stage.workerCount ?? 0, workersOf(report, stage).length),
  );
  const count = Object.keys(workers ?? {}).length || Math.max(0, ...byStage);
  const waitedMs = Math.max(
    0,
    ...Object.values(workers ?? {})
      .flat()
      .map(({ pendingMs }) => pendingMs ?? 0),
  );
  return (
    [
      count > 0 ? counted(count, "worker") : undefined,
      pendingTasks && statusCode === "RUNNING" ? `${pendingTasks} without a task slot` : undefined,
      waitedMs >= 5_000 ? `a worker waited ${duration(waitedMs)} for its slot` : undefined,
    ]
      .filter(Boolean)
      .join(" · ") || undefined
  );
}

function pictureOfStage(stage: TaskStage, report: TaskReport, began: number): PictureOfStage {
  const start = Date.parse(stage.startTime ?? "") - began;
  const hasBegun = stage.phase !== undefined && stage.phase !== null && stage.phase !== "NEW";
  const isOver = /^(FINISHED|RESULTS_READY)$/.test(stage.phase ?? "");
  const counters = workersOf(report, stage);
  const bytes = counters.reduce((sum, worker) => sum + sumOf(inputsOf(worker), "bytes"), 0);
  const rows = rowsOut(stage, report) || counters.reduce((sum, worker) => sum + rowsIn(stage, worker), 0);
  const isFailed = stage.phase === "FAILED" || report.payload.status.errorReport?.stageNumber === stage.stageNumber;
  return {
    name: `${stagePlace(stage.stageNumber, report.payload.stages ?? [])} ${stage.definition.processor?.type ?? "unknown"}`,
    startMs: hasBegun ? Math.max(0, Number.isNaN(start) ? 0 : start) : undefined,
    durationMs: stage.duration ?? 0,
    done: stageShare(stage, report),
    isFailed,
    text: [
      hasBegun ? duration(stage.duration ?? 0) : !isFailed && "not begun",
      hasBegun && counted(rows, "row"),
      bytes > 0 && size(bytes),
      isFailed ? "failed" : hasBegun && !isOver && doing(stage),
    ]
      .filter(Boolean)
      .join(" · "),
    workers: counters.length < 2 ? [] : workersOfStage(stage, report),
  };
}

function workersOfStage(stage: TaskStage, report: TaskReport): PictureOfWorker[] {
  const counters = report.payload.counters?.[String(stage.stageNumber)] ?? {};
  return Object.entries(counters).map(([number, worker]) => {
    const rows = rowsIn(stage, worker);
    const total = sumOf(inputsOf(worker), "totalFiles");
    const files = total > 0 ? ` · ${sumOf(inputsOf(worker), "files")}/${total} files` : "";
    return { name: `worker ${number}`, rows, text: `${counted(rows, "row")}${files}` };
  });
}

function rowsIn(stage: TaskStage, worker: WorkerCounters): number {
  const written = worker.segmentGenerationProgress?.rowsProcessed;
  return isGenerator(stage) && written ? written : sumOf(inputsOf(worker), "rows");
}

function warningsOf(report: TaskReport | undefined): string[] {
  const all = report?.payload.status.warnings ?? [];
  const texts = warningTexts(report);
  const codes = [...new Set(all.map(({ error }) => error.errorCode))].join(", ");
  return all.length === 0 ? [] : [`${counted(all.length, "warning")}: ${codes}`, ...texts];
}

function errorOf(status: TaskStatus, report: TaskReport | undefined): string[] {
  if (status.statusCode !== "FAILED") return [];
  const { errorCode, message, stageNumber, host } = summarizeError(status, report, false);
  const place = stageNumber === undefined ? "" : ` in stage ${stageText(stageNumber, report)}`;
  const step = nextStepAfter(report);
  return [
    `${errorCode ?? "failed"}${place}${host ? ` on ${host}` : ""}`,
    message,
    ...(step === undefined ? [] : [`next: ${step}`]),
  ];
}
