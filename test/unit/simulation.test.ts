import { describe, expect, test } from "@jest/globals";
import { runSeed } from "../simulation/run";

/** The same ones each time; `npm run test:simulation` lives as many others as it is given. */
const SEEDS = 100;
const GROUPS = 4;

describe("simulated lives, with kills, interrupts and faults at random, keep what was promised", () => {
  test.each(Array.from({ length: GROUPS }, (_, group) => [group]))("of group %d", async (group) => {
    const broken: string[] = [];
    for (let seed = 1 + group; seed <= SEEDS; seed += GROUPS) {
      const { faults } = await runSeed(seed);
      broken.push(...faults.map((fault) => `seed ${seed}: ${fault}`));
    }
    expect(broken).toEqual([]);
  });

  test("the same seed is the same life", async () => {
    const [one, two] = [await runSeed(7, true), await runSeed(7, true)];
    expect(one).toEqual(two);
    expect(one.trace.length).toBeGreaterThan(10);
  });
});
