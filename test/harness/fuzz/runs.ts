/** Runs of fast-check: how many, and with which seed. A failure prints the seed that repeats it. */
import type { Parameters } from "fast-check";

/** `FUZZ_RUNS=100000 FUZZ_SEED=7 npx jest test/unit/…/fuzz` searches longer, or elsewhere. */
export function runs(count: number): Parameters<unknown> {
  const { FUZZ_RUNS, FUZZ_SEED } = process.env;
  return { numRuns: Number(FUZZ_RUNS ?? count), seed: Number(FUZZ_SEED ?? Date.now() % 1_000_000_000), verbose: 1 };
}
