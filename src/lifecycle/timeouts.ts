/**
 * Parses Pulumi's `customTimeouts` (Go durations), which the provider itself must enforce for dynamic resources. Pure.
 */
import type { Fault } from "../druid/connection/connection";
import { isUnknown } from "../ingestion/contract/unknown";

const UNIT_MS: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};
const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/** Converts e.g. `1h30m` to milliseconds; undefined if it is not a duration. */
export function durationMs(text: string): number | undefined {
  if (text.replace(PART, "") !== "" || text === "") return undefined;
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(PART)) sum += Number(amount) * (UNIT_MS[unit ?? ""] ?? Number.NaN);
  return sum;
}

export type Operation = "create" | "update" | "delete";

/** Undefined means no limit. */
export function timeoutMs(timeouts: Record<string, unknown>, operation: Operation): number | undefined {
  const text = timeouts[operation];
  const ms = typeof text === "string" ? durationMs(text) : undefined;
  return ms !== undefined && ms > 0 ? ms : undefined;
}

export function timeoutFaults(timeouts: Record<string, unknown>): Fault[] {
  return Object.entries(timeouts)
    .filter(([, value]) => value !== undefined && value !== null && value !== "" && !isUnknown(value))
    .filter(([, value]) => typeof value !== "string" || durationMs(value) === undefined)
    .map(([name]) => ({
      path: `customTimeouts.${name}`,
      reason: 'must be a duration like "30m", "1h30m" or "90s"',
    }));
}
