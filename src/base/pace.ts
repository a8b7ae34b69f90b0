/** Computes the pauses between polls and between retries. Pure. */

const POLL_MIN_MS = 500;
const POLL_MAX_MS = 15_000;

/**
 * The pause before the next poll of a task: 5 % of its age, at most 10 % of the predicted remaining time, between 0.5
 * and 15 s, so that its end is noticed at most about 5 % late.
 */
export function pollIntervalMs(ageMs: number, predictedRestMs: number | undefined): number {
  const byRest = predictedRestMs === undefined ? Number.POSITIVE_INFINITY : predictedRestMs * 0.1;
  return Math.max(POLL_MIN_MS, Math.min(POLL_MAX_MS, ageMs * 0.05, byRest));
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
