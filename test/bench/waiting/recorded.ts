/**
 * Shapes of tasks that ran on a real Druid: the final report says when its stages began and how long they took. How
 * far a stage was between, no final report says; here it goes on evenly.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TaskReport } from "../../../src/druid/wire/task";
import { SEGMENT_MAX_MS, SEGMENT_MIN_MS, segmentsIn } from "./segments";
import { LONGEST_MS, SECOND_MS, type Shape } from "./shapes";

const FIXTURES = join(__dirname, "../../fixtures/druid");
const NAMES = ["report-insert", "report-replace", "report-warned"];

export function recordedReport(version: string, name: string): TaskReport {
  const { body } = JSON.parse(readFileSync(join(FIXTURES, version, `${name}.json`), "utf8"));
  return body.multiStageQuery;
}

/** Each recorded shape at several durations from 1 s to 6 h. */
export function recordedShapes(ofEach: number): Shape[] {
  const recorded = (["27.0.0", "37.0.0"] as const).flatMap((version) => NAMES.map((name) => shapeOf(version, name)));
  return recorded.flatMap((shape) =>
    Array.from({ length: ofEach }, (_, number) =>
      lasting(SECOND_MS * (LONGEST_MS / SECOND_MS) ** ((number + 0.5) / ofEach), shape),
    ),
  );
}

/** More rows make the stages longer, not what comes before and after them. */
function lasting(durationMs: number, shape: Shape): Shape {
  const fixed = shape.durationMs / Math.max(durationMs, shape.durationMs);
  const [before, publishing] = [shape.before * fixed, shape.publishing * fixed];
  const longer = (1 - before - publishing) / (1 - shape.before - shape.publishing);
  const stages = shape.stages.map((stage, index) => {
    const share = (stage.reading + stage.after) * longer;
    const isLast = index === shape.stages.length - 1;
    const parts = isLast ? segmentsIn(share * durationMs, Math.sqrt(SEGMENT_MIN_MS * SEGMENT_MAX_MS)) : 1;
    const after = (stage.after * longer) / parts;
    return { ...stage, parts, after, reading: share - after };
  });
  return { ...shape, durationMs, before, publishing, stages };
}

function shapeOf(version: Shape["version"], name: string): Shape {
  const { status, stages } = recordedReport(version, name).payload;
  const durationMs = status.durationMs ?? 0;
  const shares = (stages ?? []).map(({ duration }) => (duration ?? 0) / durationMs);
  const rest = 1 - shares.reduce((sum, share) => sum + share, 0);
  return {
    kind: "recorded",
    version,
    durationMs,
    before: rest / 2,
    publishing: rest / 2,
    stages: shares.map((share) => ({ reading: share * 0.9, after: share * 0.1, curve: (done) => done, parts: 1 })),
  };
}
