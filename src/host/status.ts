/** The line beside a resource's row: changed often, told seldom. */
import type { Clock } from "../base/clock";

/** A terminal shows the newest line; a CI log keeps every one as a line of its own. */
const TERMINAL_INTERVAL_MS = 1_000;
const CI_INTERVAL_MS = 30_000;

export type SendStatus = (urn: string, message: string) => void;

/**
 * Passes on a message that differs from the last one sent for that resource, and none sooner than the interval. What
 * was held back goes out with the next call, so callers simply repeat themselves at every look.
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
