/** Makes a client for programs and scripts; the provider makes its own. */
import { runtime } from "@pulumi/pulumi";
import { systemClock } from "./base/clock";
import type { DruidClient } from "./druid/client";
import type { ConnectionInput } from "./druid/connection/connection";

/** Imports lazily, because a program that only declares ingestions needs neither axios nor zod. */
export async function connect(input: ConnectionInput | undefined): Promise<DruidClient> {
  const { resolveConnection } = await import("./druid/connection/connection.js");
  const { createHttpClient } = await import("./druid/http-client.js");
  const connection = resolveConnection(input, (key) => runtime.getConfig(key), process.env);
  return createHttpClient({ connection, clock: systemClock, random: Math.random });
}
