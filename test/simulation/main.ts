/**
 * `npm run test:simulation -- --seeds N --from S`: lives N programs from seed S on, on all cores, and prints each that
 * broke a promise with all that happened in it.
 */
import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { runSeed } from "./run";

interface Share {
  first: number;
  step: number;
  last: number;
}

interface Tally {
  asked: number;
  requests: number;
  broken: number[];
}

async function liveAll({ first, step, last }: Share): Promise<Tally> {
  // Errors are made by the thousand here, and nobody reads their stacks.
  Error.stackTraceLimit = 0;
  const tally: Tally = { asked: 0, requests: 0, broken: [] };
  for (let seed = first; seed <= last; seed += step) {
    const { faults, asked, requests } = await runSeed(seed);
    tally.requests += requests;
    if (asked > 0) tally.asked += 1;
    if (faults.length > 0) tally.broken.push(seed);
  }
  return tally;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seeds: { type: "string", default: "1000" },
      from: { type: "string", default: "1" },
      trace: { type: "boolean", default: false },
    },
  });
  const [from, seeds] = [Number(values.from), Number(values.seeds)];
  const started = performance.now();
  const cores = Math.min(availableParallelism(), seeds);
  const shares = Array.from({ length: cores }, (_, core) => ({
    first: from + core,
    step: cores,
    last: from + seeds - 1,
  }));
  const tallies = await Promise.all(shares.map((share) => (cores === 1 ? liveAll(share) : inProcess(share))));
  const seconds = (performance.now() - started) / 1_000;
  const broken = tallies.flatMap((tally) => tally.broken).sort((a, b) => a - b);
  for (const seed of values.trace && seeds === 1 ? [from] : broken) {
    const { trace, faults } = await runSeed(seed, true);
    console.log([...trace, ...faults.map((fault) => `BROKEN: ${fault}`)].join("\n"));
    console.log(`Again: npm run test:simulation -- --from ${seed} --seeds 1 --trace\n`);
  }
  const sum = (of: "asked" | "requests") => tallies.reduce((total, tally) => total + tally[of], 0);
  console.log(
    `${seeds} lives from seed ${from} in ${seconds.toFixed(1)} s: ${broken.length} broke a promise, ` +
      `${sum("asked")} had to ask, ${Math.round(sum("requests") / seeds)} requests each`,
  );
  if (broken.length > 0) process.exitCode = 1;
}

/** In a process of its own: a worker thread would not load TypeScript on every Node that we run on. */
function inProcess(share: Share): Promise<Tally> {
  return new Promise((resolve, reject) => {
    const child = fork(__filename, [JSON.stringify(share)], { execArgv: ["--import", "tsx"] });
    let tally: Tally | undefined;
    child.once("message", (message) => {
      tally = message as Tally;
    });
    child.once("error", reject);
    child.once("exit", (code) => (tally ? resolve(tally) : reject(new Error(`A part ended with ${code}`))));
  });
}

const isPart = process.send !== undefined;
const work = isPart
  ? liveAll(JSON.parse(process.argv[2] ?? "{}") as Share).then((tally) => {
      process.send?.(tally);
      process.disconnect();
    })
  : main();
work.catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
