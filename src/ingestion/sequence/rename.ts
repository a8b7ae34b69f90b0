/**
 * Moves a sequence to the key of the ingestion's new name, after a rename by alias, of the stack, or of the project. A
 * note under the new key refers to the old sequence, and one under the old key to the new. So even without state an
 * operation finds what was loaded, and the old name is free for another ingestion.
 */
import { DruidIngestionError, messageOf } from "../../base/errors";
import { type Published, publishedAfter } from "../rules/published";
import type { Recorded } from "../rules/record";
import { lostRun, observeFrom, settled } from "../rules/record";
import { account, type Entry } from "../rules/sequence";
import type { Session } from "../session";
import { observe } from "./observe";
import { submitMark } from "./submit";

const TURNS_MAX = 100;

export interface Rename {
  from: string;
  to: string;
  /** The current URN of the ingestion. */
  urn: string;
  target: string | undefined;
}

/** The number of the note, and what must be recorded under the new key; undefined if there is nothing to move. */
export async function renameSequence<T extends Recorded>(
  session: Session,
  rename: Rename,
  recorded: T | undefined,
): Promise<{ number: number; recorded: T | undefined } | undefined> {
  const { client, clock, signal } = session;
  const { from, to, urn, target } = rename;
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    session.status("moving earlier runs of this ingestion to its new name");
    const before = recorded && observeFrom(recorded);
    const old = await observe(client, clock, from, before ?? 1, { signal, forKey: to });
    const last = lastOf(old, to, recorded?.number ?? 0);
    const own = await observe(client, clock, to, 1, { signal });
    const isBrought = own.some((entry) => entry.is === "mark" && entry.from?.key === from && entry.from.upTo >= last);
    if (last === 0 || (recorded === undefined && isBrought)) return undefined;
    const number = (own.at(-1)?.number ?? 0) + 1;
    const note = await submitMark(session, to, number, target, { is: "from", key: from, upTo: last, urn });
    if (note.is === "taken") continue;
    signal.throwIfAborted();
    const isSettled =
      recorded?.state === "SUCCESS" && !old.some((entry) => entry.number > recorded.number && entry.is !== "mark");
    if (note.is !== "accepted") {
      // Without the note, running or unrecorded tasks could not be found again and would be loaded twice.
      if (!isSettled) throw note.error;
      const cause = messageOf(note.error);
      session.log(
        "warning",
        `Cannot record the former name of this ingestion in Druid: ${cause}; continuing without the record`,
      );
    }
    const fence = await submitMark(session, from, last + fenceAfter(old, last), target, { is: "to", key: to, urn });
    if (fence.is === "taken") continue;
    signal.throwIfAborted();
    if (recorded === undefined) return { number, recorded };
    const published = together(
      account({ wanted: { target }, recorded: { number: 0, published: [] }, entries: own }).published,
      knownOf(recorded, target, old),
    );
    // Unless everything is settled, the note must be read again, with everything it stands for.
    if (!isSettled) return { number, recorded: { ...recorded, number: number - 1, published, state: "STALE" } };
    const isNoted = note.is === "accepted";
    return { number, recorded: { ...recorded, number: isNoted ? number : number - 1, published } };
  }
  throw new DruidIngestionError(
    "timeout",
    "another process keeps using its task ids; check whether another program runs the same stack",
  );
}

/** Ignores our own notes that the sequence continues under the new key. */
function lastOf(entries: readonly Entry[], to: string, recorded: number): number {
  return Math.max(recorded, ...entries.filter((entry) => !isFence(entry, to)).map(({ number }) => number));
}

const isFence = (entry: Entry, to: string): boolean => entry.is === "mark" && entry.to === to;

/** Offset of the first number after all numbers in use. */
const fenceAfter = (entries: readonly Entry[], last: number): number =>
  Math.max(1, (entries.at(-1)?.number ?? 0) - last + 1);

function knownOf(recorded: Recorded, target: string | undefined, entries: readonly Entry[]): Published {
  const lost = lostRun(recorded, entries);
  const { published } = settled(recorded, { target }, entries);
  return lost ? publishedAfter(published, lost, "lost") : published;
}

/** Rows from an earlier use of the new name may still be there, so they are kept in the list as older loads. */
function together(earlier: Published, now: Published): Published {
  const rest = earlier.filter((item) => /\+\??$/.test(item) && !now.includes(item.replace("?", "")));
  return [...rest, ...now];
}
