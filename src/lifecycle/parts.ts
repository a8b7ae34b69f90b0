/** The dependencies of the lifecycle, passed in so that tests can replace them. */
import type { Clock } from "../base/clock";
import type { Host } from "../base/host";
import type { Clients } from "../druid/clients";
import type { ResolvedConnection } from "../druid/connection/connection";
import type { Neighbours } from "./neighbours";

export interface Parts {
  host: Host;
  clock: Clock;
  random(): number;
  env: Readonly<Record<string, string | undefined>>;
  /** The stack's config by full key; resolves once Pulumi has configured us. */
  config(): Promise<(key: string) => string | undefined>;
  /** One client and poller per connection for the lifetime of the process, so that ingestions share them. */
  druid(connection: ResolvedConnection): Clients;
  neighbours: Neighbours;
}
