/** Sums up many waits: requests, delays, and what they cost together. */
import { mean, quantile } from "../part";
import type { Wait } from "./peers";

export interface Measured extends Wait {
  kind: string;
  durationMs: number;
}

export interface Figures {
  requests: number;
  mostRequests: number;
  meanMs: number;
  p95Ms: number;
  /**
   * Delay × requests, as a share of half the duration, which is what any loop with a fixed pause comes to: half the
   * pause late, and the duration over the pause in requests.
   */
  cost: number;
}

export function figuresOf(waits: readonly Measured[]): Figures {
  const requests = waits.map((wait) => wait.requests);
  const delays = waits.map(({ delayMs }) => delayMs);
  return {
    requests: mean(requests),
    mostRequests: Math.max(...requests),
    meanMs: mean(delays),
    p95Ms: quantile(delays, 0.95),
    cost: mean(waits.map((wait) => wait.delayMs * wait.requests)) / mean(waits.map((wait) => wait.durationMs / 2)),
  };
}

export const HEAD = ["", "requests, mean", "most", "delay, mean", "p95", "late × requests of T/2"];

export function rowOf(name: string, waits: readonly Measured[]): (string | number)[] {
  const { requests, mostRequests, meanMs, p95Ms, cost } = figuresOf(waits);
  return [name, Math.round(requests), mostRequests, seconds(meanMs), seconds(p95Ms), cost.toFixed(2)];
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(2)} s`;
