/** Limits how many ingestions of a backfill run at the same time (`concurrency`). */
import type { Session } from "../session";
import { type Gate, newGate, passGate } from "./gate";
import { takeSlots } from "./slots";

/** Ingestions with the same name share the turns. */
export interface Turns {
  name: string;
  limit: number;
}

const gates = new WeakMap<object, Map<string, Gate>>();

/**
 * Waits for a turn, if turns are limited, and for task slots. Resolves to a function that gives both back. `running`:
 * the task already runs, so it is only counted.
 */
export async function takePlace(
  session: Session,
  { turns, tasks }: { turns: Turns | undefined; tasks: number },
  running: boolean,
): Promise<() => void> {
  if (turns === undefined) return takeSlots(session, tasks, running);
  const endTurn = await passGate(session, gateOf(session, turns), { size: 1, isInside: running, what: "turns" });
  try {
    const giveBack = await takeSlots(session, tasks, running);
    return () => {
      giveBack();
      endTurn();
    };
  } catch (error) {
    endTurn();
    throw error;
  }
}

function gateOf({ cluster }: Session, { name, limit }: Turns): Gate {
  const named = gates.get(cluster) ?? new Map<string, Gate>();
  gates.set(cluster, named);
  const gate = named.get(name) ?? newGate(limit);
  named.set(name, gate);
  return gate;
}
