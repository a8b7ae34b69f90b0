/** A web server on loopback that answers what a test says, and keeps what it was asked. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { TlsOptions } from "node:tls";
import type { Clock } from "../../../src/base/clock";
import type { DruidClient } from "../../../src/druid/client";
import { resolveConnection } from "../../../src/druid/connection/connection";
import type { ConnectionInput } from "../../../src/druid/connection/input";
import { createHttpClient } from "../../../src/druid/http-client";
import { bodyText, recorded } from "./recorded";

const TLS = join(__dirname, "..", "..", "fixtures", "tls");

/** Of `localhost`, signed by itself. */
export const certificate = {
  cert: readFileSync(join(TLS, "cert.pem"), "utf8"),
  key: readFileSync(join(TLS, "key.pem"), "utf8"),
};

export interface Asked {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Web {
  url: string;
  port: number;
  asked: Asked[];
  stop(): Promise<void>;
}

export type Reply = (response: ServerResponse, asked: Asked, request: IncomingMessage) => void;

const running = new Set<Web>();

/** Each request takes the next reply; the last one stays. */
export async function startWeb(replies: Reply | Reply[], tls?: TlsOptions, host = "127.0.0.1"): Promise<Web> {
  const queue = Array.isArray(replies) ? [...replies] : [replies];
  const asked: Asked[] = [];
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url: path = "", headers } = request;
    const one = { method, path, headers, body: Buffer.concat(chunks).toString() };
    asked.push(one);
    const reply = queue.length > 1 ? queue.shift() : queue[0];
    reply?.(response, one, request);
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.listen(0, host);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const web: Web = {
    url: `${tls ? "https" : "http"}://localhost:${port}`,
    port,
    asked,
    async stop() {
      running.delete(web);
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  running.add(web);
  return web;
}

/** For `afterEach`. */
export async function stopAllWebs(): Promise<void> {
  await Promise.all([...running].map((web) => web.stop()));
}

export function reply(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return (response) => response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
}

/** A fixture as it came, but about the task that is asked for. */
export function replay(name: string): Reply {
  const answer = recorded(name);
  const headers = answer.contentType === null ? {} : { "content-type": answer.contentType };
  const taskIn = (path: string) => /\/task\/([^/]+)/.exec(path)?.[1];
  const recordedId = taskIn(answer.request.path);
  return (response, { path }) => {
    const id = taskIn(path);
    const text = bodyText(answer);
    const body =
      recordedId === undefined || id === undefined ? text : text.replaceAll(recordedId, decodeURIComponent(id));
    response.writeHead(answer.status, headers).end(body);
  };
}

/** Sleeps no time at all, and keeps how long it was asked to. */
export class InstantClock implements Clock {
  readonly slept: number[] = [];
  private at = 0;

  now(): number {
    return this.at;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.slept.push(ms);
    this.at += ms;
  }
}

export function clientFor(
  web: { url: string },
  more: ConnectionInput = {},
  clock: Clock = new InstantClock(),
): DruidClient {
  const connection = resolveConnection({ url: web.url, ...more }, () => undefined, {});
  return createHttpClient({ connection, clock, random: () => 0 });
}

/** What a promise fails with. */
export async function failureOf<E extends Error = Error>(promise: Promise<unknown>): Promise<E> {
  try {
    await promise;
  } catch (error) {
    return error as E;
  }
  throw new Error("It did not fail");
}

/** A client before a server that gives these answers in turn. */
export async function druid(...answers: (string | Reply)[]) {
  const web = await startWeb(answers.map((answer) => (typeof answer === "string" ? replay(answer) : answer)));
  const clock = new InstantClock();
  const paths = () => web.asked.map(({ method, path }) => `${method} ${decodeURIComponent(path)}`);
  return { client: clientFor(web, {}, clock), asked: web.asked, paths, clock };
}
