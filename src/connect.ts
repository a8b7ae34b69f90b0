/** Makes a client for programs and scripts; the provider makes its own. */
import { runtime } from "@pulumi/pulumi";
import { systemClock } from "./base/clock";
import type { DruidClient } from "./druid/client";
import type { ConnectionInput } from "./druid/connection/connection";

/** Asks Druid. Of an error that ends the program, Pulumi prints the message alone. */
export async function askDruid<T>(
  input: ConnectionInput | undefined,
  ask: (client: DruidClient) => Promise<T>,
): Promise<T> {
  try {
    return await ask(await connect(input));
  } catch (error) {
    throw readable(error);
  }
}

/** Adds the mark of pulumi.RunError: without it, a program that fails prints a stack of bundled code. */
export function readable(error: unknown): unknown {
  return error instanceof Error ? Object.defineProperty(error, "__pulumiRunError", { value: true }) : error;
}

/** Imports lazily, because a program that only declares ingestions needs neither axios nor zod. */
async function connect(input: ConnectionInput | undefined): Promise<DruidClient> {
  const { resolveConnection } = await import("./druid/connection/connection.js");
  const { createHttpClient } = await import("./druid/http-client.js");
  const connection = resolveConnection(input, (key) => runtime.getConfig(key), process.env);
  return createHttpClient({ connection, clock: systemClock, random: Math.random });
}
