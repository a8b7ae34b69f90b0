/** Lives many seeds on all cores, each core in a process of its own over a compiled copy. */
import { type ChildProcess, fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Copy } from "./copy";
import type { Share, Tally } from "./part";
import { addTroubles } from "./troubles";

export interface Sweep extends Tally {
  seconds: number;
}

export async function sweep(copy: Copy, { from, seeds }: { from: number; seeds: number }): Promise<Sweep> {
  const started = performance.now();
  const cores = Math.min(availableParallelism(), seeds);
  const parts = Array.from({ length: cores }, (_, core) =>
    inProcess(copy, { first: from + core, step: cores, last: from + seeds - 1 }),
  );
  const all: Sweep = { lived: 0, asked: 0, requests: 0, broken: [], troubles: {}, seconds: 0 };
  for (const tally of await allOrNone(parts)) {
    all.lived += tally.lived;
    all.asked += tally.asked;
    all.requests += tally.requests;
    all.broken.push(...tally.broken);
    addTroubles(all.troubles, tally.troubles);
  }
  all.broken.sort((a, b) => a.seed - b.seed);
  return { ...all, seconds: (performance.now() - started) / 1_000 };
}

export interface Part {
  child: ChildProcess;
  tally: Promise<Tally>;
}

/** Lives are short and leave much behind: with more room for the young, less of it is looked through twice. */
const NODE_ARGS = ["--max-semi-space-size=64"];

export function inProcess({ folder }: Copy, share: Share): Part {
  const child = fork(join(folder, "test/simulation/part.js"), [JSON.stringify(share)], { execArgv: NODE_ARGS });
  const tally = new Promise<Tally>((resolve, reject) => {
    let told: Tally | undefined;
    child.once("message", (message) => {
      told = message as Tally;
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (told) resolve(told);
      else reject(new Error(`A part of the simulation ended with ${signal ?? code}: ${JSON.stringify(share)}`));
    });
  });
  tally.catch(() => undefined);
  return { child, tally };
}

/** None goes on where one has failed. */
async function allOrNone(parts: readonly Part[]): Promise<Tally[]> {
  try {
    return await Promise.all(parts.map(({ tally }) => tally));
  } finally {
    for (const { child } of parts) child.kill();
  }
}
