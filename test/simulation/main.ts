/**
 * `npm run test:simulation -- --seeds N --from S`: lives N programs from seed S on, on all cores, and prints each that
 * broke a promise with all that happened in it. `--trace` prints one that broke none, too. `--mutations` breaks the
 * code on purpose, and has each of the breaks found.
 */
import { parseArgs } from "node:util";
import { makeCopy } from "./copy";
import { hunt } from "./hunt";
import { MUTATIONS } from "./mutations";
import { runSeed } from "./run";
import { type Sweep, sweep } from "./sweep";
import { byKind } from "./troubles";

const USAGE = "npm run test:simulation -- [--seeds N] [--from S] [--trace] [--mutations]";
/** More traces than that nobody reads. */
const SHOWN = 10;

interface Wish {
  from: number;
  seeds: number;
  trace: boolean;
  mutations: boolean;
}

function wishOf(args: string[]): Wish {
  const { values } = parseArgs({
    args,
    options: {
      seeds: { type: "string" },
      from: { type: "string", default: "1" },
      trace: { type: "boolean", default: false },
      mutations: { type: "boolean", default: false },
    },
  });
  const { trace, mutations } = values;
  const seeds = values.seeds ?? (mutations ? "2000" : "1000");
  const wish = { from: whole("from", values.from), seeds: whole("seeds", seeds), trace, mutations };
  if (trace && (wish.seeds !== 1 || mutations)) throw new Error("--trace is for one life: add --seeds 1");
  return wish;
}

function whole(name: string, text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && Number.isSafeInteger(number)) return number;
  throw new Error(`--${name} takes a whole number from 1 on, not "${text}"`);
}

async function show(seed: number): Promise<boolean> {
  const { trace, faults } = await runSeed(seed, true);
  console.log([...trace, ...faults.map((fault) => `BROKEN: ${fault}`)].join("\n"));
  console.log(`Again: npm run test:simulation -- --from ${seed} --seeds 1 --trace\n`);
  return faults.length === 0;
}

async function live({ from, seeds }: Wish): Promise<boolean> {
  const copy = makeCopy();
  const all = await sweep(copy, { from, seeds }).finally(copy.remove);
  for (const { seed } of all.broken.slice(0, SHOWN)) await show(seed);
  if (all.broken.length > SHOWN) console.log(`Also broken: ${all.broken.slice(SHOWN).map(({ seed }) => seed)}\n`);
  printTroubles(all);
  console.log(
    `\n${seeds} lives from seed ${from} in ${all.seconds.toFixed(1)} s: ${all.broken.length} broke a promise, ` +
      `${all.asked} had to ask, ${Math.round(all.requests / seeds)} requests each`,
  );
  return all.broken.length === 0;
}

function printTroubles({ troubles }: Sweep): void {
  console.log(`${"what went wrong".padEnd(44)}${"times".padStart(8)}${"met a run".padStart(12)}`);
  for (const [kind, times, metRun] of byKind(troubles)) {
    console.log(`  ${kind.padEnd(42)}${String(times).padStart(8)}${String(metRun).padStart(12)}`);
  }
}

async function huntAll({ from, seeds }: Wish): Promise<boolean> {
  const started = performance.now();
  const found = await hunt(MUTATIONS, { from, seeds }, ({ mutation, seed, fault }) => {
    console.log(`${seed === undefined ? "NOT FOUND" : `seed ${seed}`}: ${mutation.module}: ${mutation.danger}`);
    if (fault !== undefined) console.log(`    ${fault}`);
  });
  const missed = found.filter(({ seed }) => seed === undefined).length;
  const seconds = ((performance.now() - started) / 1_000).toFixed(1);
  console.log(`\n${found.length} mutations in ${seconds} s: ${found.length - missed} found, ${missed} not`);
  return missed === 0;
}

async function main(): Promise<void> {
  let wish: Wish;
  try {
    wish = wishOf(process.argv.slice(2));
  } catch (error) {
    console.error(`Cannot simulate: ${(error as Error).message}\nUsage: ${USAGE}`);
    process.exitCode = 2;
    return;
  }
  const isWell = wish.trace ? await show(wish.from) : await (wish.mutations ? huntAll(wish) : live(wish));
  if (!isWell) process.exitCode = 1;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
