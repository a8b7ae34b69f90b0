/**
 * Clocks for tests. `FakeClock` stands still until a test moves it; `VirtualClock` moves by itself whenever nothing
 * else can run, so that hours pass in microseconds and every run of one program is the same run.
 */
import type { Clock } from "../../../src/base/clock";

interface Sleeper {
  at: number;
  ms: number;
  /** Made when the sleep began: its stack tells who sleeps. */
  origin: Error;
  wake: () => void;
}

/** 2024-01-01T00:00:00Z: a date that no test takes for now. */
const START_MS = 1_704_067_200_000;

/** Lets everything that waits for no clock come to rest. One turn empties the whole queue of microtasks. */
export async function drain(turns = 2): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export class FakeClock implements Clock {
  #now: number;
  #sleepers: Sleeper[] = [];

  constructor(startMs = START_MS) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const origin = new Error("asleep");
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        reject(signal?.reason);
      };
      const sleeper: Sleeper = {
        at: this.#now + Math.max(0, ms),
        ms,
        origin,
        wake: () => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        },
      };
      // Who falls asleep later wakes later at the same time.
      let place = this.#sleepers.length;
      while (place > 0 && (this.#sleepers[place - 1] as Sleeper).at > sleeper.at) place -= 1;
      this.#sleepers.splice(place, 0, sleeper);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Moves time on, waking who is due on the way, in order; who sleeps again within the span is woken again. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await drain();
    while (this.#sleepers[0] !== undefined && this.#sleepers[0].at <= end) {
      this.wakeNext();
      await drain();
    }
    this.#now = end;
  }

  /** How many sleep: 0 at the end of a test that left nothing behind. */
  get asleep(): number {
    return this.#sleepers.length;
  }

  /** When the next sleeper is due. */
  get nextAt(): number | undefined {
    return this.#sleepers[0]?.at;
  }

  /** Moves time to the next sleeper and wakes it. */
  protected wakeNext(): void {
    const sleeper = this.#sleepers.shift();
    if (sleeper === undefined) return;
    this.#now = Math.max(this.#now, sleeper.at);
    sleeper.wake();
  }

  /** One line a sleeper: how long, and the places in the code that wait for it. */
  describeSleepers(): string {
    return this.#sleepers
      .map(({ ms, at, origin }) => {
        const frames = (origin.stack ?? "").split("\n").slice(2);
        const places = frames.map((frame) => frame.trim()).filter((frame) => !frame.includes("node:internal"));
        return `  ${ms} ms, due in ${at - this.#now} ms ${places.slice(0, 4).join(" < ")}`;
      })
      .join("\n");
  }
}

export interface RunLimits {
  /** Virtual time from the call; default 48 hours. */
  limitMs?: number;
  /** Sleepers woken; default 200,000. Catches a loop that sleeps 0 ms for ever. */
  limitWakes?: number;
}

/** Holds only while all that is awaited hangs on this clock or on nothing: no sockets, no files, no timers. */
export class VirtualClock extends FakeClock {
  /** Moves time on until `promise` settles, and gives what it gives. Who sleeps beyond that stays asleep. */
  async run<T>(promise: Promise<T>, { limitMs = 48 * 3_600_000, limitWakes = 200_000 }: RunLimits = {}): Promise<T> {
    const end = this.now() + limitMs;
    let settled = false;
    const settle = () => {
      settled = true;
    };
    promise.then(settle, settle);
    for (let wakes = 0; ; wakes += 1) {
      await drain();
      if (settled) return promise;
      if (this.nextAt === undefined) await drain(100);
      if (settled) return promise;
      if (this.nextAt === undefined) throw new Error("Virtual time stands still: what is awaited waits for no sleeper");
      if (this.nextAt > end) throw this.#stuck(`did not settle within ${limitMs} ms of virtual time`);
      if (wakes >= limitWakes) throw this.#stuck(`did not settle after waking ${limitWakes} sleepers`);
      this.wakeNext();
    }
  }

  #stuck(what: string): Error {
    return new Error(`What is awaited ${what}; asleep:\n${this.describeSleepers()}`);
  }
}
