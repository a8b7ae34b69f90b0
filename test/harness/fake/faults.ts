/**
 * What can go wrong between a client and the fake Druid. A fault says which requests it meets, whether and when the
 * request takes effect, and what the client gets to see; the named ones cover what was seen or is known of Druid.
 */
import { alreadyExists } from "./errors";
import { empty, type FakeAnswer, html, json, type NetworkFault, type Received } from "./exchange";

/** Names of routes.ts, or a test of its own. */
export type FaultMatch = string | readonly string[] | ((request: Received) => boolean);

export interface Reach {
  /** Absent: every request. */
  on?: FaultMatch;
  /** Lets so many that fit pass first. */
  skip?: number;
  /** Default 1; Infinity for ever. */
  times?: number;
  /** Drawn from the fake's own seed; default 1. */
  probability?: number;
}

export interface Fault extends Reach {
  name: string;
  effect: "none" | "now" | "twice" | { lateMs: number };
  /** Instead of Druid's own answer. */
  answer?: FakeAnswer | ((request: Received) => FakeAnswer);
  /** The answer is held back so long. */
  delayMs?: number;
}

const network = (code: NetworkFault["code"]): NetworkFault => ({ code });

function idIn({ path, json: body }: Received): string {
  const fields = (body ?? {}) as { id?: string; context?: { sqlQueryId?: string } };
  return fields.id ?? (fields.context?.sqlQueryId ? `query-${fields.context.sqlQueryId}` : (path.split("/")[5] ?? ""));
}

function fault(name: string, effect: Fault["effect"], answer?: Fault["answer"]) {
  return (reach: Reach = {}): Fault => ({ name, effect, ...(answer !== undefined && { answer }), ...reach });
}

const JSON_TYPE = { "content-type": "application/json" };
const WRAPPED_503 = {
  error: "Unknown exception",
  errorMessage: "org.apache.druid.rpc.HttpResponseException: Server error [503 Service Unavailable]; body: ",
};

export const faults = {
  /** The connection is refused. */
  refuse: fault("refuse", "none", network("ECONNREFUSED")),
  resetBefore: fault("resetBefore", "none", network("ECONNRESET")),
  /** It took effect, the answer is lost. */
  resetAfter: fault("resetAfter", "now", network("ECONNRESET")),
  connectTimeout: fault("connectTimeout", "none", network("ETIMEDOUT")),
  /** No answer ever, no effect either. */
  hang: fault("hang", "none", network("HANGS")),
  /** No answer ever, though it took effect. */
  hangAfter: fault("hangAfter", "now", network("HANGS")),
  /** The client is cut off, the request takes effect later all the same. */
  late: (lateMs: number, reach: Reach = {}): Fault => {
    return { name: "late", effect: { lateMs }, answer: network("ECONNRESET"), ...reach };
  },
  lateHang: (lateMs: number, reach: Reach = {}): Fault => {
    return { name: "lateHang", effect: { lateMs }, answer: network("HANGS"), ...reach };
  },
  slow: (delayMs: number, reach: Reach = {}): Fault => ({ name: "slow", effect: "now", delayMs, ...reach }),
  /** Delivered twice; the client sees what the second one got. */
  twice: fault("twice", "twice"),
  /** The broker tried twice by itself: accepted, and "already exists" is what the client sees. */
  brokerRetry: fault("brokerRetry", "now", (request) => alreadyExists(27, idIn(request))),
  wrapped503: fault("wrapped503", "none", json(500, WRAPPED_503)),
  /** Like wrapped503, but the Overlord had taken it. */
  wrapped503After: fault("wrapped503After", "now", json(500, WRAPPED_503)),
  empty503: fault("empty503", "none", empty(503)),
  html502: fault("html502", "none", html(502, "Bad Gateway")),
  html502After: fault("html502After", "now", html(502, "Bad Gateway")),
  noDestination: fault("noDestination", "none", ({ path }) => {
    return json(400, { error: `Unable to determine destination for [${path}]; is your coordinator/overlord running?` });
  }),
  unauthorized: fault("unauthorized", "none", html(401, "User authentication failed.")),
  forbidden: fault("forbidden", "none", json(403, { "Access-Check-Result": "Allowed:false, Message:" })),
  /** Seen of 27: a live report's worker fails, and the Overlord hands its page on as a success. */
  htmlReport: fault("htmlReport", "now", { ...html(200, "Error 500 Server Error"), headers: JSON_TYPE }),
  /** Seen of 27 for a moment at each task's end. */
  chatGone: fault("chatGone", "now", ({ path }) => {
    return json(200, { error: `Can't find chatHandler for handler[${path.split("/")[5]}]` });
  }),
  garbage: fault("garbage", "now", {
    status: 200,
    headers: { "content-type": "application/json" },
    body: '{"task":"que',
  }),
  answers: (answer: FakeAnswer, reach: Reach = {}): Fault => ({ name: "answers", effect: "none", answer, ...reach }),
} as const;

/** Picks the fault that meets a request, and uses it up. */
export class FaultSchedule {
  #entries: { fault: Fault; passed: number; met: number }[] = [];
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** The first one that fits is the one. */
  add(...more: Fault[]): void {
    this.#entries.push(...more.map((fault) => ({ fault, passed: 0, met: 0 })));
  }

  clear(): void {
    this.#entries = [];
  }

  pick(request: Received): Fault | undefined {
    for (const entry of this.#entries) {
      const { on, skip = 0, times = 1, probability = 1 } = entry.fault;
      if (entry.met >= times || !fits(on, request)) continue;
      if (entry.passed < skip) {
        entry.passed += 1;
        continue;
      }
      if (probability < 1 && this.#random() >= probability) continue;
      entry.met += 1;
      return entry.fault;
    }
    return undefined;
  }
}

function fits(on: FaultMatch | undefined, request: Received): boolean {
  if (on === undefined) return true;
  if (typeof on === "function") return on(request);
  return typeof on === "string" ? on === request.route : on.includes(request.route);
}
