/** The crash matrix for one kind of kill: a round for each group of points, a test for each round. */
import { afterAll, describe, expect, test } from "@jest/globals";
import { useWorld } from "../e2e/use-world";
import { GROUPS, type Kill, POINTS } from "./points";
import { round } from "./round";
import { Tally } from "./tally";

export function crashMatrix(kill: Kill): void {
  const tally = new Tally();
  const world = useWorld();

  afterAll(() => {
    process.stdout.write(`killed ${kill}: ${tally}\n`);
  });

  describe(`a SIGKILL of ${kill === "both" ? "engine and provider" : `the ${kill}`}`, () => {
    test.each(GROUPS)("at every point of a %s", async (group) => {
      const points = POINTS.filter(({ life }) => life.group === group);
      const outcomes = await round(world, points, kill);
      tally.add(outcomes);
      expect(outcomes).toEqual(
        outcomes.map(({ point, expected }) => ({
          point,
          reached: true,
          state: "SUCCESS",
          running: [],
          expected,
          found: expected,
        })),
      );
    });
  });
}
