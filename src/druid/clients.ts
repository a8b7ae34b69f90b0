/** One client and poller for each connection, so that all ingestions of a process share them. */
import type { Clock } from "../base/clock";
import type { DruidClient } from "./client";
import type { ResolvedConnection } from "./connection/connection";
import { createPoller, type Poller } from "./poller";

export interface Clients {
  client: DruidClient;
  poller: Poller;
}

export function sharedClients(
  create: (connection: ResolvedConnection) => DruidClient,
  clock: Clock,
): (connection: ResolvedConnection) => Clients {
  const made = new Map<string, Clients>();
  return (connection) => {
    const name = JSON.stringify(connection);
    const known = made.get(name);
    if (known) return known;
    const client = create(connection);
    const clients = { client, poller: createPoller(client, clock) };
    made.set(name, clients);
    return clients;
  };
}
