/** The real parts that the lifecycle works with, handed in so that tests can hand in others. */
import type { Clock } from "../base/clock";
import type { DruidClient } from "../druid/client";
import type { ResolvedConnection } from "../druid/connection/connection";
import type { Poller } from "../druid/poller";
import type { Neighbours } from "./neighbours";

/** The engine beside us, as `host/` connects it. */
export interface Host {
  /** Stays in the output of the run. */
  log(severity: "debug" | "info" | "warning" | "error", urn: string, message: string): void;
  /** Shown beside the resource's row. */
  status(urn: string, message: string): void;
  /** Aborted by the first interrupt, and when the engine is gone. */
  readonly signal: AbortSignal;
  /** Throws kind `orphaned` where the engine is gone. */
  assertAlive(): Promise<void>;
  /** Tells the host that something is in flight. */
  during<T>(run: () => Promise<T>): Promise<T>;
}

export interface Parts {
  host: Host;
  clock: Clock;
  random(): number;
  env: Readonly<Record<string, string | undefined>>;
  /** The stack's config by full key; resolves once Pulumi has configured us. */
  config(): Promise<(key: string) => string | undefined>;
  /** One client and poller per connection, so that what they learn and share lasts for the process. */
  druid(connection: ResolvedConnection): { client: DruidClient; poller: Poller };
  neighbours: Neighbours;
}
