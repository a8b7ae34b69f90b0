/**
 * Predicts how long a task still takes. Pure. The share that Druid's console shows would predict badly: it counts a file
 * only when it is read to its end, and rows in segments only when they are pushed.
 */
import type { TaskReport, TaskStage } from "../../druid/wire/task";
import { inputsOf, isGenerator, shuffles, sumOf, workersOf } from "./progress";
import { readProgress, rowsExpected } from "./share-done";

/** Time for what comes after a stage has read its input, as shares of the time for reading it. */
const SORTING = 0.2;
const NEXT_STAGE = 0.5;
/** Pushing to deep storage, as a share of writing segments. */
const PUSHING = 0.3;
/** Below this a small error of the share makes a large one of the rest. */
const SHARE_MIN = 0.05;

/** Undefined if the current stage does not tell how far it is. */
export function restOf(report: TaskReport): number | undefined {
  const stages = report.payload.stages ?? [];
  const index = stages.findLastIndex(({ phase }) => phase && phase !== "NEW");
  const stage = stages[index];
  if (!stage?.duration) return undefined;
  const later = NEXT_STAGE * (stages.length - 1 - index);
  if (stage.phase !== "READING_INPUT") return stage.duration * later;
  const share = shareRead(stage, report);
  if (share < SHARE_MIN) return undefined;
  const wholeMs = stage.duration / share;
  return wholeMs * (1 - share + (shuffles(stage) ? SORTING : 0) + later);
}

function shareRead(stage: TaskStage, report: TaskReport): number {
  if (isGenerator(stage)) return shareWritten(stage, report);
  const inputs = workersOf(report, stage).map(inputsOf);
  const total = sumOf(inputs.flat(), "totalFiles");
  if (total === 0) return readProgress(stage, report);
  // Each worker reads one file at a time: half of it, for want of knowing.
  const open = inputs.filter((channels) => sumOf(channels, "files") < sumOf(channels, "totalFiles")).length;
  return Math.min(1, (sumOf(inputs.flat(), "files") + open / 2) / total);
}

function shareWritten(stage: TaskStage, report: TaskReport): number {
  const expected = rowsExpected(stage, report);
  if (expected === 0) return 0;
  const rows = (field: "rowsProcessed" | "rowsPushed") =>
    workersOf(report, stage).reduce((sum, worker) => sum + (worker.segmentGenerationProgress?.[field] ?? 0), 0);
  return Math.min(1, (rows("rowsProcessed") * (1 - PUSHING) + rows("rowsPushed") * PUSHING) / expected);
}
