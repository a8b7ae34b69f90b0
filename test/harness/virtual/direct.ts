/**
 * A way to the fake Druid without axios, for lives by the thousand: all of the client but its transport. Redirects and
 * the faults of the network come out as the real transport hands them on.
 */
import type { Clock } from "../../../src/base/clock";
import type { DruidClient } from "../../../src/druid/client";
import { createRequests } from "../../../src/druid/requests/requests";
import type { Call, Send, Server } from "../../../src/druid/transport/call";
import { interruption, unreachable } from "../../../src/druid/transport/unreachable";
import type { FakeDruid } from "../fake";

const SERVER: Server = {
  url: "http://router:8888",
  host: "router",
  isTls: false,
  login: "none",
  requestTimeoutSeconds: 60,
  secrets: [],
};
const MAX_REDIRECTS = 3;
/** As Node tells them. */
const SYSCALLS = { ECONNREFUSED: "connect", ETIMEDOUT: "connect", ECONNRESET: undefined };

/** `guard` is asked before each request and after each answer; what it throws ends the call. */
export function directClient(fake: FakeDruid, clock: Clock, random: () => number, guard?: Guard): DruidClient {
  const send: Send = async (call, signal) => {
    if (signal?.aborted) throw interruption(call, SERVER, signal.reason);
    guard?.before();
    const answer = await ask(fake, clock, call, signal).catch((error) => {
      throw signal?.aborted ? interruption(call, SERVER, signal.reason) : error;
    });
    guard?.after();
    return answer;
  };
  return createRequests({ server: SERVER, send, clock, random });
}

export interface Guard {
  before(): void;
  after(): void;
}

async function ask(fake: FakeDruid, clock: Clock, call: Call, signal: AbortSignal | undefined) {
  const [path = "", search = ""] = call.path.split("?");
  const query = search === "" ? {} : Object.fromEntries(new URLSearchParams(search));
  const body = call.body === undefined ? undefined : JSON.stringify(call.body);
  let at = path;
  for (let hop = 0; ; hop += 1) {
    const answer = await fake.handle({ method: call.method, path: at, query, headers: {}, body }, signal);
    if (signal?.aborted) throw interruption(call, SERVER, signal.reason);
    if ("code" in answer) {
      const { code } = answer;
      if (code !== "HANGS") throw unreachable(call, SERVER, { code, syscall: SYSCALLS[code], message: code });
      await clock.sleep(SERVER.requestTimeoutSeconds * 1_000, signal);
      throw unreachable(call, SERVER, { code: "ECONNABORTED", syscall: undefined, message: "" });
    }
    const { location } = answer.headers;
    if (answer.status !== 307 || location === undefined || hop === MAX_REDIRECTS) {
      const contentType = (answer.headers["content-type"] ?? "").split(";")[0] ?? "";
      return { status: answer.status, contentType, text: answer.body };
    }
    at = new URL(location).pathname;
  }
}
