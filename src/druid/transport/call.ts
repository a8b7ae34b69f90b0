/** A request to Druid and its answer, as exchanged between `requests/` and the transport (`http.ts`). */
import type { SqlRequest } from "../client";

export const SQL_TASK = "/druid/v2/sql/task";

export interface Call {
  /** Fills in `Cannot … "<url>"`, e.g. `submit the query to`. */
  action: string;
  method: "GET" | "POST" | "DELETE";
  /** Path from Druid's root, with query string. */
  path: string;
  body?: unknown;
  /** Whether it changes something in Druid. */
  changes: boolean;
  /** The permission to grant after a 403, e.g. `STATE "STATE" READ`. */
  permission: string;
  /** The SQL in the body; no message may repeat its values. */
  sql?: SqlRequest;
}

export interface Answer {
  status: number;
  /** Lower case, without parameters; empty if the server sends none. */
  contentType: string;
  text: string;
  /** After what time the server asks to be asked again. */
  retryAfterMs?: number;
}

/**
 * Sends a call and returns the answer, whatever its status.
 * @throws DruidUnreachableError, or DruidIngestionError of kind `unexpectedResponse` or the kind that `signal` means.
 */
export type Send = (call: Call, signal: AbortSignal | undefined) => Promise<Answer>;

/** What messages may say about the server. */
export interface Server {
  /** Without credentials. */
  url: string;
  host: string;
  isTls: boolean;
  /** Of the environment, without credentials; undefined if none is used. */
  proxy?: string | undefined;
  login: "none" | "password" | "passwordWithColon" | "token" | "headers";
  /** Whether the client shows a certificate of its own. */
  hasCertificate?: boolean;
  /** If it is not the one of `url`. */
  redirectedTo?: string;
  requestTimeoutSeconds: number;
  secrets: readonly string[];
}

/** What messages say about a server to which the first one has redirected. */
export function redirected(server: Server, url: string): Server {
  const { protocol, hostname, origin } = new URL(url);
  return { ...server, host: hostname, isTls: protocol === "https:", redirectedTo: origin };
}

/** The beginning of every error message. */
export function cannot(call: Call, server: Server): string {
  return `Cannot ${call.action} "${server.url}"`;
}
