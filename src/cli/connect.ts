/** Connects a subcommand to Druid: by `--url`, otherwise by the environment variables `DRUID_*`. */
import { messageOf } from "../base/errors";
import { redactSaid } from "../base/redact";
import type { DruidClient } from "../druid/client";
import { connectionSecrets, type ResolvedConnection, resolveConnection } from "../druid/connection/connection";
import type { Outside, Words } from "./command";

/** For the `options` of each subcommand that connects. */
export const CONNECTION_OPTIONS = { url: { type: "string" } } as const;

export const CONNECTION_HELP = `\
  --url URL    Druid's Router; default: DRUID_URL. The login comes from DRUID_USERNAME and DRUID_PASSWORD or
               DRUID_TOKEN, and only for the server of DRUID_URL: it is never sent to another one`;

/** Removes the connection's secrets from a text of Druid's, and logins from the addresses in it. */
export type Hide = (text: string) => string;

/** Calls `work` with a client, and removes secrets from its errors. */
export async function connect<T>(
  words: Words,
  outside: Outside,
  work: (client: DruidClient, hide: Hide) => Promise<T>,
): Promise<T> {
  const { url } = words.values;
  const connection = connectionByUrl(typeof url === "string" ? url : undefined, outside.env);
  const secrets = connectionSecrets(connection);
  const hide: Hide = (text) => redactSaid(text, secrets);
  try {
    return await work(outside.druid(connection), hide);
  } catch (error) {
    throw new Error(hide(messageOf(error)), { cause: error });
  }
}

/** @throws DruidIngestionError that says what is wrong with it. */
export function connectionByUrl(url: string | undefined, env: Outside["env"]): ResolvedConnection {
  const own = url !== undefined && !isSame(url, env.DRUID_URL) ? { url } : undefined;
  return resolveConnection(own, () => undefined, env);
}

const isSame = (one: string, other: string | undefined) => one.replace(/\/+$/, "") === other?.replace(/\/+$/, "");
