/** A day: no proxy means more. */
const WAIT_MAX_MS = 86_400_000;

/** Reads the header `Retry-After`, seconds or a date. Undefined if it is neither, or in the past. */
export function retryAfterMs(header: string, nowMs: number): number | undefined {
  const text = header.trim();
  const waitMs = /^\d{1,9}$/.test(text)
    ? Number(text) * 1_000
    : /[A-Za-z]/.test(text)
      ? Date.parse(text) - nowMs
      : Number.NaN;
  return waitMs > 0 ? Math.min(waitMs, WAIT_MAX_MS) : undefined;
}
