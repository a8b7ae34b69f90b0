/** The provider's operations in this process, and what they send to Druid. */
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { systemClock } from "../../../src/base/clock";
import { sharedClients } from "../../../src/druid/clients";
import { createHttpClient } from "../../../src/druid/http-client";
import * as lifecycle from "../../../src/lifecycle";

/** One operation. */
interface Watch {
  tellTask(id: string): void;
  /** When it learned that the task had succeeded. */
  succeededAt: number | undefined;
  /** Sent since then. */
  requests: number;
}

const watches = new AsyncLocalStorage<Watch>();
subscribe("http.client.request.start", (message) => {
  const watch = watches.getStore();
  const { method } = (message as { request: ClientRequest }).request;
  if (method && watch?.succeededAt !== undefined) watch.requests += 1;
});

export type Provider = ReturnType<typeof providerOf>;

export function providerOf(url: string, signal: AbortSignal, say: (line: string) => void) {
  const parts: lifecycle.Parts = {
    host: {
      log: (severity, _urn, message) => {
        const [, taskId] = /#tasks\/task_id~(\S+)/.exec(message) ?? [];
        if (taskId) watches.getStore()?.tellTask(taskId);
        if (severity !== "info") say(`${severity}: ${message}`);
      },
      status: (_urn, message) => {
        const watch = watches.getStore();
        if (watch && message.startsWith("published")) watch.succeededAt ??= Date.now();
      },
      signal,
      assertAlive: async () => undefined,
      during: (run) => run(),
    },
    clock: systemClock,
    random: Math.random,
    env: { DRUID_URL: url },
    config: async () => () => undefined,
    neighbours: new lifecycle.Neighbours(),
    druid: sharedClients(
      (connection) => createHttpClient({ connection, clock: systemClock, random: Math.random }),
      systemClock,
    ),
  };
  return {
    /** Does `work`; `onTask` hears of its task as soon as it runs. */
    async watched<T>(work: (parts: lifecycle.Parts) => Promise<T>, onTask: (id: string) => void) {
      const watch: Watch = { tellTask: onTask, succeededAt: undefined, requests: 0 };
      const result = await watches.run(watch, () => work(parts));
      return { result, returnedAt: Date.now(), succeededAt: watch.succeededAt, requests: watch.requests };
    },
  };
}
