/** What only several looks at a task tell: how fast it reads, and whether a predicted end can be relied on. */

/** Long enough to even out the bursts in which Druid counts, short enough to show a stall. */
const WINDOW_MS = 10_000;
const WINDOW_MIN_MS = 1_000;
/** A prediction that has moved by a larger share of the rest is none. */
const MOVED_MAX = 0.1;
const MOVED_MIN_MS = 3_000;

interface Look {
  atMs: number;
  rows: number;
  endsAtMs: number | undefined;
}

export class Speed {
  #looks: Look[] = [];

  /**
   * `rowsPerSecond` over the window, undefined until two looks are far enough apart. `restMs` is returned only if the
   * same end was predicted a window ago: Druid counts whole files, so that the rest grows while a large one is read.
   */
  after(atMs: number, rows: number, restMs: number | undefined): { rowsPerSecond?: number; restMs?: number } {
    const endsAtMs = restMs === undefined ? undefined : atMs + restMs;
    // The oldest look is a window old; looks at long tasks are further apart.
    const since = this.#looks.findLastIndex((look) => atMs - look.atMs >= WINDOW_MS);
    this.#looks = [...this.#looks.slice(Math.max(0, since)), { atMs, rows, endsAtMs }];
    const [first] = this.#looks;
    if (!first || atMs - first.atMs < WINDOW_MIN_MS) return {};
    const rowsPerSecond = Math.max(0, rows - first.rows) / ((atMs - first.atMs) / 1_000);
    const isSteady =
      since >= 0 &&
      endsAtMs !== undefined &&
      first.endsAtMs !== undefined &&
      Math.abs(endsAtMs - first.endsAtMs) <= Math.max(MOVED_MIN_MS, MOVED_MAX * (endsAtMs - atMs));
    return { rowsPerSecond, ...(isSteady && { restMs: endsAtMs - atMs }) };
  }
}
