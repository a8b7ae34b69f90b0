/** Creates the Druid client: the requests on top of the HTTP transport. */
import type { AxiosAdapter } from "axios";
import type { Clock } from "../base/clock";
import type { DruidClient } from "./client";
import type { ResolvedConnection } from "./connection/connection";
import { createInspector, type Inspector } from "./requests/inspector";
import { createRequests } from "./requests/requests";
import { createSend } from "./transport/http";
import { serverOf } from "./transport/server";

export interface HttpClientOptions {
  connection: ResolvedConnection;
  clock: Clock;
  random: () => number;
  /** Replaces the network in tests. It receives axios' config, including `timeout`, and throws axios' errors. */
  adapter?: AxiosAdapter;
}

/** For `pulumi-druid doctor`: a client beside it uses connections of its own. */
export function createHttpInspector({
  connection,
  adapter,
}: Pick<HttpClientOptions, "connection" | "adapter">): Inspector {
  const server = serverOf(connection);
  return createInspector(server, (tell) => createSend(connection, server, adapter, tell));
}

export function createHttpClient({ connection, clock, random, adapter }: HttpClientOptions): DruidClient {
  const server = serverOf(connection);
  return createRequests({ server, send: createSend(connection, server, adapter), clock, random });
}
