/** Makes the Coordinator refresh its segments immediately instead of periodically, where that works (up to 36). */
import type { Session } from "../session";
import { isForbidden } from "./used";

/** Since 37 each such request blocks a Coordinator thread for up to a minute, so there is only one at a time. */
const underWay = new WeakSet<object>();

export class CoordinatorRefresh {
  readonly #session: Session;
  readonly #dataSource: string;
  readonly #over = new AbortController();
  #isDone = false;

  constructor(session: Session, dataSource: string) {
    this.#session = session;
    this.#dataSource = dataSource;
  }

  /** Call it at every poll until one request has succeeded. It does not wait, and its failures do not matter. */
  begin(): void {
    if (!this.#isDone && !underWay.has(this.#session.cluster)) void this.#ask();
  }

  async #ask(): Promise<void> {
    const { client, cluster, signal } = this.#session;
    underWay.add(cluster);
    try {
      const both = AbortSignal.any([signal, this.#over.signal]);
      await client.loadStatus(this.#dataSource, { signal: both, patienceMs: 0 });
      this.#isDone = true;
    } catch (error) {
      this.#isDone = isForbidden(error);
    } finally {
      underWay.delete(cluster);
    }
  }

  end(): void {
    this.#over.abort();
  }
}
