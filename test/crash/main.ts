/**
 * `npm run test:crash -- --rounds N --seed S`: rounds of kills at random requests, on a Druid of its own. Each round
 * has a seed of its own, which is printed, so that one round can run again alone.
 */
import { parseArgs } from "node:util";
import { startWorld, type World } from "../e2e/world";
import { seededRandom } from "../harness/fake";
import type { HoldOptions } from "../harness/proxy";
import { GROUPS, KILLS, LIVES, type Life, type Point } from "./points";
import { type Outcome, round } from "./round";
import { Tally } from "./tally";

const INGESTIONS = 6;
/** More requests than this are few in a life so short. */
const REQUESTS = 14;
const LATE_SHARE = 0.2;
const IDLE_MS = 4_000;
/** Rounds side by side: each waits most of its time. */
const LANES = 3;
/** What may reach Druid late without harm: the numbers of the sequence are a fence. */
const FENCED = { method: "POST", path: /\/task$/, body: /"sqlQueryId"|"noop"/ };

type Random = () => number;

function pick<T>(random: Random, all: readonly T[]): T {
  return all[Math.floor(random() * all.length)] as T;
}

function pointOf(random: Random, life: Life): Point {
  const isLate = random() < LATE_SHARE;
  const when = isLate || random() < 0.5 ? "before" : "after";
  const nth = 1 + Math.floor(random() * REQUESTS);
  const hold: HoldOptions = isLate ? { ...FENCED, when } : { path: /./, when, nth };
  return { name: isLate ? "a late request" : `${when} request ${nth}`, life, hold, isLate };
}

const isRight = ({ state, running, expected, found }: Outcome): boolean =>
  state === "SUCCESS" &&
  running.length === 0 &&
  Object.entries(expected).every(([letter, rows]) => found[letter] === rows);

/** False where anything is not as it has to be. */
async function live(world: World, seed: number, tally: Tally): Promise<boolean> {
  const random = seededRandom(seed);
  const group = pick(random, GROUPS);
  const kill = pick(random, KILLS);
  // The greedy one can wait for its slots only, never run.
  const lives: Life[] = Object.values(LIVES).filter((life) => life.group === group && life !== LIVES.createGreedily);
  const points = Array.from({ length: INGESTIONS }, () => pointOf(random, pick(random, lives)));
  const head = `seed ${seed}: ${kill} killed in a ${group}`;
  try {
    const outcomes = await round(world, points, kill, IDLE_MS);
    tally.add(outcomes);
    const wrong = outcomes.filter((outcome) => !isRight(outcome));
    const reached = outcomes.filter((outcome) => outcome.reached).length;
    console.log(`${head}, ${reached} of ${INGESTIONS} at their points: ${wrong.length === 0 ? "right" : "WRONG"}`);
    for (const outcome of wrong) console.log(JSON.stringify(outcome));
    return wrong.length === 0;
  } catch (error) {
    console.log(`${head}: WRONG\n${(error as Error).stack}`);
    return false;
  }
}

function countOf(text: string, name: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 1) throw new Error(`--${name} has to be a whole number from 1 on`);
  return count;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: "string", default: "10" },
      seed: { type: "string", default: "1" },
      lib: { type: "string" },
    },
  });
  if (values.lib !== undefined) process.env.PULUMI_DRUID_TEST_LIB = values.lib;
  const [rounds, seed] = [countOf(values.rounds, "rounds"), countOf(values.seed, "seed")];
  const world = await startWorld();
  const tally = new Tally();
  let wrong = 0;
  let isStopped = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      isStopped = true;
      console.log("Ending after the rounds that have begun");
    });
  }
  try {
    let begun = 0;
    const lane = async (): Promise<void> => {
      while (begun < rounds && !isStopped) {
        begun += 1;
        if (!(await live(world, seed + begun - 1, tally))) wrong += 1;
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  } finally {
    await world.stop();
  }
  console.log(`${tally}; ${wrong} round(s) went wrong`);
  if (wrong > 0) process.exitCode = 1;
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
