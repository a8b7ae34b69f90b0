/** One request to Druid and its answer, between the requests (`requests.ts`) and the transport (`http.ts`). */
import type { SqlRequest } from "../client";

export interface Call {
  /** Completes `Cannot … "<url>"`, e.g. `submit the query to`. */
  action: string;
  method: "GET" | "POST" | "DELETE";
  /** From Druid's root, with its query string. */
  path: string;
  body?: unknown;
  /** Whether it changes something in Druid. */
  changes: boolean;
  /** What a 403 lacks, e.g. `STATE READ`. */
  permission: string;
  /** The SQL that it carries: no message may repeat its values. */
  sql?: SqlRequest;
}

export interface Answer {
  status: number;
  /** Lower case, without parameters; empty where the server names none. */
  contentType: string;
  text: string;
}

/**
 * Carries a call out and gives any answer, whatever its status.
 * @throws DruidUnreachableError, or DruidIngestionError of kind `unexpectedResponse` or the kind that `signal` means.
 */
export type Send = (call: Call, signal: AbortSignal | undefined) => Promise<Answer>;

/** Whom the calls go to, for messages. */
export interface Server {
  /** Fit for messages. */
  url: string;
  host: string;
  isTls: boolean;
  login: "none" | "password" | "passwordWithColon" | "token" | "headers";
  requestTimeoutSeconds: number;
  secrets: readonly string[];
}

/** How every error begins. */
export function cannot(call: Call, server: Server): string {
  return `Cannot ${call.action} "${server.url}"`;
}
