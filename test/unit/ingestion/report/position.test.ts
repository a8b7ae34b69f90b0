import { expect, test } from "@jest/globals";
import { positionOf } from "../../../../src/ingestion/report/position";
import { stagesAt } from "../../../bench/waiting/course";
import { reportAt } from "../../../bench/waiting/report";
import type { Shape } from "../../../bench/waiting/shapes";

const even = (reading: number, after: number) => ({ reading, after, parts: 4, curve: (share: number) => share });
const shape: Shape = {
  kind: "even",
  version: "27.0.0",
  durationMs: 100_000,
  before: 0.1,
  publishing: 0.1,
  stages: [even(0.3, 0.1), even(0.3, 0.1)],
};

test.each([
  [5_000, { stage: -1, isLast: false, phase: "NEW", share: 0, stageMs: 5_000 }],
  [25_000, { stage: 0, isLast: false, phase: "READING_INPUT", share: 0.5, stageMs: 15_000 }],
  [45_000, { stage: 0, isLast: false, phase: "POST_READING", share: 1, stageMs: 35_000 }],
  [65_000, { stage: 1, isLast: true, phase: "READING_INPUT", share: 0.5, stageMs: 15_000 }],
  [85_000, { stage: 1, isLast: true, phase: "READING_INPUT", share: 1, stageMs: 35_000 }],
  [95_000, { stage: 1, isLast: true, phase: "FINISHED", share: 1, stageMs: 40_000 }],
])("after %s ms of two even stages", (ageMs, expected) => {
  const task = { ...shape, stagesAt: (age: number) => stagesAt(shape, age) };
  const { multiStageQuery } = reportAt(task, ageMs) as { multiStageQuery: Parameters<typeof positionOf>[0] };
  expect(positionOf(multiStageQuery)).toEqual(expected);
});
