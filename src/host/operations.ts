/** What is in flight in this process, the one signal that stops it, and the way out of the process. */
import type { Clock } from "../base/clock";
import type { DruidIngestionError } from "../base/errors";

/**
 * Time for the last answer and the last log line to leave. In turns: they need the event loop to go round more than they
 * need time, and a starved process may find all of the time gone at its first turn.
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
  }

  /** Aborted once and for good, with the first reason. */
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

  /** Asks what is in flight to come to an end. */
  stop(reason: DruidIngestionError): void {
    this.#controller.abort(reason);
  }

  /** Ends the process: at once when nothing is in flight, else when that has come to an end, else after `graceMs`. */
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
