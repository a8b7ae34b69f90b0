/** Where a running task stands, as far as it tells how soon the task can end. Pure. */
import type { TaskReport, TaskStage } from "../../druid/wire/task";
import { generated, isGenerator } from "./progress";
import { readProgress, rowsExpected } from "./share-done";

export interface Position {
  /** Index of the newest stage that has begun; -1 before the first. */
  stage: number;
  isLast: boolean;
  phase: string;
  /** How much of its input the stage has taken in, 0 to 1. What it does with it afterwards is not counted. */
  share: number;
  /** How long the stage has run; before the first stage, the task. */
  stageMs: number;
}

export function positionOf(report: TaskReport): Position {
  const stages = report.payload.stages ?? [];
  const index = stages.findLastIndex(({ phase }) => phase && phase !== "NEW");
  const stage = stages[index];
  if (!stage?.phase)
    return { stage: -1, isLast: false, phase: "NEW", share: 0, stageMs: report.payload.status.durationMs ?? 0 };
  const { phase, duration } = stage;
  const isReading = phase === "READING_INPUT" || phase === "RETRYING";
  const share = isReading ? shareTaken(stage, report) : 1;
  return { stage: index, isLast: index === stages.length - 1, phase, share, stageMs: duration ?? 0 };
}

function shareTaken(stage: TaskStage, report: TaskReport): number {
  if (!isGenerator(stage)) return readProgress(stage, report);
  const expected = rowsExpected(stage, report);
  return expected === 0 ? 0 : Math.min(1, generated(stage, report, "rowsProcessed") / expected);
}
