/** Sums up the counters of a task's report: rows, bytes and files, by stage and worker. Pure. */
import type { TaskReport, TaskStage, WorkerCounters } from "../../druid/wire/task";

type Channel = { rows?: number[] | null | undefined; files?: number[] | null; totalFiles?: number[] | null };

/** Rows read from external data and tables. */
export function rowsRead(report: TaskReport): number {
  return sumOfInputs(report, "rows");
}

/** Bytes read from external data and tables, as far as Druid counts them. */
export function bytesRead(report: TaskReport): number {
  return sumOfInputs(report, "bytes");
}

function sumOfInputs(report: TaskReport, field: "rows" | "bytes"): number {
  return (report.payload.stages ?? []).reduce((total, stage) => {
    const outside = (stage.definition.input ?? []).flatMap((input, index) => (input.type === "stage" ? [] : [index]));
    return total + outside.reduce((sum, index) => sum + sumOf(channelsOf(report, stage, `input${index}`), field), 0);
  }, 0);
}

/** Newer servers report `shuffle`; 27 reports only `sort`. */
export const shuffles = (stage: TaskStage): boolean => Boolean(stage.shuffle ?? stage.sort);

/** Rows in the segments written; undefined if the task writes no segments (SELECT, export), or nothing was counted. */
export function rowsWritten(report: TaskReport): number | undefined {
  const last = (report.payload.stages ?? []).at(-1);
  // No row would be another thing: then nothing has to be loaded or checked.
  const isCounted = Object.keys(report.payload.counters ?? {}).length > 0;
  return isCounted && last && isGenerator(last) ? rowsGenerated(last, report) : undefined;
}

/** Output rows of a stage; those of the last stage go into segments. */
export function rowsOut(stage: TaskStage, report: TaskReport): number {
  if (isGenerator(stage)) return rowsGenerated(stage, report);
  return sumOf(channelsOf(report, stage, shuffles(stage) ? "shuffle" : "output"), "rows");
}

export const isGenerator = (stage: TaskStage): boolean => stage.definition.processor?.type === "segmentGenerator";

/** Rows that the workers of a segment generator count under this name. */
export const generated = (stage: TaskStage, report: TaskReport, field: "rowsProcessed" | "rowsPushed"): number =>
  workersOf(report, stage).reduce((sum, worker) => sum + (worker.segmentGenerationProgress?.[field] ?? 0), 0);

function rowsGenerated(stage: TaskStage, report: TaskReport): number {
  return workersOf(report, stage).reduce((total, worker) => {
    const generation = worker.segmentGenerationProgress;
    return total + (generation?.rowsPushed || generation?.rowsMerged || generation?.rowsPersisted || 0);
  }, 0);
}

export const workersOf = (report: TaskReport, stage: TaskStage): WorkerCounters[] =>
  Object.values(report.payload.counters?.[String(stage.stageNumber)] ?? {});

export const channelsOf = (report: TaskReport, stage: TaskStage, name: string): Channel[] =>
  workersOf(report, stage).flatMap((worker) => channelOf(worker, name));

/** All input channels of one worker. */
export const inputsOf = (worker: WorkerCounters): Channel[] =>
  Object.keys(worker)
    .filter((name) => /^input\d+$/.test(name))
    .flatMap((name) => channelOf(worker, name));

const channelOf = (worker: WorkerCounters, name: string): Channel[] => (worker[name] ? [worker[name] as Channel] : []);

export const sumOf = (channels: readonly Channel[], field: "rows" | "bytes" | "files" | "totalFiles"): number =>
  channels.reduce((total, channel) => {
    const values = (channel as Record<string, unknown>)[field];
    return total + (Array.isArray(values) ? values.reduce((sum: number, value) => sum + Number(value), 0) : 0);
  }, 0);
