/**
 * Computes the progress of a task from the counters of its live report. Pure. Uses the weights of Druid's web console,
 * so that both show the same percentage.
 */
import type { TaskReport, TaskStage, WorkerCounters } from "../../druid/wire/task";

export interface Progress {
  /** 0 to 1; undefined before the stages are known. */
  done: number | undefined;
  /** E.g. `stage 1 (segmentGenerator) READING_INPUT, 3 stages, 45 %, 12,000 rows read`; no user data. */
  text: string;
}

type Counters = NonNullable<TaskReport["payload"]["counters"]>;
type Channel = { rows?: number[] | null | undefined; files?: number[] | null; totalFiles?: number[] | null };

export function progressOf(report: TaskReport): Progress {
  const stages = report.payload.stages ?? [];
  const counters = report.payload.counters ?? {};
  const { pendingTasks, runningTasks } = report.payload.status;
  if (stages.length === 0) return { done: undefined, text: "planning" };
  const weights = stages.map((stage) => (stage.definition.processor?.type === "limit" ? 0.1 : 1));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const reached = stages.reduce(
    (total, stage, index) => total + stageProgress(stage, stages, counters) * (weights[index] ?? 1),
    0,
  );
  const done = (0.05 + reached) / (0.1 + sum);
  const current = [...stages].reverse().find((stage) => stage.phase && stage.phase !== "NEW") ?? stages[0];
  const parts = [
    current &&
      `stage ${current.stageNumber} (${current.definition.processor?.type ?? "unknown"}) ${current.phase ?? "NEW"}`,
    // Druid's own numbers, which begin at 0: errors, reports and Druid's console tell the same ones.
    stages.length === 1 ? "1 stage" : `${stages.length} stages`,
    `${Math.floor(done * 100)} %`,
    `${rowsRead(report).toLocaleString("en-US")} rows read`,
    runningTasks !== null &&
      runningTasks !== undefined &&
      `${runningTasks} of ${runningTasks + (pendingTasks ?? 0)} tasks running`,
  ];
  return { done, text: parts.filter(Boolean).join(", ") };
}

function stageProgress(stage: TaskStage, stages: TaskStage[], counters: Counters): number {
  switch (stage.phase) {
    case "READING_INPUT":
      return readProgress(stage, stages, counters) * (shuffles(stage) ? 0.5 : 1);
    case "MERGING_STATISTICS":
      return 0.5;
    case "POST_READING":
      return 0.5 + 0.5 * sortProgress(stage, counters);
    case "RESULTS_READY":
    case "FINISHED":
      return 1;
    default:
      return 0;
  }
}

function readProgress(stage: TaskStage, stages: TaskStage[], counters: Counters): number {
  const inputs = stage.definition.input ?? [];
  const channels = inputs.map((_, index) => index).flatMap((index) => channelsOf(counters, stage, `input${index}`));
  const totalFiles = sumOf(channels, "totalFiles");
  if (totalFiles > 0) return Math.min(1, sumOf(channels, "files") / totalFiles);

  const broadcast = new Set(stage.definition.broadcast ?? []);
  const sources = inputs.flatMap((input, index) =>
    input.type === "stage" && !broadcast.has(index) ? [{ index, from: input.stage }] : [],
  );
  const expected = sources.reduce((total, { from }) => {
    const source = stages.find((candidate) => candidate.stageNumber === from);
    return total + (source ? sumOf(channelsOf(counters, source, shuffles(source) ? "shuffle" : "output"), "rows") : 0);
  }, 0);
  if (expected === 0) return 0;
  const read = isGenerator(stage)
    ? workersOf(counters, stage).reduce(
        (total, worker) => total + (worker.segmentGenerationProgress?.rowsPushed ?? 0),
        0,
      )
    : sources.reduce((total, { index }) => total + sumOf(channelsOf(counters, stage, `input${index}`), "rows"), 0);
  return Math.min(1, read / expected);
}

function sortProgress(stage: TaskStage, counters: Counters): number {
  let rows = 0;
  let sorted = 0;
  for (const worker of workersOf(counters, stage)) {
    const output = (worker.output?.rows ?? []).reduce((total, count) => total + count, 0);
    rows += output;
    sorted += Math.floor(output * (worker.sortProgress?.progressDigest ?? 0));
  }
  return rows === 0 ? 0 : sorted / rows;
}

/** Rows read from external data and tables. */
export function rowsRead(report: TaskReport): number {
  return sumOfInputs(report, "rows");
}

/** Bytes read from external data and tables, as far as Druid counts them. */
export function bytesRead(report: TaskReport): number {
  return sumOfInputs(report, "bytes");
}

function sumOfInputs(report: TaskReport, field: "rows" | "bytes"): number {
  const counters = report.payload.counters ?? {};
  return (report.payload.stages ?? []).reduce((total, stage) => {
    const outside = (stage.definition.input ?? []).flatMap((input, index) => (input.type === "stage" ? [] : [index]));
    return total + outside.reduce((sum, index) => sum + sumOf(channelsOf(counters, stage, `input${index}`), field), 0);
  }, 0);
}

/** Newer servers report `shuffle`; 27 reports only `sort`. */
const shuffles = (stage: TaskStage): boolean => Boolean(stage.shuffle ?? stage.sort);

/** Rows in the segments written; undefined if the task writes no segments (SELECT, export). */
export function rowsWritten(report: TaskReport): number | undefined {
  const last = (report.payload.stages ?? []).at(-1);
  return last && isGenerator(last) ? rowsGenerated(last, report) : undefined;
}

/** Output rows of a stage; those of the last stage go into segments. */
export function rowsOut(stage: TaskStage, report: TaskReport): number {
  if (isGenerator(stage)) return rowsGenerated(stage, report);
  return sumOf(channelsOf(report.payload.counters ?? {}, stage, shuffles(stage) ? "shuffle" : "output"), "rows");
}

const isGenerator = (stage: TaskStage): boolean => stage.definition.processor?.type === "segmentGenerator";

function rowsGenerated(stage: TaskStage, report: TaskReport): number {
  return workersOf(report.payload.counters ?? {}, stage).reduce((total, worker) => {
    const generation = worker.segmentGenerationProgress;
    return total + (generation?.rowsPushed || generation?.rowsMerged || generation?.rowsPersisted || 0);
  }, 0);
}

const workersOf = (counters: Counters, stage: TaskStage): WorkerCounters[] =>
  Object.values(counters[String(stage.stageNumber)] ?? {});

const channelsOf = (counters: Counters, stage: TaskStage, name: string): Channel[] =>
  workersOf(counters, stage).flatMap((worker) => (worker[name] ? [worker[name] as Channel] : []));

const sumOf = (channels: Channel[], field: string): number =>
  channels.reduce((total, channel) => {
    const values = (channel as Record<string, unknown>)[field];
    return total + (Array.isArray(values) ? values.reduce((sum: number, value) => sum + Number(value), 0) : 0);
  }, 0);
