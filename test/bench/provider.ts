// The provider's operations in this process, and what they send to Druid.
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { systemClock } from "../../src/base/clock";
import { createHttpClient } from "../../src/druid/http-client";
import { createPoller } from "../../src/druid/poller";
import * as lifecycle from "../../src/lifecycle";

/** One operation: when the task was seen to have succeeded, and the requests since. */
export interface Watch {
  succeededAt: number | undefined;
  requests: string[];
}

const watches = new AsyncLocalStorage<Watch>();
subscribe("http.client.request.start", (message) => {
  const watch = watches.getStore();
  const { request } = message as { request: ClientRequest };
  if (watch?.succeededAt !== undefined) watch.requests.push(`${request.method} ${request.path.split("?")[0]}`);
});

export function providerOf(url: string) {
  const clients = new Map<string, ReturnType<lifecycle.Parts["druid"]>>();
  const parts: lifecycle.Parts = {
    host: {
      log: (severity, _urn, message) => {
        if (severity !== "info") console.log(`${severity}: ${message}`);
      },
      status: (_urn, message) => {
        const watch = watches.getStore();
        if (watch && message.startsWith("published")) watch.succeededAt ??= Date.now();
      },
      signal: new AbortController().signal,
      assertAlive: async () => undefined,
      during: (run) => run(),
    },
    clock: systemClock,
    random: Math.random,
    env: { DRUID_URL: url },
    config: async () => () => undefined,
    neighbours: new lifecycle.Neighbours(),
    druid(connection) {
      const name = JSON.stringify(connection);
      const known = clients.get(name);
      if (known) return known;
      const client = createHttpClient({ connection, clock: systemClock, random: Math.random });
      const made = { client, poller: createPoller(client, systemClock) };
      clients.set(name, made);
      return made;
    },
  };
  return {
    async watched<T>(work: (parts: lifecycle.Parts) => Promise<T>) {
      const watch: Watch = { succeededAt: undefined, requests: [] };
      const result = await watches.run(watch, () => work(parts));
      return { result, watch, returnedAt: Date.now() };
    },
  };
}
