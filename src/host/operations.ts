/** Counts the running operations of this process, stops them by one signal, and ends the process. */
import { setMaxListeners } from "node:events";
import type { Clock } from "../base/clock";
import type { DruidIngestionError } from "../base/errors";

/**
 * Gives the last answer and the last log line time to be sent. Split into turns, because they need several rounds of
 * the event loop more than they need time: in a starved process one long timer may expire in the very first round.
 */
const FLUSH_TURNS = 10;
const FLUSH_TURN_MS = 5;

export class Operations {
  readonly #controller = new AbortController();
  readonly #clock: Clock;
  readonly #exit: () => void;
  #inFlight = 0;
  #leaving = false;

  constructor(clock: Clock, exit: () => void) {
    this.#clock = clock;
    this.#exit = exit;
    // Every ingestion that runs listens to it. From the eleventh on Node would warn of a leak, in Pulumi's diagnostics.
    setMaxListeners(Number.POSITIVE_INFINITY, this.#controller.signal);
  }

  /** Aborted at most once, with the first reason. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  async during<T>(run: () => Promise<T>): Promise<T> {
    this.#inFlight += 1;
    try {
      return await run();
    } finally {
      this.#inFlight -= 1;
      if (this.#leaving && this.#inFlight === 0) this.#exitAfter(FLUSH_TURN_MS, FLUSH_TURNS);
    }
  }

  /** Asks all running operations to finish. */
  stop(reason: DruidIngestionError): void {
    this.#controller.abort(reason);
  }

  /**
   * Ends the process at once if nothing is running, otherwise when all operations have finished or `graceMs` is over.
   */
  leave(reason: DruidIngestionError, graceMs: number): void {
    this.stop(reason);
    if (this.#inFlight === 0) {
      this.#exit();
    } else {
      this.#leaving = true;
      this.#exitAfter(graceMs);
    }
  }

  #exitAfter(ms: number, turns = 1): void {
    const next = turns > 1 ? () => this.#exitAfter(ms, turns - 1) : this.#exit;
    this.#clock.sleep(ms).then(next, next);
  }
}
