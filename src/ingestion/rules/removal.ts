/**
 * Decides what a delete does next: end all running tasks, drop the datasource if requested, and fence the sequence
 * against delayed requests. A pure step, as in `load.ts`; `retire.ts` performs the actions.
 */
import { TURNS_MAX } from "./heart";
import { observeFrom, type Recorded, settled } from "./record";
import type { Entry, RunEntry } from "./sequence";

export interface RemovalAim {
  target: string | undefined;
  /** Whether the datasource must be dropped. */
  drops: boolean;
}

export type RemovalAction =
  /** → observed */
  | { do: "observe"; from: number }
  /** → canceled */
  | { do: "cancel"; entries: readonly RunEntry[] }
  /** `isEmpty`: this ingestion has published nothing into it. → dropped */
  | { do: "drop"; target: string; isEmpty: boolean }
  /** → sent */
  | { do: "mark"; number: number; tombstone: string | undefined }
  /** Everything up to `number` no longer counts. */
  | { do: "finish"; number: number; isMarked: boolean; isDropped: boolean }
  | { do: "fail"; why: "tooManyTurns" };

export type RemovalEvent =
  | { is: "observed"; entries: readonly Entry[] }
  | { is: "canceled" }
  | { is: "dropped"; isDropped: boolean }
  | { is: "sent"; outcome: "accepted" | "taken" | "refused" | "unclear" };

export interface Removal {
  aim: RemovalAim;
  recorded: Recorded;
  number: number;
  isDropped: boolean;
  turns: number;
  action: RemovalAction;
}

export function beginRemoval(aim: RemovalAim, recorded: Recorded): Removal {
  const action = { do: "observe", from: observeFrom(recorded) } as const;
  return { aim, recorded, number: recorded.number, isDropped: false, turns: 0, action };
}

export function stepRemoval(removal: Removal, event: RemovalEvent): Removal {
  const { aim, recorded, action } = removal;
  switch (event.is) {
    case "observed": {
      const running = event.entries.filter((entry): entry is RunEntry => entry.is === "running");
      if (running.length > 0) return { ...removal, action: { do: "cancel", entries: running } };
      const { number, published } = settled(recorded, { target: aim.target }, event.entries);
      const now = { ...removal, number };
      if (!aim.drops || aim.target === undefined) return mark({ ...now, isDropped: false });
      return { ...now, action: { do: "drop", target: aim.target, isEmpty: published.length === 0 } };
    }
    case "canceled":
      return again(removal);
    case "dropped":
      return mark({ ...removal, isDropped: event.isDropped });
    case "sent": {
      if (event.outcome === "taken") return again(removal);
      const isMarked = event.outcome === "accepted";
      // If the mark failed, its number stays free: the next run takes it, and so becomes the fence.
      const number = isMarked && action.do === "mark" ? action.number : removal.number;
      return { ...removal, action: { do: "finish", number, isMarked, isDropped: removal.isDropped } };
    }
  }
}

function mark(removal: Removal): Removal {
  const tombstone = removal.isDropped ? removal.aim.target : undefined;
  return { ...removal, action: { do: "mark", number: removal.number + 1, tombstone } };
}

function again(removal: Removal): Removal {
  if (removal.turns >= TURNS_MAX) return { ...removal, action: { do: "fail", why: "tooManyTurns" } };
  return {
    ...removal,
    turns: removal.turns + 1,
    action: { do: "observe", from: observeFrom(removal.recorded) },
  };
}
