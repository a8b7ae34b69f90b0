import { describe, expect, test } from "@jest/globals";
import type { Position } from "../../../../src/ingestion/report/position";
import { Outlook } from "../../../../src/ingestion/run/outlook";

const at = (more: Partial<Position> = {}): Position => ({
  stage: 1,
  isLast: true,
  phase: "READING_INPUT",
  share: 0.5,
  stageMs: 100_000,
  ...more,
});

function pauseAfter(position: Position, { sinceMs = 0, ageMs = 200_000 } = {}): number {
  const outlook = new Outlook();
  outlook.saw(ageMs - sinceMs, position);
  return Math.round(outlook.pauseMs(ageMs, ageMs));
}

describe("the pause before the next look", () => {
  test.each([
    ["without reports is 5 % of the age", 100_000, 5_000],
    ["at first is half a second", 1_000, 500],
    ["is never more than 15 s", 3_600_000, 15_000],
  ])("%s", (_name, ageMs, expected) => {
    expect(new Outlook().pauseMs(ageMs, ageMs)).toBe(expected);
  });

  test.each([
    ["is 15 % of a stage that has just begun", at({ share: 0.1, stageMs: 10_000 }), 1_500],
    ["is a quarter of what the last stage still needs", at({ share: 0.9, stageMs: 90_000 }), 2_500],
    ["is short once all is taken in", at({ share: 1 }), 500],
    [
      "is 2 % of the age before the last stage, since the task cannot end there",
      at({ isLast: false, share: 1 }),
      4_000,
    ],
    ["is 5 % of a last stage that tells no share", at({ share: 0, stageMs: 60_000 }), 3_000],
    ["is 15 % of an earlier stage that tells no share", at({ isLast: false, share: 0, stageMs: 60_000 }), 9_000],
  ])("%s", (_name, position, expected) => {
    expect(pauseAfter(position)).toBe(expected);
  });

  test("counts what has passed since the report", () => {
    expect(pauseAfter(at({ share: 0.9, stageMs: 90_000 }), { sinceMs: 4_000 })).toBe(1_500);
  });

  test("grows while nothing moves, and is short again when something does", () => {
    const outlook = new Outlook();
    const stuck = (stageMs: number) => at({ share: 1, stageMs });
    outlook.saw(200_000, stuck(100_000));
    outlook.saw(300_000, stuck(200_000));
    expect(outlook.pauseMs(300_000, 300_000)).toBe(4_000);
    outlook.saw(301_000, at({ share: 1, stageMs: 201_000, phase: "FINISHED" }));
    expect(outlook.pauseMs(301_000, 301_000)).toBe(500);
  });
});
