/** The report of a task at a given age, made of a real one by putting other figures into it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TaskStage } from "../../../src/druid/wire/task";
import type { StageFigures, Task } from "./task";

const FIXTURES = join(__dirname, "../../fixtures/druid");
const ROW_BYTES = 100;
const START = "2024-01-01T00:00:00.000Z";

/** Undefined while there is none. */
export function reportAt(task: Task, ageMs: number): unknown {
  const isOver = ageMs >= task.durationMs;
  const durationMs = Math.round(Math.min(ageMs, task.durationMs));
  const figures = task.stagesAt(durationMs);
  if (figures === undefined) return undefined;
  const state = isOver ? "SUCCESS" : "RUNNING";
  const status = { status: state, startTime: START, durationMs, pendingTasks: 0, runningTasks: 2 };
  const stages = figures.map((stage, number) => ({
    ...definitionOf(task, number, figures.length),
    stageNumber: number,
    ...(stage.phase !== null && { phase: stage.phase, workerCount: 1, startTime: START, duration: stage.duration }),
  }));
  const counters = Object.fromEntries(
    figures.flatMap((stage, number) =>
      stage.phase === null ? [] : [[number, { "0": countersOf(stage, number === figures.length - 1) }]],
    ),
  );
  return { multiStageQuery: { type: "multiStageQuery", taskId: "query-0", payload: { status, stages, counters } } };
}

function channel(rows: number, more = {}) {
  return { type: "channel", rows: [rows], bytes: [rows * ROW_BYTES], ...more };
}

function countersOf({ phase, files, rows, written }: StageFigures, isLast: boolean): unknown {
  const [read, total] = files;
  const input0 = channel(rows[0], { ...(total > 0 && { totalFiles: [total] }), ...(read > 0 && { files: [read] }) });
  const [rowsProcessed, rowsMerged, rowsPushed] = written;
  if (isLast) {
    const progress = { rowsProcessed, rowsPersisted: rowsProcessed, rowsMerged, rowsPushed };
    return { input0, segmentGenerationProgress: { type: "segmentGenerationProgress", ...progress } };
  }
  const digest = phase === "FINISHED" ? { progressDigest: 1 } : {};
  const sorted = rows[2] > 0 ? { shuffle: channel(rows[2]) } : {};
  return { input0, output: channel(rows[1]), ...sorted, sortProgress: { type: "sortProgress", ...digest } };
}

interface Templates {
  reading: TaskStage;
  writing: TaskStage;
}

const known = new Map<string, Templates>();

/** The first stage reads files, the last one writes segments, those between sort what the one before has sorted. */
function definitionOf({ version }: Task, number: number, stages: number): TaskStage {
  const { reading, writing } = templatesOf(version);
  if (number === 0) return reading;
  const stage = number === stages - 1 ? writing : reading;
  return { ...stage, definition: { ...stage.definition, input: [{ type: "stage", stage: number - 1 }] } };
}

function templatesOf(version: string): Templates {
  const found = known.get(version);
  if (found) return found;
  const { body } = JSON.parse(readFileSync(join(FIXTURES, version, "report-insert.json"), "utf8"));
  const recorded: TaskStage[] = body.multiStageQuery.payload.stages;
  const [reading, writing] = recorded.map(withoutFigures);
  if (!reading || !writing) throw new Error(`Cannot use the recorded report of ${version}: it has no two stages`);
  const templates = { reading, writing };
  known.set(version, templates);
  return templates;
}

function withoutFigures({ phase, duration, startTime, workerCount, partitionCount, ...stage }: TaskStage): TaskStage {
  return stage;
}
