/**
 * The HTTP transport, and the only file that uses axios. HTTP_PROXY, HTTPS_PROXY and NO_PROXY are honoured. Redirects
 * follow our own rule. Axios errors never leave this file, because they contain the request with its credentials.
 *
 * axios, a third of the provider's start, is loaded with the first request: an unchanged ingestion has none.
 */
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { AxiosAdapter, AxiosResponse } from "axios";
import { errorKind } from "../../base/errors";
import { canonicalJson } from "../../base/json";
import { publicUrl } from "../../base/redact";
import type { ResolvedConnection } from "../connection/connection";
import { unexpected } from "./answer";
import { type Answer, type Call, redirected, type Send, type Server } from "./call";
import { Lanes } from "./lanes";
import { redirectTarget } from "./redirect";
import { retryAfterMs } from "./retry-after";
import { certificateOf, type Route } from "./route";
import { interruption, type NetworkFailure, unreachable } from "./unreachable";

const MAX_REDIRECTS = 3;
/** A report with the rows of a SELECT may have tens of megabytes; no answer we expect is larger, also inflated. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** Together the connections to a cluster: those in use, and those kept for later. */
const REQUESTS_AT_ONCE = 6;
const CONNECTIONS_KEPT = 2;

/** `tell` hears how each answer came. */
export function createSend(
  connection: ResolvedConnection,
  server: Server,
  adapter: AxiosAdapter | undefined,
  tell?: (route: Route) => void,
): Send {
  const { ca, cert, key, insecureSkipVerify } = connection.tls;
  const tls = { ca, cert, key, rejectUnauthorized: insecureSkipVerify !== true };
  const keep = { keepAlive: true, maxFreeSockets: CONNECTIONS_KEPT, maxTotalSockets: REQUESTS_AT_ONCE };
  const lanes = new Lanes(REQUESTS_AT_ONCE);
  const lasting = { httpAgent: new HttpAgent(keep), httpsAgent: new HttpsAgent({ ...keep, ...tls }) };
  // A reused connection may break at the moment of reuse, which leaves it open whether the request arrived. Requests
  // that change Druid therefore use a new connection.
  const single = { httpAgent: new HttpAgent(), httpsAgent: new HttpsAgent(tls) };
  const ownHeaders = {
    ...connection.headers,
    ...authorization(connection),
    Accept: "application/json",
    "User-Agent": "pulumi-druid",
  };

  return async (call, signal) => {
    // Before the deadline, which is for Druid's time and not for ours.
    const isIn = await lanes.enter(signal);
    if (!isIn) throw interruption(call, server, signal?.reason);
    const body = call.body === undefined ? undefined : canonicalJson(call.body);
    const deadline = deadlineOf(connection.requestTimeoutSeconds * 1000, signal);
    let url = `${connection.url}${call.path}`;
    const hops: string[] = [];
    try {
      const axios = await loadAxios();
      for (let redirects = 0; ; redirects++) {
        const response = await axios.request<unknown>({
          url,
          method: call.method,
          data: body,
          headers: call.method === "GET" ? ownHeaders : { ...ownHeaders, "Content-Type": "application/json" },
          ...(call.changes ? single : lasting),
          ...(adapter === undefined ? {} : { adapter }),
          signal: deadline.signal,
          timeout: connection.requestTimeoutSeconds * 1000,
          maxRedirects: 0,
          maxContentLength: MAX_ANSWER_BYTES,
          maxBodyLength: Number.POSITIVE_INFINITY,
          responseType: "text",
          transformRequest: [(data) => data],
          transformResponse: [(data) => data],
          validateStatus: () => true,
        });
        const location = headerOf(response, "location");
        const redirected = (response.status === 307 || response.status === 308) && location !== "";
        if (!redirected || redirects === MAX_REDIRECTS) {
          const tls = certificateOf(response.request);
          tell?.({ redirects: hops, ...(tls && { tls }) });
          return answerOf(response);
        }
        const target = redirectTarget(call, server, url, location);
        if ("refused" in target) throw target.refused;
        url = target.url;
        hops.push(publicUrl(url));
      }
    } catch (error) {
      throw translated(error, call, hops.length === 0 ? server : redirected(server, url), deadline, signal);
    } finally {
      deadline.clear();
      lanes.leave();
    }
  };
}

const importAxios = async () => (await import("axios")).default;
let axiosModule: ReturnType<typeof importAxios> | undefined;

function loadAxios(): ReturnType<typeof importAxios> {
  axiosModule ??= importAxios();
  return axiosModule;
}

function authorization({ username, password, token }: ResolvedConnection): Record<string, string> {
  if (token !== undefined) return { Authorization: `Bearer ${token}` };
  if (username === undefined) return {};
  return { Authorization: `Basic ${Buffer.from(`${username}:${password ?? ""}`).toString("base64")}` };
}

interface Deadline {
  signal: AbortSignal;
  isOver(): boolean;
  clear(): void;
}

/** axios restarts its own timeout with every byte, so a server that sends slowly could block it for ever. */
function deadlineOf(timeoutMs: number, signal: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  let over = false;
  const onAbort = () => controller.abort();
  const timer = setTimeout(() => {
    over = true;
    controller.abort();
  }, timeoutMs);
  signal?.addEventListener("abort", onAbort, { once: true });
  // While it waited for its lane.
  if (signal?.aborted) onAbort();
  return {
    signal: controller.signal,
    isOver: () => over,
    clear: () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}

function answerOf(response: AxiosResponse<unknown>): Answer {
  const contentType = (headerOf(response, "content-type").split(";")[0] ?? "").trim().toLowerCase();
  const text = typeof response.data === "string" ? response.data : "";
  const waitMs = retryAfterMs(headerOf(response, "retry-after"), Date.now());
  return { status: response.status, contentType, text, ...(waitMs !== undefined && { retryAfterMs: waitMs }) };
}

function headerOf(response: AxiosResponse<unknown>, name: string): string {
  const { headers } = response;
  return String((typeof headers.get === "function" ? headers.get(name) : headers[name]) ?? "");
}

function translated(
  error: unknown,
  call: Call,
  server: Server,
  deadline: Deadline,
  signal: AbortSignal | undefined,
): unknown {
  if (signal?.aborted) return interruption(call, server, signal.reason);
  if (deadline.isOver()) {
    return unreachable(call, server, { code: "ECONNABORTED", syscall: undefined, message: "" });
  }
  if (errorKind(error) !== undefined) return error;
  // A proxy setting that is no address makes Node throw before it sends, an error that holds the whole setting.
  const code = codeOf(error);
  if (code?.startsWith("ERR_INVALID_")) return unreachable(call, server, { code, syscall: undefined, message: "" });
  if (!(error instanceof Error && "isAxiosError" in error)) return error;
  if (error.message.startsWith("maxContentLength")) {
    return unexpected(call, server, `more than ${MAX_ANSWER_BYTES / 1024 / 1024} MB`);
  }
  return unreachable(call, server, networkFailureOf(error));
}

function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}

/** axios wraps Node's error, which is an AggregateError if several addresses were tried. */
function networkFailureOf(error: unknown): NetworkFailure {
  const chain: unknown[] = [error];
  for (let at = 0; at < chain.length && at < 10; at++) {
    const link = chain[at];
    if (!(link instanceof Error)) continue;
    if (link.cause !== undefined) chain.push(link.cause);
    if (link instanceof AggregateError) chain.push(...link.errors);
  }
  const first = (key: "code" | "syscall") => {
    const values = chain.map((link) => (link instanceof Error ? Reflect.get(link, key) : undefined));
    return values.find((value) => typeof value === "string");
  };
  return { code: first("code"), syscall: first("syscall"), message: error instanceof Error ? error.message : "" };
}
