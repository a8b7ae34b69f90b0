/** Looking again and again until something is there. */
import type { Clock } from "./clock";

export interface Polling {
  clock: Clock;
  signal: AbortSignal | undefined;
  /** A look that ends this long after the first one began is the last. */
  boundMs: number;
  /** How long to wait before the next look, by the age of the whole wait. */
  pauseMs(ageMs: number): number;
}

/** What `look` gives as soon as it gives something; undefined where it has not within the bound. */
export async function poll<T>(
  look: (ageMs: number) => Promise<T | undefined>,
  { clock, signal, boundMs, pauseMs }: Polling,
): Promise<T | undefined> {
  const start = clock.now();
  for (;;) {
    const found = await look(clock.now() - start);
    if (found !== undefined) return found;
    const ageMs = clock.now() - start;
    if (ageMs >= boundMs) return undefined;
    await clock.sleep(pauseMs(ageMs), signal);
  }
}
