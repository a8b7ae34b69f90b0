/**
 * Ingestions of one process whose tasks do not fit into the cluster together wait for each other here. Started all at
 * once, their controllers can take every slot and then starve for workers until Druid gives up after minutes.
 */
import type { DruidClient } from "../druid/client";
import type { Session } from "./session";

const CAPACITY_VALID_MS = 30_000;

interface Gate {
  used: number;
  waiting: { tasks: number; enter: () => void }[];
  total: number | undefined;
  askedAt: number;
}

const gates = new WeakMap<DruidClient, Gate>();

/**
 * Resolves to a function that gives the slots back. One ingestion alone always goes, however much it wants; with
 * `running` its tasks have their slots already and are only counted.
 */
export async function takeSlots(session: Session, tasks: number, running: boolean): Promise<() => void> {
  const { client, clock, signal } = session;
  const gate = gates.get(client) ?? { used: 0, waiting: [], total: undefined, askedAt: Number.NEGATIVE_INFINITY };
  gates.set(client, gate);
  if (clock.now() - gate.askedAt > CAPACITY_VALID_MS) {
    gate.askedAt = clock.now();
    gate.total = (await client.capacity({ signal }))?.total;
  }
  const fits = () => running || gate.used === 0 || gate.total === undefined || gate.used + tasks <= gate.total;
  if (!fits() || (!running && gate.waiting.length > 0)) {
    session.status(`waiting for another ingestion of this run: ${gate.used} of ${gate.total} task slots are taken`);
    await new Promise<void>((resolve, reject) => {
      const place = { tasks, enter: resolve };
      gate.waiting.push(place);
      signal.addEventListener(
        "abort",
        () => {
          gate.waiting = gate.waiting.filter((other) => other !== place);
          reject(signal.reason);
        },
        { once: true },
      );
    });
  } else gate.used += tasks;
  let released = false;
  return () => {
    if (released) return;
    released = true;
    gate.used -= tasks;
    letIn(gate);
  };
}

/** First come, first served: a large one is not overtaken for ever by small ones. */
function letIn(gate: Gate): void {
  for (let next = gate.waiting[0]; next; next = gate.waiting[0]) {
    if (gate.used > 0 && gate.total !== undefined && gate.used + next.tasks > gate.total) return;
    gate.waiting.shift();
    gate.used += next.tasks;
    next.enter();
  }
}
