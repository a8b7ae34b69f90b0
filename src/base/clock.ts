/** Time, passed in as a parameter: no other code reads the wall clock or sleeps. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`, or rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      let timer: NodeJS.Timeout;
      // Node ends a longer timer at once.
      const arm = (leftMs: number): void => {
        timer = setTimeout(
          () => {
            if (leftMs > LONGEST_TIMER_MS) return arm(leftMs - LONGEST_TIMER_MS);
            signal?.removeEventListener("abort", onAbort);
            resolve();
          },
          Math.min(leftMs, LONGEST_TIMER_MS),
        );
      };
      arm(ms);
      signal?.addEventListener("abort", onAbort, { once: true });
    }),
};
