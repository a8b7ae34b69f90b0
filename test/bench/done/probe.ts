/**
 * Sees when the rows of loads first answer. One query each time for all of them, and without the planner, which takes
 * most of a query's time: a query for each load would be the work that slows down what is measured.
 */
import { ask, isThere, type Load, ROWS, until } from "./load";

const EVERY_MS = 50;

export class Probe {
  readonly #url: string;
  readonly #signal: AbortSignal;
  readonly #waiting = new Set<Load>();
  /** By `from`: as many rows as the last query saw. */
  #seen: Record<string, number> = {};
  #looking: Promise<void> | undefined;

  constructor(url: string, signal: AbortSignal) {
    this.#url = url;
    this.#signal = signal;
  }

  /** When a query of the rows, as a user would write it, first answers with all of them. */
  async answeredAt(load: Load): Promise<number> {
    this.#waiting.add(load);
    this.#looking ??= this.#look();
    // Of the look; it ends with an error only.
    const failed = this.#looking.then(() => new Promise<never>(() => undefined));
    try {
      const seen = until(EVERY_MS, this.#signal, async () => this.#seen[load.from] === ROWS);
      await Promise.race([seen, failed]);
    } finally {
      this.#waiting.delete(load);
    }
    await until(EVERY_MS, this.#signal, () => isThere(this.#url, load, this.#signal));
    return Date.now();
  }

  async #look(): Promise<void> {
    await until(EVERY_MS, this.#signal, async () => {
      if (this.#waiting.size > 0) this.#seen = await this.#count([...this.#waiting]);
      return false;
    });
  }

  async #count(loads: Load[]): Promise<Record<string, number>> {
    const range = (from: number) => ({ lower: `${from}`, upper: `${from + ROWS - 1}`, ordering: "numeric" });
    const query = {
      queryType: "timeseries",
      dataSource: { type: "union", dataSources: [...new Set(loads.map(({ dataSource }) => dataSource))] },
      intervals: ["2024-01-01/2025-01-01"],
      granularity: "all",
      aggregations: loads.map(({ from }) => ({
        type: "filtered",
        filter: { type: "bound", dimension: "n", ...range(from) },
        aggregator: { type: "count", name: `${from}` },
      })),
      context: { useCache: false },
    };
    const rows = await ask<{ result: Record<string, number> }>(this.#url, "/druid/v2", query, this.#signal);
    return rows?.[0]?.result ?? {};
  }
}
