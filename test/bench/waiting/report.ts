/** The report of a task of a given shape at a given age, made of a real one: its stages, phases and counters. */
import type { TaskStage } from "../../../src/druid/wire/task";
import { recordedReport } from "./recorded";
import type { Shape, StageShape } from "./shapes";

/** Druid answers 404 until the controller serves its report. */
const NO_REPORT_BEFORE_MS = 500;
const ROWS = 1_000_000;
const ROW_BYTES = 100;
/** Workers send their counters every five seconds; a stage's phase is known at once. */
const COUNTERS_EVERY_MS = 5_000;
/** How long a stage is RETRYING after it has lost a worker, as a share of its reading time. */
const RETRYING_FOR = 0.05;

interface Moment {
  stage: StageShape;
  isLast: boolean;
  /** Of the stage's reading time and of the time after it, 0 to 1. */
  read: number;
  finished: number;
  /** What was read when the counters were sent. */
  counted: number;
}

/** Undefined while there is none. */
export function reportAt(shape: Shape, ageMs: number): unknown {
  const isOver = ageMs >= shape.durationMs;
  if (!isOver && ageMs < NO_REPORT_BEFORE_MS) return undefined;
  const age = isOver ? 1 : ageMs / shape.durationMs;
  const countedAt = (Math.floor(ageMs / COUNTERS_EVERY_MS) * COUNTERS_EVERY_MS) / shape.durationMs;
  const { reading, writing } = templatesOf(shape.version);
  const stages: unknown[] = [];
  const counters: Record<string, unknown> = {};
  let begin = shape.before;
  for (const [number, stage] of shape.stages.entries()) {
    const isLast = number === shape.stages.length - 1;
    const read = shareOf(age - begin, stage.reading);
    const counted = read === 1 ? 1 : shareOf(countedAt - begin, stage.reading);
    const finished = shareOf(age - begin - stage.reading, stage.after);
    const moment: Moment = { stage, isLast, read, counted, finished };
    const begun = age >= begin;
    const durationMs = Math.round(Math.min(age - begin, stage.reading + stage.after) * shape.durationMs);
    stages.push({
      ...(number === 0 ? reading : after(isLast ? writing : reading, number - 1)),
      stageNumber: number,
      ...(begun && {
        phase: phaseOf(moment),
        workerCount: 1,
        startTime: "2024-01-01T00:00:00.000Z",
        duration: durationMs,
      }),
    });
    if (begun) counters[number] = { "0": number === 0 ? countersOfReading(moment) : countersOfLater(moment) };
    begin += stage.reading + stage.after;
  }
  const status = {
    status: isOver ? "SUCCESS" : "RUNNING",
    startTime: "2024-01-01T00:00:00.000Z",
    durationMs: Math.round(Math.min(ageMs, shape.durationMs)),
    pendingTasks: 0,
    runningTasks: 2,
  };
  const report = { type: "multiStageQuery", taskId: "query-0", payload: { status, stages, counters } };
  return { multiStageQuery: report };
}

const shareOf = (part: number, whole: number) => Math.max(0, Math.min(1, whole === 0 ? 1 : part / whole));

function phaseOf({ stage, isLast, read, finished }: Moment): string {
  if (finished === 1) return "FINISHED";
  if (isLost(stage, read)) return "RETRYING";
  return read === 1 && !isLast ? "POST_READING" : "READING_INPUT";
}

const isLost = ({ lostAt }: StageShape, read: number) =>
  lostAt !== undefined && read >= lostAt && read < lostAt + RETRYING_FOR;

/** Of the stage's rows, 0 to 1. A lost worker's rows are read again. */
function progressOf({ stage, counted }: Moment): number {
  const { lostAt, curve } = stage;
  if (lostAt === undefined || counted < lostAt || counted >= 1) return curve(counted);
  const kept = curve(lostAt) / 2;
  return kept + (1 - kept) * curve((counted - lostAt) / (1 - lostAt));
}

function channel(rows: number, more = {}) {
  return { type: "channel", rows: [rows], bytes: [rows * ROW_BYTES], ...more };
}

function countersOfReading(moment: Moment): unknown {
  const share = progressOf(moment);
  const { parts: files } = moment.stage;
  const filesRead = Math.floor(share * files);
  const input0 = channel(Math.round(share * ROWS), {
    totalFiles: [files],
    ...(filesRead > 0 && { files: [filesRead] }),
  });
  return { input0, ...outputOf(share, moment) };
}

function countersOfLater(moment: Moment): unknown {
  const share = progressOf(moment);
  const rows = Math.round(share * ROWS);
  if (!moment.isLast) return { input0: channel(rows), ...outputOf(share, moment) };
  const { parts } = moment.stage;
  const pushed = moment.finished === 1 ? ROWS : (Math.min(parts - 1, Math.floor(share * parts)) / parts) * ROWS;
  const written = { rowsProcessed: rows, rowsPersisted: rows, rowsMerged: pushed, rowsPushed: pushed };
  return { input0: channel(rows), segmentGenerationProgress: { type: "segmentGenerationProgress", ...written } };
}

function outputOf(share: number, { finished }: Moment) {
  return {
    output: channel(Math.round(share * ROWS)),
    ...(finished > 0 && { shuffle: channel(ROWS) }),
    sortProgress: { type: "sortProgress", ...(finished > 0 && { progressDigest: finished }) },
  };
}

interface Templates {
  reading: TaskStage;
  writing: TaskStage;
}

const known = new Map<string, Templates>();

function templatesOf(version: string): Templates {
  const found = known.get(version);
  if (found) return found;
  const [reading, writing] = (recordedReport(version, "report-insert").payload.stages ?? []).map(bare);
  if (!reading || !writing) throw new Error(`Cannot use the recorded report of ${version}: it has no two stages`);
  const templates = { reading, writing };
  known.set(version, templates);
  return templates;
}

/** Without what depends on the moment. */
function bare({ phase, duration, startTime, workerCount, partitionCount, ...stage }: TaskStage): TaskStage {
  return stage;
}

/** The same stage with the output of another one as its input. */
function after(stage: TaskStage, number: number): TaskStage {
  return { ...stage, definition: { ...stage.definition, input: [{ type: "stage", stage: number }] } };
}
