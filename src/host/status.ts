/** Limits how often the status line of a resource is sent. */
import type { Clock } from "../base/clock";

/** A terminal shows only the newest status; a CI log keeps each as a separate line. */
const TERMINAL_INTERVAL_MS = 1_000;
const CI_INTERVAL_MS = 30_000;

export type SendStatus = (urn: string, message: string) => void;

/**
 * Sends a message only if it differs from the last one for that resource and the interval has passed. Nothing is
 * queued, so callers simply repeat the current status at every poll.
 */
export function throttled(send: SendStatus, clock: Clock, env: NodeJS.ProcessEnv): SendStatus {
  const intervalMs = env.CI ? CI_INTERVAL_MS : TERMINAL_INTERVAL_MS;
  const last = new Map<string, { message: string; atMs: number }>();
  return (urn, message) => {
    const before = last.get(urn);
    const nowMs = clock.now();
    if (before !== undefined && (before.message === message || nowMs - before.atMs < intervalMs)) return;
    last.set(urn, { message, atMs: nowMs });
    send(urn, message);
  };
}
