/**
 * Derives from the numbered tasks of an ingestion what has been published, and decides what to do next. Pure.
 * ARCHITECTURE.md has the table of rules with reasons; `test/model` checks them exhaustively.
 */
import { adds, givenUp, type Published, publishedAfter, standing, type WriteKind } from "./published";

/** One number of the sequence, as observed in Druid. */
export type Entry =
  | {
      is: "running" | "success" | "unpublished" | "unknown";
      number: number;
      taskId: string;
      /** Undefined if the task has no marker of ours. */
      content: string | undefined;
      target: string | undefined;
      kind: WriteKind;
      /** The number belongs to a note that names this task: one adopted, or run under a former name. */
      isAdopted?: boolean;
      /** The user has adopted it. */
      isVouchedFor?: boolean;
      /** Druid no longer knows the task that the note names. */
      isForgotten?: boolean;
    }
  | {
      is: "mark";
      number: number;
      taskId: string;
      /** Continues here a sequence of a former name, which ended at that number. */
      from?: { key: string; upTo: number };
      /** The sequence continues under this key. */
      to?: string;
    }
  | { is: "tombstone"; number: number; taskId: string; target: string; isAdopted?: boolean };

export type RunEntry = Exclude<Entry, { is: "mark" | "tombstone" }>;

export interface Wanted {
  content: string;
  target: string | undefined;
  kind: WriteKind;
}

/** Whether it is a run, ended or not, of the wanted content into the wanted target. */
export function isRunOf(entry: Entry, { content, target }: Wanted): entry is RunEntry {
  return "content" in entry && entry.content === content && entry.target === target;
}

export interface Situation {
  wanted: Wanted;
  /** From the state: the last number with a recorded outcome (0 in a create), and what may be in the target. */
  recorded: { number: number; published: Published };
  /** Everything observed after the record, ascending by number. */
  entries: readonly Entry[];
  /** The run recorded as RUNNING that has been missing from Druid for long enough to count as lost. */
  lost?: { number: number; content: string; kind: WriteKind } | undefined;
  /** The last number that a delete in this process has dealt with for this target; rows up to it no longer count. */
  givenUpTo?: number | undefined;
  /** Whether published rows still exist; asked only if it matters. */
  rows: "unasked" | "there" | "gone";
}

export interface Accounted {
  published: Published;
  /** The last number in use. */
  number: number;
  /** The last SUCCESS with the wanted content whose rows are still in the target. */
  run: RunEntry | undefined;
}

export type Decision = Accounted &
  (
    | { do: "cancel"; entries: readonly RunEntry[] }
    | { do: "join"; entry: RunEntry }
    | { do: "askRows" }
    /** The wanted content is already there: fence the next number with a mark, and run nothing. */
    | { do: "keep"; next: number }
    | { do: "stopAndAsk"; next: number }
    | { do: "submit"; next: number }
  );

/** Goes through the numbers in order and determines what may be in the target afterwards. */
export function account(
  situation: Omit<Situation, "rows" | "wanted"> & { wanted: Pick<Wanted, "target"> & Partial<Wanted> },
): Accounted {
  const { wanted, recorded, entries, lost, givenUpTo = 0 } = situation;
  let { published, number } = recorded;
  let run: RunEntry | undefined;
  if (lost) {
    published = publishedAfter(published, lost, "lost");
    number = Math.max(number, lost.number);
  }
  let isGivenUp = givenUpTo === 0 || number > givenUpTo;
  const giveUp = () => {
    isGivenUp = true;
    published = givenUp(published, wanted);
    run = undefined;
  };
  for (const entry of entries) {
    if (!isGivenUp && entry.number > givenUpTo) giveUp();
    number = Math.max(number, entry.number);
    if (entry.is === "mark" || entry.is === "running" || entry.target !== wanted.target) continue;
    if (entry.is === "tombstone") {
      published = [];
      run = undefined;
      continue;
    }
    const content = loadedBy(entry);
    published = publishedAfter(published, { content, kind: entry.kind }, entry.is);
    if (entry.is !== "success") continue;
    if (content === wanted.content) run = entry;
    else if (entry.kind === "REPLACE") run = undefined;
  }
  if (!isGivenUp) giveUp();
  return { published, number: Math.max(number, givenUpTo), run };
}

export function decide(situation: Situation): Decision {
  const { wanted, entries, rows } = situation;
  const accounted = account(situation);
  const next = accounted.number + 1;

  const running = entries.filter((entry): entry is RunEntry => entry.is === "running");
  const own = running.find((entry) => isRunOf(entry, wanted));
  const others = running.filter((entry) => entry !== own);
  if (others.length > 0) return { ...accounted, do: "cancel", entries: others };
  if (own) return { ...accounted, do: "join", entry: own };

  const stands = standing(accounted.published, wanted);
  if (stands !== "not") {
    if (wanted.target !== undefined && rows === "unasked") return { ...accounted, do: "askRows" };
    if (rows === "gone") return { ...accounted, published: [], run: undefined, do: "submit", next };
    if (stands === "there") return { ...accounted, do: "keep", next };
    if (adds(wanted.kind)) return { ...accounted, do: "stopAndAsk", next };
  }
  return { ...accounted, do: "submit", next };
}

/** Whether a note in the sequence says that this task belongs to the ingestion. */
export const isNoted = (entries: readonly Entry[], taskId: string | undefined): boolean =>
  entries.some((entry) => entry.is !== "mark" && entry.isAdopted === true && entry.taskId === taskId);

/** Content of a task without our marker: never equal to any wanted content. */
export const foreignContent = (taskId: string): string => `foreign:${taskId}`;
const loadedBy = (entry: RunEntry): string => entry.content ?? foreignContent(entry.taskId);
