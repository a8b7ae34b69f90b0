/** The dependencies of the lifecycle, passed in so that tests can replace them. */
import type { Clock } from "../base/clock";
import type { DruidClient } from "../druid/client";
import type { Connection } from "../druid/connection/connection";
import type { Poller } from "../druid/poller";
import type { Neighbours } from "./neighbours";

/** The Pulumi engine; implemented in `host/`. */
export interface Host {
  /** Logs a permanent line. */
  log(severity: "debug" | "info" | "warning" | "error", urn: string, message: string): void;
  /** Sets the temporary status in the resource's row. */
  status(urn: string, message: string): void;
  /** Aborted by the first interrupt, and when the engine is gone. */
  readonly signal: AbortSignal;
  /** Throws kind `orphaned` if the engine is gone. */
  assertAlive(): Promise<void>;
  /** Tells the host that an operation is running. */
  during<T>(run: () => Promise<T>): Promise<T>;
}

export interface Parts {
  host: Host;
  clock: Clock;
  random(): number;
  env: Readonly<Record<string, string | undefined>>;
  /** The stack's config by full key; resolves once Pulumi has configured us. */
  config(): Promise<(key: string) => string | undefined>;
  /** One client and poller per connection for the lifetime of the process, so that ingestions share them. */
  druid(connection: Connection): { client: DruidClient; poller: Poller };
  neighbours: Neighbours;
}
