/**
 * The fake Druid as an axios adapter: no socket, and time-outs by the fake's clock. Faults of the network become the
 * errors that axios' own HTTP adapter makes of them. Redirects are followed as it follows them, unless told not to.
 */
import {
  type AxiosAdapter,
  AxiosError,
  type AxiosResponse,
  CanceledError,
  getUri,
  type InternalAxiosRequestConfig,
} from "axios";
import type { FakeDruid } from "./druid";
import { type FakeRequest, type HttpAnswer, isNetworkFault, type NetworkFault } from "./exchange";

/** More than an answer that waits for nothing takes to come through the promises between. */
const TURNS = 16;

export function fakeAdapter(fake: FakeDruid): AxiosAdapter {
  return async (config) => {
    const signal = config.signal as AbortSignal | undefined;
    if (signal?.aborted) throw new CanceledError(undefined, undefined, config);
    const controller = new AbortController();
    let settled = false;
    const settle = () => {
      settled = true;
    };
    const answer = exchange(fake, config, controller.signal);
    answer.then(settle, settle);
    // Most answers are there at once: a timer for each would be most of a simulation's work.
    for (let turn = 0; turn < TURNS && !settled; turn += 1) await undefined;
    return settled ? answer : patiently(fake, config, answer, controller);
  };
}

async function patiently(
  fake: FakeDruid,
  config: InternalAxiosRequestConfig,
  answer: Promise<AxiosResponse>,
  controller: AbortController,
): Promise<AxiosResponse> {
  const leave = () => controller.abort(new CanceledError(undefined, undefined, config));
  const signal = config.signal as AbortSignal | undefined;
  const left = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => reject(controller.signal.reason), { once: true });
  });
  left.catch(() => {});
  if (signal?.aborted) leave();
  signal?.addEventListener("abort", leave, { once: true });
  if (config.timeout) void expire(fake, config.timeout, controller, config);
  try {
    return await Promise.race([answer, left]);
  } finally {
    signal?.removeEventListener("abort", leave);
    controller.abort("over");
  }
}

async function expire(fake: FakeDruid, ms: number, controller: AbortController, config: InternalAxiosRequestConfig) {
  try {
    await fake.clock.sleep(ms, controller.signal);
  } catch {
    return;
  }
  const code = config.transitional?.clarifyTimeoutError ? AxiosError.ETIMEDOUT : AxiosError.ECONNABORTED;
  controller.abort(new AxiosError(`timeout of ${ms}ms exceeded`, code, config));
}

async function exchange(
  fake: FakeDruid,
  config: InternalAxiosRequestConfig,
  signal: AbortSignal,
): Promise<AxiosResponse> {
  let url = new URL(getUri(config));
  for (let hop = 0; ; hop += 1) {
    const answer = await fake.handle(requestOf(config, url), signal);
    if (isNetworkFault(answer)) return fail(answer, config, signal);
    const { location } = answer.headers;
    if (location === undefined || answer.status < 300 || answer.status > 399 || config.maxRedirects === 0) {
      return settle(answer, config);
    }
    if (hop >= (config.maxRedirects ?? 5)) {
      throw new AxiosError("Maximum number of redirects exceeded", "ERR_FR_TOO_MANY_REDIRECTS", config);
    }
    url = new URL(location, url);
  }
}

function requestOf(config: InternalAxiosRequestConfig, url: URL): FakeRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(config.headers.toJSON())) headers[name.toLowerCase()] = String(value);
  if (config.auth) {
    const { username, password } = config.auth;
    headers.authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  }
  return {
    method: (config.method ?? "get").toUpperCase(),
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers,
    body: typeof config.data === "string" ? config.data : undefined,
  };
}

/** As Node words them. */
const NODE_ERRORS = {
  ECONNREFUSED: ["connect ECONNREFUSED 127.0.0.1:8888", "connect"],
  ECONNRESET: ["socket hang up", undefined],
  ETIMEDOUT: ["connect ETIMEDOUT 127.0.0.1:8888", "connect"],
} as const;

function fail({ code }: NetworkFault, config: InternalAxiosRequestConfig, signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (code === "HANGS") return signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    const [message, syscall] = NODE_ERRORS[code];
    reject(AxiosError.from(Object.assign(new Error(message), { code, syscall }), undefined, config, {}));
  });
}

function settle(answer: HttpAnswer, config: InternalAxiosRequestConfig): AxiosResponse {
  const { status, headers, body: data } = answer;
  const response: AxiosResponse = { status, statusText: "", headers, data, config, request: {} };
  if (!config.validateStatus || config.validateStatus(status)) return response;
  const code = status < 500 ? AxiosError.ERR_BAD_REQUEST : AxiosError.ERR_BAD_RESPONSE;
  throw new AxiosError(`Request failed with status code ${status}`, code, config, {}, response);
}
