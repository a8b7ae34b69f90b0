/**
 * Which failures pass by themselves, and going on through them for a while. For reads only: whether something that
 * changes Druid may be asked again is never decided here.
 */
import type { Clock } from "../../base/clock";
import { isHttpError, isUnreachable } from "../../base/errors";
import { backoffMs } from "../../base/pace";

/** A name that is not there and a certificate that is not trusted stay so; a service that restarts comes back. */
const LASTING_CODE = /^ENOTFOUND$|CERT|^UNABLE_TO_|^SELF_SIGNED|^ERR_(SSL|TLS|OSSL|INVALID)|^EPROTO$|^CERTIFICATE/;

/** How a 500 tells that it only hands on that another service is away. */
const SERVICE_AWAY =
  /ServiceNotAvailable|Service \[[^\]]*\] is not available|Server error \[5|not (the )?leader|\b503\b/i;

/** The Router's answer, a 400 on 27, while there is no leader of the service behind it. */
const NO_DESTINATION = /Unable to determine destination/i;

/** Whether the same request may succeed a little later. Pure. */
export function isTransient(error: unknown): boolean {
  if (isUnreachable(error)) return error.code === undefined || !LASTING_CODE.test(error.code);
  if (!isHttpError(error)) return false;
  switch (error.status) {
    case 307:
    case 308:
    case 429:
    case 502:
    case 503:
    case 504:
      return true;
    case 400:
    case 404:
      return NO_DESTINATION.test(error.detail);
    case 500:
      return SERVICE_AWAY.test(error.detail) || NO_DESTINATION.test(error.detail);
    default:
      return false;
  }
}

export interface Patience {
  clock: Clock;
  random: () => number;
  /** No new attempt begins later than this after the first one began. */
  patienceMs: number;
  signal?: AbortSignal | undefined;
}

/** Asks again through transient failures until patience runs out; then the last failure is thrown. */
export async function withPatience<T>(attempt: () => Promise<T>, patience: Patience): Promise<T> {
  const { clock, random, patienceMs, signal } = patience;
  const endsAt = clock.now() + patienceMs;
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      const pauseMs = backoffMs(failures, random);
      if (!isTransient(error) || clock.now() + pauseMs > endsAt) throw error;
      await clock.sleep(pauseMs, signal);
    }
  }
}
