/**
 * Tasks that ran on a real Druid: what their reports said every half second (`record.ts`), as it was and stretched to
 * hours.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LONGEST_MS, type StageFigures, type Task, type Version } from "./task";

export const PROGRESS = join(__dirname, "../../fixtures/progress");

export interface RecordedLook {
  ageMs: number;
  stages: StageFigures[];
}

export interface RecordedRun {
  name: string;
  durationMs: number;
  looks: RecordedLook[];
}

/** Each run as it was, and at several longer durations. */
export function recordedTasks(longer: number): Task[] {
  return (["27.0.0", "37.0.0"] as const).flatMap((version) =>
    runsOf(version).flatMap((run) => {
      const step = (LONGEST_MS / run.durationMs) ** (1 / Math.max(1, longer));
      const durations = Array.from({ length: longer + 1 }, (_, number) => run.durationMs * step ** number);
      return durations.map((durationMs) => stretched(run, version, durationMs));
    }),
  );
}

function runsOf(version: Version): RecordedRun[] {
  return JSON.parse(readFileSync(join(PROGRESS, `${version}.json`), "utf8"));
}

/**
 * More rows make the stages longer, but not what comes before the first row and after the last one. Stretched, figures go
 * on evenly between two looks: a factor of a hundred must not make steps of minutes.
 */
function stretched({ name, durationMs: ownMs, looks }: RecordedRun, version: Version, durationMs: number): Task {
  const beforeMs = looks.find(({ stages }) => stages[0]?.phase)?.ageMs ?? 0;
  const lastMs = lastChange(looks);
  const factor = (durationMs - ownMs) / (lastMs - beforeMs) + 1;
  const untilMs = durationMs - (ownMs - lastMs);
  const ownAge = (ageMs: number) => {
    if (ageMs > untilMs) return lastMs + (ageMs - untilMs);
    return ageMs < beforeMs ? ageMs : beforeMs + (ageMs - beforeMs) / factor;
  };
  return {
    kind: `recorded: ${name}`,
    version,
    durationMs,
    stagesAt(ageMs) {
      const at = ownAge(ageMs);
      const index = looks.findLastIndex((look) => look.ageMs <= at);
      const [before, after] = [looks[index], looks[index + 1]];
      if (!before) return undefined;
      const share = durationMs === ownMs || !after ? 0 : (at - before.ageMs) / (after.ageMs - before.ageMs);
      return before.stages.map((stage, number) => {
        const mixed = between(stage, after?.stages[number] ?? stage, share);
        const restMs = number === before.stages.length - 1 ? Math.max(0, at - lastMs) : 0;
        const duration = mixed.duration === null ? null : Math.round((mixed.duration - restMs) * factor + restMs);
        return { ...mixed, duration };
      });
    },
  };
}

/** When the figures of rows changed for the last time. */
function lastChange(looks: RecordedLook[]): number {
  const rowsOf = ({ stages }: RecordedLook) => JSON.stringify(stages.map(({ rows, written }) => [rows, written]));
  const index = looks.findLastIndex((look, number) => number > 0 && rowsOf(look) !== rowsOf(looks[number - 1] ?? look));
  return looks[index]?.ageMs ?? 0;
}

function between(before: StageFigures, after: StageFigures, share: number): StageFigures {
  const mix = (a: number, b: number) => Math.round(a + (b - a) * share);
  const pair = ([a, b]: [number, number], [c, d]: [number, number]): [number, number] => [mix(a, c), mix(b, d)];
  const triple = (a: StageFigures["rows"], b: StageFigures["rows"]): StageFigures["rows"] => [
    mix(a[0], b[0]),
    mix(a[1], b[1]),
    mix(a[2], b[2]),
  ];
  const isSame = before.phase === after.phase;
  return {
    phase: before.phase,
    duration: before.duration === null ? null : mix(before.duration, after.duration ?? before.duration),
    files: isSame ? pair(before.files, after.files) : before.files,
    rows: isSame ? triple(before.rows, after.rows) : before.rows,
    written: isSame ? triple(before.written, after.written) : before.written,
  };
}
