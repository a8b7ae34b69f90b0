/** Limits how much runs at the same time. What does not fit waits in a queue, first come, first served. */
import type { Session } from "../session";

/** The waiting status is repeated, because a status that follows another within a second may not be shown. */
const SAY_EVERY_MS = 1_000;

export interface Gate {
  used: number;
  /** In order of arrival; `entry` is aborted to let one in. */
  waiting: { size: number; entry: AbortController }[];
  /** Undefined for no limit. */
  total: number | undefined;
}

export const newGate = (total?: number): Gate => ({ used: 0, waiting: [], total });

/**
 * Waits for a place of `size`, and resolves to a function that gives it back. Something larger than the whole gate
 * enters when nothing else is inside. `isInside`: it already runs, so it is only counted.
 */
export async function passGate(
  session: Session,
  gate: Gate,
  { size, isInside, what }: { size: number; isInside: boolean; what: string },
): Promise<() => void> {
  session.signal.throwIfAborted();
  const fits = gate.used === 0 || gate.total === undefined || gate.used + size <= gate.total;
  if (isInside || (fits && gate.waiting.length === 0)) gate.used += size;
  else {
    const place = { size, entry: new AbortController() };
    gate.waiting.push(place);
    try {
      await enter(session, gate, what, place.entry.signal);
    } catch (error) {
      if (gate.waiting.includes(place)) gate.waiting = gate.waiting.filter((other) => other !== place);
      else gate.used -= size;
      letIn(gate);
      throw error;
    }
  }
  let released = false;
  return () => {
    if (released) return;
    released = true;
    gate.used -= size;
    letIn(gate);
  };
}

/** Resolves when `entry` is aborted. */
async function enter({ clock, signal, status }: Session, gate: Gate, what: string, entry: AbortSignal): Promise<void> {
  while (!entry.aborted) {
    status(`waiting for other ingestions: ${gate.used} of ${gate.total} ${what} are in use by this \`pulumi up\``);
    await clock.sleep(SAY_EVERY_MS, AbortSignal.any([signal, entry])).catch(() => signal.throwIfAborted());
  }
}

/** Stops at the first that does not fit: otherwise small ingestions could overtake a large one for ever. */
function letIn(gate: Gate): void {
  for (let next = gate.waiting[0]; next; next = gate.waiting[0]) {
    if (gate.used > 0 && gate.total !== undefined && gate.used + next.size > gate.total) return;
    gate.waiting.shift();
    gate.used += next.size;
    next.entry.abort();
  }
}
