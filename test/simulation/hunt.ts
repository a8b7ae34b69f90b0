/** Breaks a copy of the code on purpose, break after break, and lives seeds over it until one tells. */
import { availableParallelism } from "node:os";
import type { Mutation } from "./breaking";
import { brokenCopy, type Copy, makeCopy } from "./copy";
import { MUTATIONS } from "./mutations";
import { inProcess, type Part } from "./sweep";

export interface Found {
  mutation: Mutation;
  /** The first seed that broke a promise over it; absent where none did. */
  seed?: number;
  fault?: string;
}

/** No life over any mutation is to hang; if one does, this is its end. Busy machines take their time. */
const HANGS_AFTER_MS = 12 * 60_000;

export async function hunt(
  mutations: readonly Mutation[],
  { from, seeds }: { from: number; seeds: number },
  tell: (found: Found) => void = () => undefined,
): Promise<Found[]> {
  const copy = makeCopy();
  const parts = new Set<Part>();
  const found: Found[] = [];
  const rest = [...mutations];
  const worker = async () => {
    for (let mutation = rest.shift(); mutation !== undefined; mutation = rest.shift()) {
      const one = await find(copy, mutation, { from, seeds }, parts);
      found.push(one);
      tell(one);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(availableParallelism(), mutations.length) }, worker));
    return found;
  } finally {
    rest.length = 0;
    for (const { child } of parts) child.kill();
    copy.remove();
  }
}

async function find(
  copy: Copy,
  mutation: Mutation,
  { from, seeds }: { from: number; seeds: number },
  parts: Set<Part>,
): Promise<Found> {
  const changed = brokenCopy(copy, mutation.module, MUTATIONS.indexOf(mutation));
  const part = inProcess(changed, { first: from, step: 1, last: from + seeds - 1, untilBroken: true });
  parts.add(part);
  let hangs = false;
  const limit = setTimeout(() => {
    hangs = true;
    part.child.kill();
  }, HANGS_AFTER_MS);
  try {
    const [broken] = (await part.tally).broken;
    return { mutation, ...(broken && { seed: broken.seed, fault: broken.faults[0] ?? "" }) };
  } catch (error) {
    if (hangs) return { mutation, fault: `no life told of it within ${HANGS_AFTER_MS / 60_000} minutes` };
    throw error;
  } finally {
    clearTimeout(limit);
    parts.delete(part);
    changed.remove();
  }
}
