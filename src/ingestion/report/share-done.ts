/** Computes from a report's counters how much of a task is done. Pure. */
import type { TaskReport, TaskStage } from "../../druid/wire/task";
import { channelsOf, generated, isGenerator, shuffles, sumOf, workersOf } from "./progress";

/** 0 to 1; the same figure as in Druid's web console. Undefined before the stages are known. */
export function shareDone(report: TaskReport): number | undefined {
  const stages = report.payload.stages ?? [];
  if (stages.length === 0) return undefined;
  const weights = stages.map((stage) => (stage.definition.processor?.type === "limit" ? 0.1 : 1));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const reached = stages.reduce((total, stage, index) => total + stageShare(stage, report) * (weights[index] ?? 1), 0);
  return (0.05 + reached) / (0.1 + sum);
}

/** How much of a stage is done, 0 to 1. */
export function stageShare(stage: TaskStage, report: TaskReport): number {
  switch (stage.phase) {
    case "READING_INPUT":
      return readProgress(stage, report) * (shuffles(stage) ? 0.5 : 1);
    case "MERGING_STATISTICS":
      return 0.5;
    case "POST_READING":
      return 0.5 + 0.5 * sortProgress(stage, report);
    case "RESULTS_READY":
    case "FINISHED":
      return 1;
    default:
      return 0;
  }
}

export function readProgress(stage: TaskStage, report: TaskReport): number {
  const inputs = stage.definition.input ?? [];
  const channels = inputs.map((_, index) => index).flatMap((index) => channelsOf(report, stage, `input${index}`));
  const totalFiles = sumOf(channels, "totalFiles");
  if (totalFiles > 0) return Math.min(1, sumOf(channels, "files") / totalFiles);

  const expected = rowsExpected(stage, report);
  if (expected === 0) return 0;
  const read = isGenerator(stage)
    ? generated(stage, report, "rowsPushed")
    : stagesBefore(stage).reduce(
        (total, { index }) => total + sumOf(channelsOf(report, stage, `input${index}`), "rows"),
        0,
      );
  return Math.min(1, read / expected);
}

/** Number of rows that earlier stages have produced for this one. */
export function rowsExpected(stage: TaskStage, report: TaskReport): number {
  return stagesBefore(stage).reduce((total, { from }) => {
    const source = report.payload.stages?.find((candidate) => candidate.stageNumber === from);
    return total + (source ? sumOf(channelsOf(report, source, shuffles(source) ? "shuffle" : "output"), "rows") : 0);
  }, 0);
}

function stagesBefore({ definition }: TaskStage): { index: number; from: number | null | undefined }[] {
  const broadcast = new Set(definition.broadcast ?? []);
  return (definition.input ?? []).flatMap((input, index) =>
    input.type === "stage" && !broadcast.has(index) ? [{ index, from: input.stage }] : [],
  );
}

function sortProgress(stage: TaskStage, report: TaskReport): number {
  let rows = 0;
  let sorted = 0;
  for (const worker of workersOf(report, stage)) {
    const output = (worker.output?.rows ?? []).reduce((total, count) => total + count, 0);
    rows += output;
    sorted += Math.floor(output * (worker.sortProgress?.progressDigest ?? 0));
  }
  return rows === 0 ? 0 : sorted / rows;
}
