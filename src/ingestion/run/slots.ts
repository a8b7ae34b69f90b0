/**
 * Makes ingestions of one process wait for each other if the cluster has too few task slots for all. Started at once,
 * their controllers could take every slot and wait in vain for workers until Druid gives up after minutes.
 */
import type { DruidClient } from "../../druid/client";
import type { Session } from "../session";

const CAPACITY_VALID_MS = 30_000;
/** The status is repeated, because one that follows another within a second is not shown. */
const SAY_EVERY_MS = 1_000;

interface Gate {
  used: number;
  /** In order of arrival; `entry` is aborted to let one in. */
  waiting: { tasks: number; entry: AbortController }[];
  total: number | undefined;
  askedAt: number;
  /** The pending capacity request; ingestions that arrive meanwhile wait for it, or all would start at once. */
  asking: Promise<void> | undefined;
}

const gates = new WeakMap<DruidClient, Gate>();

/**
 * Resolves to a function that returns the slots. A single ingestion always starts, however many it needs. With
 * `running` its tasks already have their slots and are only counted.
 */
export async function takeSlots(session: Session, tasks: number, running: boolean): Promise<() => void> {
  const { client, clock, signal } = session;
  const gate = gates.get(client) ?? newGate();
  gates.set(client, gate);
  if (clock.now() - gate.askedAt > CAPACITY_VALID_MS) {
    gate.asking ??= askCapacity(session, gate);
    await unlessAborted(gate.asking, signal);
  }
  signal.throwIfAborted();
  const fits = running || gate.used === 0 || gate.total === undefined || gate.used + tasks <= gate.total;
  if (running || (fits && gate.waiting.length === 0)) gate.used += tasks;
  else {
    const place = { tasks, entry: new AbortController() };
    gate.waiting.push(place);
    try {
      await enter(session, gate, place.entry.signal);
    } catch (error) {
      if (gate.waiting.includes(place)) gate.waiting = gate.waiting.filter((other) => other !== place);
      else gate.used -= tasks;
      letIn(gate);
      throw error;
    }
  }
  let released = false;
  return () => {
    if (released) return;
    released = true;
    gate.used -= tasks;
    letIn(gate);
  };
}

function newGate(): Gate {
  return { used: 0, waiting: [], total: undefined, askedAt: Number.NEGATIVE_INFINITY, asking: undefined };
}

/** Shared by all waiting ingestions, so no single signal aborts it. An unknown capacity is no reason to fail. */
async function askCapacity({ client, clock }: Session, gate: Gate): Promise<void> {
  try {
    gate.total = (await client.capacity())?.total;
  } catch {
    // The last known capacity stays; if something is wrong, the submit will report it.
  }
  gate.askedAt = clock.now();
  gate.asking = undefined;
}

/** Resolves when `entry` is aborted. */
async function enter({ clock, signal, status }: Session, gate: Gate, entry: AbortSignal): Promise<void> {
  while (!entry.aborted) {
    status(`waiting for another ingestion of this \`pulumi up\`: ${gate.used} of ${gate.total} task slots are in use`);
    await clock.sleep(SAY_EVERY_MS, AbortSignal.any([signal, entry])).catch(() => signal.throwIfAborted());
  }
}

/** First come, first served, so that small ingestions do not overtake a large one for ever. */
function letIn(gate: Gate): void {
  for (let next = gate.waiting[0]; next; next = gate.waiting[0]) {
    if (gate.used > 0 && gate.total !== undefined && gate.used + next.tasks > gate.total) return;
    gate.waiting.shift();
    gate.used += next.tasks;
    next.entry.abort();
  }
}

function unlessAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const leave = () => reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", leave));
  });
}
