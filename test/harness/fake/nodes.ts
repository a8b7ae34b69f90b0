/**
 * The Coordinator and the Overlord of the fake Druid: where they run, and how old what the Coordinator knows of the
 * metadata is. Until 36 it reads it anew when it is told to; from 37 on it does so once a period and only then, and
 * what was published while it read is seen a period later.
 */
import { type HttpAnswer, json } from "./exchange";

export interface NodesOptions {
  /** How often the Coordinator reads the metadata by itself; default: whenever asked, and from 37 on once a minute. */
  periodMs?: number;
  /** How long that takes; default 50. */
  readMs?: number;
  /**
   * `same`: in one process with the leading Overlord. `apart`: in a process without an Overlord. `other`: in one
   * process with an Overlord that does not lead. Default: `same`.
   */
  overlord?: "same" | "apart" | "other";
}

export class Nodes {
  readonly #periodMs: number | undefined;
  readonly #readMs: number;
  readonly #beganAtMs: number;
  readonly #hasOtherOverlord: boolean;

  constructor(options: NodesOptions, version: number, now: number) {
    const { overlord = "same", periodMs = version >= 37 ? 60_000 : undefined, readMs = 50 } = options;
    this.#hasOtherOverlord = overlord === "other";
    this.#periodMs = periodMs;
    this.#readMs = readMs;
    this.#beganAtMs = now;
  }

  /** What the Overlord answers that the leading Coordinator is or speaks to. */
  isOverlordLeading(): HttpAnswer {
    return json(this.#hasOtherOverlord ? 404 : 200, { leader: !this.#hasOtherOverlord });
  }

  /** How long a request that wants the metadata read anew has to wait. */
  untilReadMs(now: number): number {
    if (this.#periodMs === undefined) return 0;
    const sinceEnd = now - this.#beganAtMs - this.#readMs;
    return this.#periodMs - (((sinceEnd % this.#periodMs) + this.#periodMs) % this.#periodMs);
  }

  /** The moment whose metadata the Coordinator knows. */
  knownAsOfMs(now: number): number {
    if (this.#periodMs === undefined) return now;
    const reads = Math.floor((now - this.#beganAtMs - this.#readMs) / this.#periodMs);
    return this.#beganAtMs + reads * this.#periodMs;
  }

  /** The same of the list of one datasource: only a cache of its own is old. */
  listedAsOfMs(now: number): number {
    return this.#hasOtherOverlord ? this.knownAsOfMs(now) : now;
  }
}
