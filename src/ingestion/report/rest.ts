/**
 * Predicts how long a task will still take. The percentage of Druid's console would predict badly: it counts a file
 * only when it has been read to its end, and rows only when their segments are pushed. Pure.
 */
import type { TaskReport, TaskStage } from "../../druid/wire/task";
import { generated, inputsOf, isGenerator, shuffles, sumOf, workersOf } from "./progress";
import { readProgress, rowsExpected } from "./share-done";

/** Assumed time for sorting, and for each later stage, as shares of the time in which a stage reads its input. */
const SORTING = 0.2;
const NEXT_STAGE = 0.5;
/** Pushing segments to deep storage, as an assumed share of writing them. */
const PUSHING = 0.3;
/** Below this, a small error in the share makes a large one in the prediction. */
const SHARE_MIN = 0.05;

/** Milliseconds; undefined if it cannot be predicted yet. */
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
  // Each worker reads one file at a time, which is assumed to be half read.
  const open = inputs.filter((channels) => sumOf(channels, "files") < sumOf(channels, "totalFiles")).length;
  return Math.min(1, (sumOf(inputs.flat(), "files") + open / 2) / total);
}

function shareWritten(stage: TaskStage, report: TaskReport): number {
  const expected = rowsExpected(stage, report);
  if (expected === 0) return 0;
  const rows = (field: "rowsProcessed" | "rowsPushed") => generated(stage, report, field);
  return Math.min(1, (rows("rowsProcessed") * (1 - PUSHING) + rows("rowsPushed") * PUSHING) / expected);
}
