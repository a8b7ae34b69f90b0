/**
 * One provider process without a process: the real lifecycle over a fake Druid and virtual time, with an engine beside
 * it that records what it is told. It can be interrupted, orphaned, and killed at any request or moment.
 */
import type { AxiosAdapter } from "axios";
import type { Clock } from "../../../src/base/clock";
import { DruidIngestionError } from "../../../src/base/errors";
import { sharedClients } from "../../../src/druid/clients";
import type { ResolvedConnection } from "../../../src/druid/connection/connection";
import { createHttpClient } from "../../../src/druid/http-client";
import { Neighbours, type Parts } from "../../../src/lifecycle";
import { type FakeDruid, fakeAdapter, seededRandom, type VirtualClock } from "../fake";
import { directClient, type Guard } from "./direct";

export interface Line {
  kind: "debug" | "info" | "warning" | "error" | "status";
  urn: string;
  message: string;
  atMs: number;
}

export interface ProcessOptions {
  /** One for all urls, or one a host name. */
  fake: FakeDruid | Readonly<Record<string, FakeDruid>>;
  clock: VirtualClock;
  config?: Readonly<Record<string, string>>;
  env?: Readonly<Record<string, string>>;
  /** Dies at the request of this number (from 1), before Druid gets it or with the answer on its way. */
  killAt?: { request: number; when: "before" | "after" };
  seed?: number;
  /** Without axios in between: see direct.ts. */
  direct?: boolean;
}

const forever = <T>() => new Promise<T>(() => undefined);

export class ProviderProcess {
  readonly lines: Line[] = [];
  readonly parts: Parts;
  /** Rejects when the process is killed. */
  readonly died: Promise<never>;
  #requests = 0;
  #isAlive = true;
  #engineLives = true;
  readonly #options: ProcessOptions;
  readonly #stop = new AbortController();
  readonly #death = new AbortController();

  constructor(options: ProcessOptions) {
    this.#options = options;
    this.died = new Promise((_, reject) => {
      this.#death.signal.addEventListener("abort", () => reject(new Error("The process was killed")), { once: true });
    });
    this.died.catch(() => undefined);
    const { config = {}, env = {}, seed = 1 } = options;
    const clock = this.#clock();
    const random = seededRandom(seed);
    const note = (kind: Line["kind"], urn: string, message: string) => {
      if (this.#isAlive) this.lines.push({ kind, urn, message, atMs: options.clock.now() });
    };
    this.parts = {
      host: {
        log: note,
        status: (urn, message) => note("status", urn, message),
        signal: this.#stop.signal,
        assertAlive: async () => {
          if (!this.#isAlive) return forever();
          if (!this.#engineLives) throw this.#orphaned();
        },
        during: (run) => run(),
      },
      clock,
      random,
      env,
      config: async () => (key) => config[key],
      neighbours: new Neighbours(),
      druid: sharedClients(
        (connection) =>
          options.direct
            ? directClient(this.#druid(connection), clock, random, this.#guard)
            : createHttpClient({ connection, clock, random, adapter: this.#adapter(connection) }),
        clock,
      ),
    };
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Sent so far, the one that killed included. */
  get requests(): number {
    return this.#requests;
  }

  /** The first Ctrl-C. */
  interrupt(): void {
    this.#stop.abort(new DruidIngestionError("interrupted", "Cannot go on here: Pulumi was asked to stop"));
  }

  /** The engine is gone; `heard`: the process has noticed by itself. */
  orphan({ heard = false } = {}): void {
    this.#engineLives = false;
    if (heard) this.#stop.abort(this.#orphaned());
  }

  /** From here on it sends, says and awaits nothing. */
  kill(): void {
    this.#isAlive = false;
    this.#death.abort();
  }

  texts(kind?: Line["kind"]): string[] {
    return this.lines.filter((line) => kind === undefined || line.kind === kind).map(({ message }) => message);
  }

  #orphaned(): DruidIngestionError {
    return new DruidIngestionError("orphaned", "Cannot go on here: the Pulumi engine is gone");
  }

  #clock(): Clock {
    const { clock } = this.#options;
    const dead = this.#death.signal;
    return {
      now: () => clock.now(),
      sleep: (ms, signal) => {
        if (dead.aborted) return forever();
        return new Promise((resolve, reject) => {
          clock.sleep(ms, signal).then(
            () => (dead.aborted ? undefined : resolve()),
            (reason) => (dead.aborted ? undefined : reject(reason)),
          );
        });
      },
    };
  }

  #druid(connection: ResolvedConnection): FakeDruid {
    const { fake } = this.#options;
    const druid = "handle" in fake ? (fake as FakeDruid) : fake[new URL(connection.url).hostname];
    if (druid === undefined) throw new Error(`No Druid is at ${connection.url}`);
    return druid;
  }

  /** A request of a dead process ends with an error, so that nothing of it holds the process of the test. */
  readonly #guard: Guard = {
    before: () => {
      if (!this.#isAlive) throw new Error("killed");
      this.#requests += 1;
      const { killAt } = this.#options;
      if (killAt?.request === this.#requests && killAt.when === "before") this.kill();
      if (!this.#isAlive) throw new Error("killed");
    },
    after: () => {
      if (this.#options.killAt?.request === this.#requests) this.kill();
      if (!this.#isAlive) throw new Error("killed");
    },
  };

  #adapter(connection: ResolvedConnection): AxiosAdapter {
    const send = fakeAdapter(this.#druid(connection));
    return async (config) => {
      this.#guard.before();
      const answer = await Promise.race([send(config), this.died]);
      this.#guard.after();
      return answer;
    };
  }
}
