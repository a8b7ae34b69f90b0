/** Creates the Druid client: the requests on top of the HTTP transport. */
import type { AxiosAdapter } from "axios";
import type { Clock } from "../base/clock";
import type { DruidClient } from "./client";
import type { ResolvedConnection } from "./connection/connection";
import { createInspector, type Inspector } from "./requests/inspector";
import { createRequests } from "./requests/requests";
import type { Send } from "./transport/call";
import { serverOf } from "./transport/server";

export interface HttpClientOptions {
  connection: ResolvedConnection;
  clock: Clock;
  random: () => number;
  /** Replaces the network in tests. It receives axios' config, including `timeout`, and throws axios' errors. */
  adapter?: AxiosAdapter;
}

type CreateSend = typeof import("./transport/http").createSend;

/** Loads axios, a third of the provider's start, with the first request: an unchanged ingestion has none. */
function createSendLate(...args: Parameters<CreateSend>): Send {
  let send: Promise<Send> | undefined;
  return async (call, signal) => {
    send ??= import("./transport/http.js").then(({ createSend }) => createSend(...args));
    return (await send)(call, signal);
  };
}

/** For `pulumi-druid doctor`: a client beside it uses connections of its own. */
export function createHttpInspector({
  connection,
  adapter,
}: Pick<HttpClientOptions, "connection" | "adapter">): Inspector {
  const server = serverOf(connection);
  return createInspector(server, (tell) => createSendLate(connection, server, adapter, tell));
}

export function createHttpClient({ connection, clock, random, adapter }: HttpClientOptions): DruidClient {
  const server = serverOf(connection);
  return createRequests({ server, send: createSendLate(connection, server, adapter), clock, random });
}
