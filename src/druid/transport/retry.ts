/**
 * Classifies transient failures and retries them for a while. The callers decide which requests may be repeated: all
 * reads, and the few changes that are harmless when repeated.
 */
import type { Clock } from "../../base/clock";
import { isHttpError, isUnreachable } from "../../base/errors";
import { backoffMs } from "../../base/pace";

/** An unknown host name or an untrusted certificate does not go away by waiting. */
const LASTING_CODE = /^ENOTFOUND$|CERT|^UNABLE_TO_|^SELF_SIGNED|^ERR_(SSL|TLS|OSSL|INVALID)|^EPROTO$|^CERTIFICATE/;

/** Texts of a 500 that only reports that another service is unavailable. */
const SERVICE_AWAY =
  /ServiceNotAvailable|Service \[[^\]]*\] is not available|Server error \[5|not (the )?leader|\b503\b/i;

/** The Router's answer (400 on 27) while the service behind it has no leader. */
const NO_DESTINATION = /Unable to determine destination/i;

/** Whether the same request may succeed a little later. Pure. */
export function isTransient(error: unknown): boolean {
  if (isUnreachable(error)) return error.code === undefined || !LASTING_CODE.test(error.code);
  if (!isHttpError(error)) return false;
  switch (error.status) {
    case 307:
    case 308:
    case 408:
    case 429:
    case 502:
    case 503:
    case 504:
      return true;
    case 400:
    case 404:
      return error.says(NO_DESTINATION);
    case 500:
      return error.says(SERVICE_AWAY) || error.says(NO_DESTINATION);
    default:
      return false;
  }
}

/**
 * Whether to look again during a wait for what goes on in Druid by itself, since that costs nothing but time. Any
 * failure of a server is outlasted there, e.g. of the metadata store behind it, and a host name that was known before.
 */
export function isOutage(error: unknown): boolean {
  if (isUnreachable(error) && error.code === "ENOTFOUND") return true;
  return isTransient(error) || (isHttpError(error) && error.status >= 500);
}

export interface Patience {
  clock: Clock;
  random: () => number;
  /** No attempt begins later than this after the first one. */
  patienceMs: number;
  signal?: AbortSignal | undefined;
}

/** Retries transient failures until patience runs out; then throws the last failure. */
export async function withPatience<T>(attempt: () => Promise<T>, patience: Patience): Promise<T> {
  const { clock, random, patienceMs, signal } = patience;
  const endsAt = clock.now() + patienceMs;
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      const backoff = backoffMs(failures, random);
      if (!isTransient(error) || clock.now() + backoff > endsAt) throw error;
      // What the server asks for counts, as far as the patience goes.
      const asked = isHttpError(error) ? (error.retryAfterMs ?? 0) : 0;
      const pauseMs = Math.max(backoff, Math.min(asked, endsAt - clock.now()));
      await clock.sleep(pauseMs, signal);
    }
  }
}
