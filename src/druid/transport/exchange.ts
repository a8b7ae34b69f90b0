/** What all requests share: success or the right error, patience for reads, none for what changes Druid. */
import type { z } from "zod";
import type { Clock } from "../../base/clock";
import type { CallOptions } from "../client";
import { parseAnswer } from "./answer";
import type { Answer, Call, Send, Server } from "./call";
import { httpError } from "./http-error";
import { withPatience } from "./retry";
import { interruption } from "./unreachable";

export const DEFAULT_PATIENCE_MS = 10_000;

export interface ExchangeParts {
  server: Server;
  send: Send;
  clock: Clock;
  random: () => number;
}

/** Tells answers that are no success but mean something to the caller. */
type Accept = (answer: Answer) => boolean;

export interface Exchange {
  server: Server;
  /** Sends once. */
  once(call: Call, options: CallOptions | undefined, accept?: Accept): Promise<Answer>;
  /** Goes on through transient failures. */
  read(call: Call, options: CallOptions | undefined, accept?: Accept): Promise<Answer>;
  parse<T>(call: Call, answer: Answer, schema: z.ZodType<T>): T;
}

export function createExchange({ server, send, clock, random }: ExchangeParts): Exchange {
  const once: Exchange["once"] = async (call, options, accept = () => false) => {
    const answer = await send(call, options?.signal);
    if ((answer.status >= 200 && answer.status < 300) || accept(answer)) return answer;
    throw httpError(call, server, answer);
  };
  return {
    server,
    once,
    async read(call, options, accept) {
      const signal = options?.signal;
      const patienceMs = options?.patienceMs ?? DEFAULT_PATIENCE_MS;
      try {
        return await withPatience(() => once(call, options, accept), { clock, random, patienceMs, signal });
      } catch (error) {
        // Aborted between two attempts, it is the signal's bare reason that comes out.
        throw signal?.aborted ? interruption(call, server, signal.reason) : error;
      }
    },
    parse: (call, answer, schema) => parseAnswer(call, server, answer, schema),
  };
}
