/** Has the Coordinator read its segments now rather than when its period is over, where it can be made to (until 36). */
import type { DruidClient } from "../../druid/client";
import type { Session } from "../session";
import { isForbidden } from "./used";

/** From 37 on each such request keeps a thread of the Coordinator for up to a minute: one at a time has to do. */
const underWay = new WeakSet<DruidClient>();

export class CoordinatorRefresh {
  readonly #session: Session;
  readonly #dataSource: string;
  readonly #over = new AbortController();
  #isDone = false;

  constructor(session: Session, dataSource: string) {
    this.#session = session;
    this.#dataSource = dataSource;
  }

  /** To be called until it has come to its turn; waits for nothing, and no failure of it matters. */
  begin(): void {
    if (!this.#isDone && !underWay.has(this.#session.client)) void this.#ask();
  }

  async #ask(): Promise<void> {
    const { client, signal } = this.#session;
    underWay.add(client);
    try {
      const both = AbortSignal.any([signal, this.#over.signal]);
      await client.loadStatus(this.#dataSource, { signal: both, patienceMs: 0 });
      this.#isDone = true;
    } catch (error) {
      this.#isDone = isForbidden(error);
    } finally {
      underWay.delete(client);
    }
  }

  end(): void {
    this.#over.abort();
  }
}
