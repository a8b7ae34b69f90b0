/**
 * Makes ingestions of one process wait for each other if the cluster has too few task slots for all. Started at once,
 * their controllers could take every slot and wait in vain for workers until Druid gives up after minutes.
 */
import type { Session } from "../session";
import { type Gate, newGate, passGate } from "./gate";

const CAPACITY_VALID_MS = 30_000;

interface Slots extends Gate {
  askedAt: number;
  /** The pending capacity request; ingestions that arrive meanwhile wait for it, or all would start at once. */
  asking: Promise<void> | undefined;
}

const gates = new WeakMap<object, Slots>();

/**
 * Resolves to a function that returns the slots. A single ingestion always starts, however many it needs. With
 * `running` its tasks already have their slots and are only counted.
 */
export async function takeSlots(session: Session, tasks: number, running: boolean): Promise<() => void> {
  const { cluster, clock, signal } = session;
  const gate = gates.get(cluster) ?? { ...newGate(), askedAt: Number.NEGATIVE_INFINITY, asking: undefined };
  gates.set(cluster, gate);
  if (clock.now() - gate.askedAt > CAPACITY_VALID_MS) {
    gate.asking ??= askCapacity(session, gate);
    await unlessAborted(gate.asking, signal);
  }
  return passGate(session, gate, { size: tasks, isInside: running, what: "task slots" });
}

/** Shared by all waiting ingestions, so no single signal aborts it. An unknown capacity is no reason to fail. */
async function askCapacity({ client, clock }: Session, gate: Slots): Promise<void> {
  try {
    gate.total = (await client.capacity())?.total;
  } catch {
    // The last known capacity stays; if something is wrong, the submit will report it.
  }
  gate.askedAt = clock.now();
  gate.asking = undefined;
}

function unlessAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const leave = () => reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}
