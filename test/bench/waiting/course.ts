/** What the reports of a drawn task say at a given age. */
import type { Shape, StageShape } from "./shapes";
import type { StageFigures } from "./task";

/** Druid answers 404 until the controller serves its report. */
const NO_REPORT_BEFORE_MS = 500;
const ROWS = 1_000_000;
/** Workers send their counters every five seconds; a stage's phase is known at once. */
const COUNTERS_EVERY_MS = 5_000;
/** How long a stage is RETRYING after it has lost a worker, as a share of its reading time. */
const RETRYING_FOR = 0.05;
const NOT_BEGUN: StageFigures = { phase: null, duration: null, files: [0, 0], rows: [0, 0, 0], written: [0, 0, 0] };

/** Undefined while there is no report. */
export function stagesAt(shape: Shape, ageMs: number): StageFigures[] | undefined {
  if (ageMs < Math.min(NO_REPORT_BEFORE_MS, shape.durationMs)) return undefined;
  const age = ageMs / shape.durationMs;
  const countedAt = (Math.floor(ageMs / COUNTERS_EVERY_MS) * COUNTERS_EVERY_MS) / shape.durationMs;
  let begin = shape.before;
  return shape.stages.map((stage, number) => {
    const begun = begin;
    begin += stage.reading + stage.after;
    if (age < begun) return NOT_BEGUN;
    const read = shareOf(age - begun, stage.reading);
    const finished = shareOf(age - begun - stage.reading, stage.after);
    const isLast = number === shape.stages.length - 1;
    const share = taken(stage, read === 1 ? 1 : shareOf(countedAt - begun, stage.reading));
    const rows = Math.round(share * ROWS);
    const pushed =
      finished === 1 ? ROWS : (Math.min(stage.parts - 1, Math.floor(share * stage.parts)) / stage.parts) * ROWS;
    return {
      phase: phaseOf(stage, isLast, read, finished),
      duration: Math.round(Math.min(age - begun, stage.reading + stage.after) * shape.durationMs),
      files: number === 0 ? [Math.floor(share * stage.parts), stage.parts] : [0, 0],
      rows: [rows, isLast ? 0 : rows, !isLast && finished > 0 ? ROWS : 0],
      written: isLast ? [rows, pushed, pushed] : [0, 0, 0],
    };
  });
}

const shareOf = (part: number, whole: number) => Math.max(0, Math.min(1, whole === 0 ? 1 : part / whole));

function phaseOf({ lostAt }: StageShape, isLast: boolean, read: number, finished: number): string {
  if (finished === 1) return "FINISHED";
  if (lostAt !== undefined && read >= lostAt && read < lostAt + RETRYING_FOR) return "RETRYING";
  return read === 1 && !isLast ? "POST_READING" : "READING_INPUT";
}

/** How much of its input a stage has taken in. Half of it is lost with a worker, and is read again. */
function taken({ lostAt, curve }: StageShape, counted: number): number {
  if (lostAt === undefined || counted < lostAt || counted >= 1) return curve(counted);
  const kept = curve(lostAt) / 2;
  return kept + (1 - kept) * curve((counted - lostAt) / (1 - lostAt));
}
