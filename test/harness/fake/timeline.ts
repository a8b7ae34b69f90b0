/**
 * What happens in the fake Druid and when. Events are carried out when somebody looks (`catchUp`), each at its own
 * time, so that a task that nobody watches needs no timer and two runs of one program are the same.
 */
import type { Clock } from "../../../src/base/clock";

interface Event {
  at: number;
  happen: () => void;
}

export class Timeline {
  readonly #clock: Clock;
  #events: Event[] = [];
  #past: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Within an event its own time, else the clock's. */
  now(): number {
    return this.#past ?? this.#clock.now();
  }

  in(ms: number, happen: () => void): void {
    const at = this.now() + Math.max(0, ms);
    // What is asked for later happens later at the same time.
    let place = this.#events.length;
    while (place > 0 && (this.#events[place - 1] as Event).at > at) place -= 1;
    this.#events.splice(place, 0, { at, happen });
  }

  /** Carries out all that is due. */
  catchUp(): void {
    if (this.#past !== undefined) return;
    for (let event = this.#events[0]; event !== undefined && event.at <= this.#clock.now(); event = this.#events[0]) {
      this.#events.shift();
      this.#past = event.at;
      try {
        event.happen();
      } finally {
        this.#past = undefined;
      }
    }
  }
}

/** A small seeded generator (mulberry32): the same seed gives the same numbers in [0, 1) everywhere. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
