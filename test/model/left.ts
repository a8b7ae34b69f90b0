/**
 * What may still happen in a run, packed into one number, so that worlds are cheap to copy and to compare: four bits
 * for each count, the highest of them free. A count of `UNLIMITED` stays what it is.
 */

/** How often each mishap may happen in one run, and how many operations may begin. */
export interface Limits {
  operations: number;
  /** All mishaps together. */
  mishaps: number;
  /** The engine is killed, or asked to stop. */
  stops: number;
  /** A request gets no answer. */
  unanswered: number;
  /** A run fails and nobody can say whether it has published. */
  unknown: number;
  /** Druid cleans its history. */
  forgets: number;
  /** Somebody else drops a datasource. */
  takes: number;
  /** Druid makes several tasks of one query. */
  splits: number;
}
export type Mishap = Exclude<keyof Limits, "operations" | "mishaps">;

export const UNLIMITED = 7;
const FREE_BITS = 0x88888888 | 0;
const SHIFT: Readonly<Record<keyof Limits, number>> = {
  operations: 28,
  mishaps: 24,
  stops: 20,
  unanswered: 16,
  unknown: 12,
  forgets: 8,
  takes: 4,
  splits: 0,
};
const MISHAPS = ["stops", "unanswered", "unknown", "forgets", "takes", "splits"] as const;

const countOf = (left: number, what: keyof Limits): number => (left >> SHIFT[what]) & UNLIMITED;

export function packed(limits: Limits): number {
  let left = (limits.operations << SHIFT.operations) | (limits.mishaps << SHIFT.mishaps);
  // No more of one than of all together: what makes no difference is to be equal.
  for (const mishap of MISHAPS) left |= Math.min(limits[mishap], limits.mishaps) << SHIFT[mishap];
  return left;
}

export const mayBegin = (left: number): boolean => countOf(left, "operations") > 0;
export const mayHappen = (left: number, mishap: Mishap): boolean => countOf(left, mishap) > 0;

export const begun = (left: number): number => less(left, "operations");

export function happened(left: number, mishap: Mishap): number {
  let after = less(less(left, mishap), "mishaps");
  const all = countOf(after, "mishaps");
  for (const other of MISHAPS) {
    const more = countOf(after, other) - all;
    if (more > 0) after -= more << SHIFT[other];
  }
  return after;
}

const less = (left: number, what: keyof Limits): number =>
  countOf(left, what) === UNLIMITED ? left : left - (1 << SHIFT[what]);

/** Whether all that may still happen in the second may in the first. */
export const isAsMuch = (first: number, second: number): boolean =>
  (((first | FREE_BITS) - second) & FREE_BITS) === FREE_BITS;

/** How much of what has a limit was spent. */
export const spentBetween = (before: number, after: number): number =>
  countOf(before, "operations") - countOf(after, "operations") + countOf(before, "mishaps") - countOf(after, "mishaps");
