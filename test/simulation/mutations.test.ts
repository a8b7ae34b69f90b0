import { describe, expect, test } from "@jest/globals";
import { hunt } from "./hunt";
import { MUTATIONS } from "./mutations";

/** Most need less than a hundred. */
const SEEDS = 2_000;

describe("simulated lives", () => {
  test("find each break of the code", async () => {
    const found = await hunt(MUTATIONS, { from: 1, seeds: SEEDS });
    const missed = found.filter(({ seed }) => seed === undefined);
    expect(missed.map(({ mutation }) => `${mutation.file}: ${mutation.danger}`)).toEqual([]);
    expect(found).toHaveLength(MUTATIONS.length);
  }, 900_000);
});
