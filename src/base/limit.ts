/** A limit in time for several requests together. */
import type { Clock } from "./clock";
import { DruidIngestionError } from "./errors";

/** Aborts the signal that `work` gets after `limitMs`, or with `signal`. `work` settles by it. */
export async function withinTime<T>(
  clock: Clock,
  limitMs: number,
  signal: AbortSignal,
  work: (bounded: AbortSignal) => Promise<T>,
  reason = new DruidIngestionError("timeout", `no answer came within ${limitMs / 1_000} s`),
): Promise<T> {
  const [limit, end] = [new AbortController(), new AbortController()];
  clock.sleep(limitMs, end.signal).then(
    () => limit.abort(reason),
    () => undefined,
  );
  try {
    return await work(AbortSignal.any([signal, limit.signal]));
  } finally {
    end.abort();
  }
}
