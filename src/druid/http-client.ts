/** Druid over HTTP: the requests, the rules by which they are repeated, and the transport under them. */
import type { AxiosAdapter } from "axios";
import type { Clock } from "../base/clock";
import type { DruidClient } from "./client";
import type { ResolvedConnection } from "./connection/connection";
import { createRequests } from "./requests/requests";
import { createSend, serverOf } from "./transport/http";

export interface HttpClientOptions {
  connection: ResolvedConnection;
  clock: Clock;
  random: () => number;
  /** In place of the network. It gets axios' config, its `timeout` included, and throws axios' errors. */
  adapter?: AxiosAdapter;
}

export function createHttpClient({ connection, clock, random, adapter }: HttpClientOptions): DruidClient {
  const server = serverOf(connection);
  return createRequests({ server, send: createSend(connection, server, adapter), clock, random });
}
