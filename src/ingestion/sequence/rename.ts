/**
 * Brings a sequence under the key of the name that the ingestion has now, after a rename by alias, of the stack, or of
 * the project: a note under the new key says where the sequence began, one under the old key that it went on elsewhere.
 * So whoever comes with a lost state finds what was loaded, and the old name is free for another ingestion.
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
  /** Of the name that the ingestion has now. */
  urn: string;
  target: string | undefined;
}

/** The number of the note, and what is to be recorded under the new key; undefined where there is nothing to bring. */
export async function renameSequence<T extends Recorded>(
  session: Session,
  rename: Rename,
  recorded: T | undefined,
): Promise<{ number: number; recorded: T | undefined } | undefined> {
  const { client, clock, signal } = session;
  const { from, to, urn, target } = rename;
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    session.status("bringing earlier runs of this ingestion under its new name");
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
      // Without the note what runs, or has run unrecorded, would be lost from sight and be loaded again.
      if (!isSettled) throw note.error;
      const cause = messageOf(note.error);
      session.log("warning", `Cannot note under which name this ingestion ran before (${cause}): going on without`);
    }
    const fence = await submitMark(session, from, last + fenceAfter(old, last), target, { is: "to", key: to, urn });
    if (fence.is === "taken") continue;
    signal.throwIfAborted();
    if (recorded === undefined) return { number, recorded };
    const published = together(
      account({ wanted: { target }, recorded: { number: 0, published: [] }, entries: own }).published,
      knownOf(recorded, target, old),
    );
    // Where not all is settled the note is read again, with all that it stands for.
    if (!isSettled) return { number, recorded: { ...recorded, number: number - 1, published, state: "STALE" } };
    const isNoted = note.is === "accepted";
    return { number, recorded: { ...recorded, number: isNoted ? number : number - 1, published } };
  }
  throw new DruidIngestionError(
    "timeout",
    "something else keeps taking its task ids; look for another program that runs the same stack",
  );
}

/** Our own notes that the sequence goes on under the new key are no part of what it was. */
function lastOf(entries: readonly Entry[], to: string, recorded: number): number {
  return Math.max(recorded, ...entries.filter((entry) => !isFence(entry, to)).map(({ number }) => number));
}

const isFence = (entry: Entry, to: string): boolean => entry.is === "mark" && entry.to === to;

/** Behind the last number that is in use at all. */
const fenceAfter = (entries: readonly Entry[], last: number): number =>
  Math.max(1, (entries.at(-1)?.number ?? 0) - last + 1);

function knownOf(recorded: Recorded, target: string | undefined, entries: readonly Entry[]): Published {
  const lost = lostRun(recorded, entries);
  const { published } = settled(recorded, { target }, entries);
  return lost ? publishedAfter(published, lost, "lost") : published;
}

/** What an earlier life under the new name has left stays, of unknown age: each of it may be there. */
function together(earlier: Published, now: Published): Published {
  const rest = earlier.filter((item) => /\+\??$/.test(item) && !now.includes(item.replace("?", "")));
  return [...rest, ...now];
}
