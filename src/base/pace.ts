/** Computes the pauses between polls and between retries. Pure. */

const POLL_MIN_MS = 500;
const POLL_MAX_MS = 15_000;
const between = (ms: number) => Math.max(POLL_MIN_MS, Math.min(POLL_MAX_MS, ms));

/** The pause before the next poll of a task that tells nothing of its progress. */
export const pollIntervalMs = (ageMs: number): number => between(ageMs * 0.05);

export interface Progress {
  ageMs: number;
  /** A task can end only in its last stage. */
  isLast: boolean;
  /** How long the stage has run. */
  stageMs: number;
  /** How long nothing has moved. */
  stillMs: number;
  /** Until the stage has taken in its input, if that can be predicted. */
  restMs: number | undefined;
}

/**
 * The pause before the next poll of a task whose progress is known. The shares were tuned on drawn shapes of tasks, and
 * are judged on others (test/bench/waiting).
 */
export function stageIntervalMs({ ageMs, isLast, stageMs, stillMs, restMs }: Progress): number {
  if (restMs === undefined) return between(stageMs * (isLast ? 0.05 : 0.15));
  const leastMs = isLast ? stillMs * 0.04 : ageMs * 0.02;
  return between(Math.min(stageMs * 0.15, Math.max(restMs * 0.25, leastMs)));
}

/** Exponential backoff, half of it random, so that many clients do not retry at the same time. */
export function backoffMs(attempt: number, random: () => number, baseMs = 250, maxMs = 15_000): number {
  const full = Math.min(maxMs, baseMs * 2 ** Math.min(attempt, 16));
  return full / 2 + (full / 2) * random();
}

const LOOK_MIN_MS = 100;
const LOOK_MAX_MS = 1_000;

/**
 * The pause between polls for work that Druid does periodically, every minute by default: a third of the time waited so
 * far, up to a second, and after minutes a hundredth of it.
 */
export function lookPauseMs(ageMs: number): number {
  return Math.max(LOOK_MIN_MS, Math.min(ageMs / 3, Math.max(LOOK_MAX_MS, ageMs / 100)));
}
