/** What only several looks at a task tell: how fast it reads, and whether a predicted end can be relied on. */

/** Long enough to even out the bursts in which Druid counts, short enough to show a stall. */
const WINDOW_MS = 10_000;
const WINDOW_MIN_MS = 1_000;
/** For predictions a window is also this share of the task's age: a stall must weigh against what was done before. */
const SHARE_OF_AGE = 0.25;
/** A prediction that has moved over its window by a larger share of the rest is none. */
const MOVED_MAX = 0.25;
const MOVED_MIN_MS = 5_000;

interface Look {
  atMs: number;
  rows: number;
  endsAtMs: number | undefined;
}

export class Speed {
  #startMs: number | undefined;
  #looks: Look[] = [];

  /**
   * `rowsPerSecond` over the window, undefined until two looks are far enough apart. `restMs` is returned only if about
   * the same end was predicted before: Druid counts whole files, so that the rest grows while a large one is read.
   */
  after(atMs: number, rows: number, restMs: number | undefined): { rowsPerSecond?: number; restMs?: number } {
    this.#startMs ??= atMs;
    const endsAtMs = restMs === undefined ? undefined : atMs + restMs;
    const first = this.#before(atMs - WINDOW_MS) ?? this.#looks[0];
    const long = Math.max(WINDOW_MS, SHARE_OF_AGE * (atMs - this.#startMs));
    const earlier = this.#before(atMs - long);
    this.#looks = [...this.#looks.slice(earlier ? this.#looks.indexOf(earlier) : 0), { atMs, rows, endsAtMs }];
    if (!first || atMs - first.atMs < WINDOW_MIN_MS) return {};
    const rowsPerSecond = Math.max(0, rows - first.rows) / ((atMs - first.atMs) / 1_000);
    const isSteady =
      endsAtMs !== undefined &&
      earlier?.endsAtMs !== undefined &&
      Math.abs(endsAtMs - earlier.endsAtMs) <= Math.max(MOVED_MIN_MS, MOVED_MAX * (endsAtMs - atMs));
    return { rowsPerSecond, ...(isSteady && { restMs: endsAtMs - atMs }) };
  }

  /** The last look at that time or before. */
  #before(atMs: number): Look | undefined {
    return this.#looks.findLast((look) => look.atMs <= atMs);
  }
}
