/**
 * The heart: which of the numbered tasks of an ingestion has published what, and so what to do next. Pure; nothing
 * else decides what runs. ARCHITECTURE.md has the table with its reasons; the rules came out of a model check, and
 * `test/model` repeats it.
 */

/** `v1:<hash>` of a content, or `none`: perhaps nothing is in the target. */
export type Published = readonly string[];
export const NONE = "none";
/** Rows that a delete in this process has left behind: they are there, but are not what anybody wants. */
const GIVEN_UP = "given-up";

/** How an ingestion writes: only the first two add rows that a second run would add again. */
export type StatementKind = "INSERT" | "EXPORT" | "REPLACE" | "SELECT";

/** One number of the sequence, as Druid tells it. */
export type Entry =
  | {
      is: "running" | "success" | "unpublished" | "unknown";
      number: number;
      taskId: string;
      /** Undefined where the task carries no text of ours. */
      content: string | undefined;
      target: string | undefined;
    }
  | { is: "mark"; number: number; taskId: string }
  | { is: "tombstone"; number: number; taskId: string; target: string };

export type RunEntry = Exclude<Entry, { is: "mark" | "tombstone" }>;

export interface Situation {
  wanted: { content: string; target: string | undefined; kind: StatementKind };
  /** What is in state: the last number accounted for (0 at create) and what may be in the target. */
  recorded: { number: number; published: Published };
  /** Everything seen from where the record ends, ascending by number. */
  entries: readonly Entry[];
  /** The recorded run, RUNNING in state, that Druid has not known for long enough. */
  lost?: { number: number; content: string } | undefined;
  /** The last number that a delete in this process has seen for this target: up to it, all was given up. */
  givenUpTo?: number | undefined;
  /** Whether rows once published are still there; asked only where it matters. */
  rows: "unasked" | "there" | "gone";
}

export interface Accounted {
  published: Published;
  /** The last number in use. */
  number: number;
  /** The last SUCCESS into the target that stands in `published`. */
  run: RunEntry | undefined;
}

export type Decision = Accounted &
  (
    | { do: "cancel"; entries: readonly RunEntry[] }
    | { do: "join"; entry: RunEntry }
    | { do: "askRows" }
    /** What is wanted is there already: fence the next number with a mark, run nothing. */
    | { do: "keep"; next: number }
    | { do: "stopAndAsk"; next: number }
    | { do: "submit"; next: number }
  );

/** What may be in the target when a run of `content` has ended. */
export function publishedAfter(
  published: Published,
  content: string,
  end: "success" | "unpublished" | "unknown" | "lost",
): Published {
  if (end === "success") return [content];
  return end === "unpublished" ? published : [...new Set([...published, content])].sort();
}

/** Goes through the numbers in order and says what may be in the target after them. */
export function account(
  situation: Omit<Situation, "rows" | "wanted"> & { wanted: Pick<Situation["wanted"], "target"> },
): Accounted {
  const { wanted, recorded, entries, lost, givenUpTo = 0 } = situation;
  let { published, number } = recorded;
  let run: RunEntry | undefined;
  if (lost) {
    published = publishedAfter(published, lost.content, "lost");
    number = Math.max(number, lost.number);
  }
  let isGivenUp = givenUpTo === 0 || number > givenUpTo;
  const giveUp = () => {
    isGivenUp = true;
    published = published.map((content) => (content === NONE ? NONE : GIVEN_UP));
    run = undefined;
  };
  for (const entry of entries) {
    if (!isGivenUp && entry.number > givenUpTo) giveUp();
    number = Math.max(number, entry.number);
    if (entry.is === "mark" || entry.is === "running" || entry.target !== wanted.target) continue;
    if (entry.is === "tombstone") {
      published = [NONE];
      run = undefined;
    } else {
      published = publishedAfter(published, contentOf(entry), entry.is);
      if (entry.is === "success") run = entry;
    }
  }
  if (!isGivenUp) giveUp();
  return { published: [...new Set(published)].sort(), number: Math.max(number, givenUpTo), run };
}

export function decide(situation: Situation): Decision {
  const { wanted, entries, rows } = situation;
  const accounted = account(situation);
  const next = accounted.number + 1;

  const running = entries.filter((entry): entry is RunEntry => entry.is === "running");
  const own = running.find((entry) => entry.content === wanted.content && entry.target === wanted.target);
  const others = running.filter((entry) => entry !== own);
  if (others.length > 0) return { ...accounted, do: "cancel", entries: others };
  if (own) return { ...accounted, do: "join", entry: own };

  if (accounted.published.includes(wanted.content)) {
    if (wanted.target !== undefined && rows === "unasked") return { ...accounted, do: "askRows" };
    if (rows === "gone") return { ...accounted, published: [NONE], run: undefined, do: "submit", next };
    if (accounted.published.length === 1) return { ...accounted, do: "keep", next };
    if (wanted.kind === "INSERT" || wanted.kind === "EXPORT") return { ...accounted, do: "stopAndAsk", next };
  }
  return { ...accounted, do: "submit", next };
}

/** A task without our text loaded something, but nothing that can be wanted. */
const contentOf = (entry: RunEntry): string => entry.content ?? `foreign:${entry.taskId}`;
