/** What one process of a sweep does: it lives its share of the seeds and tells its parent how they went. */
import { runSeed } from "./run";
import { addTroubles, type Troubles } from "./troubles";

export interface Share {
  first: number;
  step: number;
  last: number;
  /** Ends with the first that broke a promise. */
  untilBroken?: boolean;
}

export interface Tally {
  lived: number;
  asked: number;
  requests: number;
  broken: { seed: number; faults: string[] }[];
  troubles: Troubles;
}

async function liveAll({ first, step, last, untilBroken = false }: Share): Promise<Tally> {
  // Errors are made by the thousand here, and nobody reads their stacks.
  Error.stackTraceLimit = 0;
  const tally: Tally = { lived: 0, asked: 0, requests: 0, broken: [], troubles: {} };
  for (let seed = first; seed <= last; seed += step) {
    const { faults, asked, requests, troubles } = await runSeed(seed);
    tally.lived += 1;
    tally.requests += requests;
    addTroubles(tally.troubles, troubles);
    if (asked > 0) tally.asked += 1;
    if (faults.length > 0) tally.broken.push({ seed, faults });
    if (faults.length > 0 && untilBroken) break;
  }
  return tally;
}

// Whoever has started us is gone.
const leave = () => process.exit(1);
process.once("disconnect", leave);
liveAll(JSON.parse(process.argv[2] ?? "{}") as Share).then(
  (tally) => {
    process.off("disconnect", leave);
    process.send?.(tally, () => process.disconnect());
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
