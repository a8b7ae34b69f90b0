/**
 * Words a task's progress for the resource's row. The most important part comes first, because Pulumi cuts rows at the
 * right edge of the terminal. Contains no user data. Pure.
 */
import type { TaskReport, TaskStage, WorkerCounters } from "../../druid/wire/task";
import { counted, duration, size, whole } from "./figures";
import { bytesRead, inputsOf, isGenerator, rowsRead, rowsWritten, sumOf, workersOf } from "./progress";

const SEPARATOR = " · ";
/** Below this, a worker may have read fewer rows than others by chance. */
const LAG_ROWS_MIN = 10_000;

export interface Pace {
  /** 0 to 1, from `shareDone`. */
  done: number | undefined;
  /** Rows read per second, over the last few polls. */
  rowsPerSecond?: number | undefined;
  /** Predicted remaining time; only given if the prediction is steady. */
  restMs?: number | undefined;
}

/** E.g. `42% · 27,000 rows · 1,500/s · 25 s left · reading 2/3 · 7/12 files · 1.2 MB`. */
export function runningText(report: TaskReport, { done, rowsPerSecond, restMs }: Pace): string {
  const stages = report.payload.stages ?? [];
  if (done === undefined || stages.length === 0) return "planning";
  const current = [...stages].reverse().find(({ phase }) => phase && phase !== "NEW") ?? stages[0];
  const bytes = bytesRead(report);
  return [
    `${Math.floor(done * 100)}%`,
    counted(rowsRead(report), "row"),
    current && doing(current) === "reading" && rowsPerSecond && rowsPerSecond >= 1 && `${whole(rowsPerSecond)}/s`,
    restMs !== undefined && `${duration(Math.max(1_000, Math.round(restMs / 1_000) * 1_000))} left`,
    current && `${doing(current)} ${stagePlace(current.stageNumber, stages)}`,
    current && written(current, report),
    current && lagging(current, report),
    current && files(current, report),
    bytes > 0 && size(bytes),
  ]
    .filter(Boolean)
    .join(SEPARATOR);
}

/** The line that stays after a finished load, e.g. `65,000 rows · 7 segments · 45 s`. */
export function finishedText(report: TaskReport | undefined, durationMs: number | undefined): string | undefined {
  const rows = report && rowsWritten(report);
  if (!report || rows === undefined) return undefined;
  const tookMs = report.payload.status.durationMs ?? durationMs;
  return [counted(rows, "row"), segmentsText(report), tookMs ? duration(tookMs) : undefined]
    .filter(Boolean)
    .join(SEPARATOR);
}

/** How many segments were written: each partition that the last stage reads becomes one. */
export function segmentsText(report: TaskReport): string | undefined {
  const segments = rowsWritten(report) ? report.payload.stages?.at(-1)?.partitionCount : undefined;
  return segments ? counted(segments, "segment") : undefined;
}

/** `2/3` for the second of three stages, counted from 1, whereas Druid's own numbers begin at 0. */
export function stagePlace(stageNumber: number, stages: readonly TaskStage[]): string {
  const index = stages.findIndex((stage) => stage.stageNumber === stageNumber);
  return `${(index === -1 ? stageNumber : index) + 1}/${stages.length}`;
}

/** As `stagePlace`, for an error: adds Druid's own number, which its console and the outputs use. */
export function stageText(stageNumber: number, report: TaskReport | undefined): string {
  const stages = report?.payload.stages ?? [];
  const known = stages.some((stage) => stage.stageNumber === stageNumber);
  return known
    ? `${stagePlace(stageNumber, stages)} (Druid's stage ${stageNumber})`
    : `${stageNumber} (Druid's number)`;
}

export function doing(stage: TaskStage): string {
  switch (stage.phase) {
    case "READING_INPUT":
      return isGenerator(stage) ? "writing" : "reading";
    case "MERGING_STATISTICS":
      return "partitioning";
    case "POST_READING":
      return "sorting";
    case "RETRYING":
      return "retrying";
    case "RESULTS_READY":
    case "FINISHED":
      return isGenerator(stage) ? "publishing" : "finished";
    case "FAILED":
      return "failed";
    default:
      return "starting";
  }
}

function written(stage: TaskStage, report: TaskReport): string | undefined {
  if (!isGenerator(stage)) return undefined;
  const rows = workersOf(report, stage).reduce(
    (total, { segmentGenerationProgress: progress }) => total + (progress?.rowsProcessed ?? progress?.rowsPushed ?? 0),
    0,
  );
  return rows > 0 ? `${whole(rows)} written` : undefined;
}

/** Left out for a single file, since `0/1` says nothing about the progress. */
function files(stage: TaskStage, report: TaskReport): string | undefined {
  const channels = workersOf(report, stage).flatMap(inputsOf);
  const total = sumOf(channels, "totalFiles");
  return total > 1 ? `${whole(sumOf(channels, "files"))}/${whole(total)} files` : undefined;
}

/** Names an unfinished worker that has read less than half of the other workers' average. */
function lagging(stage: TaskStage, report: TaskReport): string | undefined {
  if (stage.phase !== "READING_INPUT") return undefined;
  const workers = Object.entries(report.payload.counters?.[String(stage.stageNumber)] ?? {});
  if (workers.length < 2) return undefined;
  const read = workers.map(([number, worker]) => ({ number, worker, rows: sumOf(inputsOf(worker), "rows") }));
  const slowest = read.filter(({ worker }) => !isDone(worker)).sort((a, b) => a.rows - b.rows)[0];
  if (!slowest) return undefined;
  const others = read.filter((one) => one !== slowest).reduce((sum, { rows }) => sum + rows, 0) / (read.length - 1);
  if (others < LAG_ROWS_MIN || slowest.rows * 2 > others) return undefined;
  return `worker ${slowest.number} lags: ${whole(slowest.rows)} rows, the others ${whole(others)}`;
}

function isDone(worker: WorkerCounters): boolean {
  const inputs = inputsOf(worker);
  const total = sumOf(inputs, "totalFiles");
  return total > 0 && sumOf(inputs, "files") >= total;
}
