/**
 * Decides how a sequence moves to the key of the ingestion's new name. A note under the new key refers to the old
 * sequence, and a fence under the old key says that it continues elsewhere. A pure step, as in `load.ts`;
 * `sequence/rename.ts` performs the actions.
 */
import { TURNS_MAX } from "./heart";
import { isAdded, type Published, publishedAfter } from "./published";
import { lostRun, observeFrom, type Recorded, settled } from "./record";
import { account, type Entry } from "./sequence";

export interface RenameAim {
  from: string;
  to: string;
  target: string | undefined;
}

export type RenameAction =
  /** Observe the old sequence from a number on, and the whole new one. → observed */
  | { do: "observe"; from: number }
  /** Submit a note under the new key: the old key's tasks up to number `upTo` come before it. → sent */
  | { do: "note"; number: number; upTo: number; isNeeded: boolean }
  /** Submit a fence under the old key. → sent */
  | { do: "fence"; number: number }
  /** `number` is that of the note; undefined if there was nothing to move. */
  | { do: "finish"; number: number | undefined; recorded: Recorded | undefined }
  | { do: "fail"; why: "sending" | "tooManyTurns" };

export type RenameEvent =
  | { is: "observed"; old: readonly Entry[]; own: readonly Entry[] }
  | { is: "sent"; outcome: "accepted" | "taken" | "refused" | "unclear" };

export interface Rename {
  aim: RenameAim;
  /** Undefined in a create, where nothing is recorded under the old name. */
  recorded: Recorded | undefined;
  /** What to record if the note is accepted, and the number of the fence. */
  moved: { number: number | undefined; recorded: Recorded | undefined; fence: number };
  turns: number;
  action: RenameAction;
}

export function beginRename(aim: RenameAim, recorded: Recorded | undefined): Rename {
  const moved = { number: undefined, recorded, fence: 1 };
  return { aim, recorded, moved, turns: 0, action: { do: "observe", from: recorded ? observeFrom(recorded) : 1 } };
}

export function stepRename(rename: Rename, event: RenameEvent): Rename {
  const { action } = rename;
  if (event.is === "observed") return afterLook(rename, event.old, event.own);
  if (action.do === "note") return afterNote(rename, action, event.outcome);
  return event.outcome === "taken" ? again(rename) : finish(rename);
}

const to = (rename: Rename, action: RenameAction): Rename => ({ ...rename, action });
const finish = (rename: Rename): Rename =>
  to(rename, { do: "finish", number: rename.moved.number, recorded: rename.moved.recorded });

function again(rename: Rename): Rename {
  const { turns, recorded } = rename;
  if (turns >= TURNS_MAX) return to(rename, { do: "fail", why: "tooManyTurns" });
  return { ...beginRename(rename.aim, recorded), turns: turns + 1 };
}

function afterLook(rename: Rename, old: readonly Entry[], own: readonly Entry[]): Rename {
  const { aim, recorded } = rename;
  const last = lastOf(old, aim.to, recorded?.number ?? 0);
  const moved = { number: undefined, recorded, fence: Math.max(last, old.at(-1)?.number ?? 0) + 1 };
  const note = own.find((entry) => entry.is === "mark" && entry.from?.key === aim.from && entry.from.upTo >= last);
  if (last === 0 || (note && recorded === undefined)) {
    // A killed create may have sent a request that has yet to start a run under the old name: the fence blocks it.
    return recorded ? finish({ ...rename, moved }) : to({ ...rename, moved }, { do: "fence", number: moved.fence });
  }
  const end = own.at(-1)?.number ?? 0;
  // The note may be there already: its answer was lost, or an earlier operation was stopped after it.
  const isThere = note !== undefined && note.number === end;
  const number = isThere ? end : end + 1;
  const isSettled =
    recorded?.state === "SUCCESS" && !old.some((entry) => entry.number > recorded.number && entry.is !== "mark");
  const now = { ...rename, moved: { ...moved, number, recorded: underNote(rename, old, own, number, isSettled) } };
  if (isThere) return to(now, { do: "fence", number: moved.fence });
  // Without the note, tasks that run or are not recorded could not be found again, and would be loaded twice.
  return to(now, { do: "note", number, upTo: last, isNeeded: !isSettled });
}

function afterNote(
  rename: Rename,
  { number, isNeeded }: Extract<RenameAction, { do: "note" }>,
  outcome: Extract<RenameEvent, { is: "sent" }>["outcome"],
): Rename {
  const { moved } = rename;
  if (outcome === "taken") return again(rename);
  if (outcome !== "accepted" && isNeeded) return to(rename, { do: "fail", why: "sending" });
  // The note was not accepted, so its number is free for the next run.
  const isFree = outcome !== "accepted" && moved.recorded !== undefined;
  const recorded = isFree && moved.recorded ? { ...moved.recorded, number: number - 1 } : moved.recorded;
  return to({ ...rename, moved: { ...moved, recorded } }, { do: "fence", number: moved.fence });
}

function underNote(
  { aim: { target }, recorded }: Rename,
  old: readonly Entry[],
  own: readonly Entry[],
  number: number,
  isSettled: boolean,
): Recorded | undefined {
  if (recorded === undefined) return undefined;
  const earlier = account({ wanted: { target }, recorded: { number: 0, published: [] }, entries: own }).published;
  const published = together(earlier, knownOf(recorded, target, old));
  // Unless everything is settled, the next look must read the note again, and the old tasks to which it refers.
  return isSettled
    ? { ...recorded, number, published }
    : { ...recorded, number: number - 1, published, state: "STALE" };
}

/** The last number to move. Ignores fences that an earlier attempt has put. */
function lastOf(entries: readonly Entry[], key: string, recorded: number): number {
  const isFence = (entry: Entry) => entry.is === "mark" && entry.to === key;
  return Math.max(recorded, ...entries.filter((entry) => !isFence(entry)).map(({ number }) => number));
}

function knownOf(recorded: Recorded, target: string | undefined, entries: readonly Entry[]): Published {
  const lost = lostRun(recorded, entries);
  const { published } = settled(recorded, { target }, entries);
  return lost ? publishedAfter(published, lost, "lost") : published;
}

/** Rows from an earlier use of the new name may still be there, so they are kept in the list as older loads. */
function together(earlier: Published, now: Published): Published {
  const rest = earlier.filter((item) => isAdded(item) && !now.includes(item.replace("?", "")));
  return [...rest, ...now];
}

/** Notes of a sequence by their numbers, as `sequence/marker.ts` reads them. */
export type Notes = readonly (readonly [
  number: number,
  note: { is: string; key?: string | undefined; upTo?: number | undefined },
])[];

/** The key under which a sequence continues, by the notes since its record; undefined if it keeps its own key. */
export function continuedUnder(notes: Notes): string | undefined {
  const onward = notes.findLastIndex(([, note]) => note.is === "to");
  const key = notes[onward]?.[1].key;
  const isBack = notes.slice(onward).some(([, note]) => note.is === "from" && note.key === key);
  return onward < 0 || isBack ? undefined : key;
}

/** The record of a sequence where it continues under another key; undefined if the notes there do not refer to it. */
export function continued<T extends Recorded & { key: string }>(stored: T, key: string, notes: Notes): T | undefined {
  const found = notes.find(
    ([, note]) => note.is === "from" && note.key === stored.key && (note.upTo ?? 0) >= stored.number,
  );
  // STALE makes the next look read the note again, and the old tasks to which it refers.
  return found && { ...stored, key, number: found[0] - 1, state: "STALE" };
}
