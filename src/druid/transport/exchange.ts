/** Sends requests: checks the status, builds errors, and retries reads but not changes. */
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

/** Accepts unsuccessful answers that the caller can interpret. */
type Accept = (answer: Answer) => boolean;

export interface Exchange {
  server: Server;
  /** Sends once. */
  once(call: Call, options: CallOptions | undefined, accept?: Accept): Promise<Answer>;
  /** Retries transient failures. */
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
        // If aborted between two attempts, the error is only the signal's reason.
        throw signal?.aborted ? interruption(call, server, signal.reason) : error;
      }
    },
    parse: (call, answer, schema) => parseAnswer(call, server, answer, schema),
  };
}
