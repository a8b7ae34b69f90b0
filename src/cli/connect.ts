/** How a subcommand reaches Druid: `--url`, or else the environment's `DRUID_*`. */
import { messageOf } from "../base/errors";
import { redact } from "../base/redact";
import type { DruidClient } from "../druid/client";
import { connectionSecrets, resolveConnection } from "../druid/connection/connection";
import type { Outside, Words } from "./command";

/** To be spread into `options` of a subcommand. */
export const CONNECTION_OPTIONS = { url: { type: "string" } } as const;

export const CONNECTION_HELP = `\
  --url URL    Druid's Router; default: DRUID_URL. The login comes from DRUID_USERNAME and DRUID_PASSWORD or
               DRUID_TOKEN, and only for the server of DRUID_URL: it is never sent to another one`;

/** Calls `work` with a client; the secrets of the connection are removed from its errors. */
export async function connect<T>(
  words: Words,
  outside: Outside,
  work: (client: DruidClient) => Promise<T>,
): Promise<T> {
  const { url } = words.values;
  const own = typeof url === "string" && !isSame(url, outside.env.DRUID_URL) ? { url } : undefined;
  const connection = resolveConnection(own, () => undefined, outside.env);
  try {
    return await work(outside.druid(connection));
  } catch (error) {
    throw new Error(redact(messageOf(error), connectionSecrets(connection)));
  }
}

const isSame = (one: string, other: string | undefined) => one.replace(/\/+$/, "") === other?.replace(/\/+$/, "");
