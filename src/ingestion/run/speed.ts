/** Rows per second over the last looks, so that it follows a load that slows down. Pure but for what it remembers. */

/** Long enough to even out the bursts in which Druid counts, short enough to show a stall. */
const WINDOW_MS = 10_000;
const WINDOW_MIN_MS = 1_000;

export class Speed {
  #looks: { atMs: number; rows: number }[] = [];

  /** Undefined until two looks are far enough apart. */
  after(atMs: number, rows: number): number | undefined {
    const within = this.#looks.filter((look) => atMs - look.atMs <= WINDOW_MS);
    // Looks at long tasks are further apart than the window.
    const looks = within.length > 0 ? within : this.#looks.slice(-1);
    this.#looks = [...looks, { atMs, rows }];
    const first = looks[0];
    if (!first || atMs - first.atMs < WINDOW_MIN_MS) return undefined;
    return Math.max(0, rows - first.rows) / ((atMs - first.atMs) / 1_000);
  }
}
