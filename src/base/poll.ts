/** Polls until there is a result or the time limit is reached. */
import type { Clock } from "./clock";

export interface Polling {
  clock: Clock;
  signal: AbortSignal | undefined;
  /** Time limit, measured from the start of the first look; the look that exceeds it is the last. */
  boundMs: number;
  /** The pause before the next look, given the time since the first one began. */
  pauseMs(ageMs: number): number;
}

/** The first result of `look`; undefined if there is none within the limit. */
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
