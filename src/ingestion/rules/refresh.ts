/** Decides what a refresh concludes from its observations. Pure; `lifecycle/read.ts` observes and reports to Pulumi. */
import { type Published, publishedAfter } from "./published";
import { type Recorded, settled } from "./record";
import { type Entry, isNoted } from "./sequence";

export type Seen =
  | { is: "nothingNew" }
  /** Druid may have run tasks that are not recorded. */
  | {
      is: "stale";
      number: number;
      published: Published;
      run: { taskId: string; adopted: boolean } | undefined;
      adoptedTaskId: string | undefined;
    }
  /** The recorded run may have ended; its status decides. */
  | { is: "ended"; taskId: string; end: "unpublished" | "unknown" }
  /** The published rows may be gone. */
  | { is: "askRows"; target: string };

/** `adoptTaskId`: its value in the program at the time of the record. */
export function seenByRefresh(
  recorded: Recorded,
  target: string | undefined,
  seen: readonly Entry[],
  adoptTaskId: string | undefined,
): Seen {
  const { number, published, state, taskId } = recorded;
  // Tasks that moved to another name are left to the next create or update.
  const moved = seen.find((entry) => entry.is === "mark" && entry.to !== undefined)?.number;
  const entries = moved === undefined ? seen : seen.filter((entry) => entry.number < moved);
  const isRunning = state === "RUNNING";
  const own = isRunning ? entries.find((entry) => entry.number === number && isRun(entry, recorded)) : undefined;
  const other = isRunning && own === undefined && entries.some((entry) => entry.number === number);
  const isBeyond = moved !== undefined || entries.some((entry) => entry.number > number);
  if (other || (own && !isRecordedLoad(own, recorded, target)) || isBeyond) {
    const { run, ...now } = settled(recorded, { target }, entries);
    const last = entries.findLast((entry) => entry.is === "success" && entry.target === target);
    const known = run ?? (last && "content" in last ? last : undefined);
    return {
      is: "stale",
      number: now.number,
      published: now.published,
      // If the note of an adoption is recorded, its adoptTaskId must be recorded too.
      adoptedTaskId: isNoted(entries, adoptTaskId) ? adoptTaskId : recorded.adoptedTaskId,
      run: known && { taskId: known.taskId, adopted: known.isAdopted === true },
    };
  }
  if (own && own.is !== "running" && taskId !== undefined) {
    return { is: "ended", taskId, end: own.is === "unpublished" ? "unpublished" : "unknown" };
  }
  if (state === "SUCCESS" && target !== undefined && published.length > 0) return { is: "askRows", target };
  return { is: "nothingNew" };
}

/** What may be in the target after the recorded run has ended. */
export function publishedAtEnd(
  { published, content, kind }: Recorded,
  end: "success" | "unpublished" | "unknown",
): Published {
  return content === undefined ? published : publishedAfter(published, { content, kind }, end);
}

/** A note may stand for several tasks of a former name; only the recorded one matters. */
const isRun = (entry: Entry, { taskId }: Recorded): boolean =>
  entry.is === "mark" || entry.isAdopted !== true || entry.taskId === taskId;

/** After Druid has forgotten an id, a delayed request from an ended process can use it again. */
function isRecordedLoad(entry: Entry, { content }: Recorded, target: string | undefined): boolean {
  if (entry.is === "mark" || entry.is === "tombstone") return false;
  if (entry.isAdopted) return true;
  return entry.content === undefined || (entry.content === content && entry.target === target);
}
