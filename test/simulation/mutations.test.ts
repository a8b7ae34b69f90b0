import { describe, expect, test } from "@jest/globals";
import { hunt } from "./hunt";
import { MUTATIONS } from "./mutations";

/** `npm run test:simulation -- --mutations` finds the rare ones too, and lives more. */
const SEEDS = 200;
const COMMON = MUTATIONS.filter(({ isRare }) => !isRare);

describe("simulated lives", () => {
  test("find each break of the code", async () => {
    const found = await hunt(COMMON, { from: 1, seeds: SEEDS });
    const missed = found.filter(({ seed }) => seed === undefined);
    expect(missed.map(({ mutation }) => `${mutation.module}: ${mutation.danger}`)).toEqual([]);
    expect(found).toHaveLength(COMMON.length);
    expect(COMMON.length).toBeGreaterThanOrEqual(10);
  }, 900_000);
});
