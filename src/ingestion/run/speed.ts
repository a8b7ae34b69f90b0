/** Compares several polls of a task: how fast it reads, and whether a prediction of its end is steady. */

/** Long enough to even out the bursts in which Druid counts, short enough to show a stall. */
const WINDOW_MS = 10_000;
const WINDOW_MIN_MS = 1_000;
/** For predictions the window is at least this share of the task's age, so that a short stall does not count much. */
const SHARE_OF_AGE = 0.25;
/** A prediction is not steady if its end has moved, within the window, by more than this share of the time left. */
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
   * Adds a poll. `rowsPerSecond` is absent until two polls are far enough apart. `restMs` is returned only if about the
   * same end was predicted before: Druid counts whole files, so the prediction grows while a large file is read.
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

  /** The last poll at that time or before. */
  #before(atMs: number): Look | undefined {
    return this.#looks.findLast((look) => look.atMs <= atMs);
  }
}
