import { afterAll, describe, expect, test } from "@jest/globals";
import { makeCopy } from "./copy";
import { runSeed } from "./run";
import { sweep } from "./sweep";
import { byKind } from "./troubles";

/** The same ones each time; `npm run test:simulation` lives as many others as it is given. */
const SEEDS = 800;

describe("simulated lives, with kills, interrupts and faults at random", () => {
  const copy = makeCopy();
  afterAll(copy.remove);
  const lived = sweep(copy, { from: 1, seeds: SEEDS });
  lived.catch(() => undefined);

  test("keep what was promised", async () => {
    const { lived: count, broken } = await lived;
    expect(broken).toEqual([]);
    expect(count).toBe(SEEDS);
  }, 900_000);

  test("meet every kind of fault, and more than once while something runs", async () => {
    const { troubles } = await lived;
    const rare = byKind(troubles).filter(([, , metRun]) => metRun < 2);
    expect(rare).toEqual([]);
  });

  test("are the same for the same seed", async () => {
    const [one, two] = [await runSeed(7, true), await runSeed(7, true)];
    expect(one).toEqual(two);
    expect(one.trace.length).toBeGreaterThan(10);
  });
});
