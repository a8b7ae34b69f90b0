/**
 * Stands between a provider and Druid and holds chosen requests, so that a test can kill someone at that very moment.
 * A held request is here whole: let go after its sender has died, it reaches Druid late, as a network may deliver it.
 */
import { createServer, type IncomingMessage, type ServerResponse, request as send } from "node:http";
import type { AddressInfo } from "node:net";

export interface HoldOptions {
  /** Any, if absent. */
  method?: string;
  path: RegExp;
  /** `before` Druid gets the request, or `after` Druid has answered and before the provider hears it. */
  when: "before" | "after";
  /** Which of the matching requests; 1 is the next. */
  nth?: number;
  /** Only requests with this value of the header `x-from`: a connection's own headers tell whose it is. */
  from?: string;
  body?: RegExp;
}

export interface Hold {
  /** Resolves once the request is held. */
  reached: Promise<void>;
  /** Lets it go on its way, whether its sender still lives or not. */
  letGo(): void;
}

export interface HoldingProxy {
  url: string;
  hold(options: HoldOptions): Hold;
  /** `METHOD path` of all requests so far. */
  received: string[];
  stop(): Promise<void>;
}

interface Rule extends HoldOptions {
  seen: number;
  reach(): void;
  gone: Promise<void>;
}

export async function startProxy(target: string): Promise<HoldingProxy> {
  const rules = new Set<Rule>();
  const received: string[] = [];

  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await read(request);
    received.push(`${request.method} ${request.url}`);
    const rule = [...rules].find((one) => matches(one, request, body) && ++one.seen === (one.nth ?? 1));
    if (rule?.when === "before") await held(rule);
    const answer = await forward(target, request, body);
    if (rule?.when === "after") await held(rule);
    if (!response.destroyed) response.writeHead(answer.status, answer.headers).end(answer.body);
  };
  const held = (rule: Rule) => {
    rules.delete(rule);
    rule.reach();
    return rule.gone;
  };
  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    hold(options) {
      let letGo = () => {};
      let reach = () => {};
      const gone = new Promise<void>((done) => {
        letGo = done;
      });
      const reached = new Promise<void>((done) => {
        reach = done;
      });
      rules.add({ ...options, seen: 0, reach, gone });
      return { reached, letGo };
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

function matches({ method, path, from, body }: Rule, request: IncomingMessage, text: Buffer): boolean {
  const { url = "", headers } = request;
  if (from !== undefined && headers["x-from"] !== from) return false;
  return (method === undefined || request.method === method) && path.test(url) && (body?.test(`${text}`) ?? true);
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function forward(target: string, { method, url, headers }: IncomingMessage, body: Buffer) {
  const { host: _, connection: __, ...rest } = headers;
  return new Promise<{ status: number; headers: IncomingMessage["headers"]; body: Buffer }>((done, fail) => {
    const outgoing = send(
      `${target}${url}`,
      { method, headers: { ...rest, "content-length": body.length } },
      (answer) => {
        read(answer).then((text) => {
          const { "transfer-encoding": ___, ...kept } = answer.headers;
          done({ status: answer.statusCode ?? 502, headers: kept, body: text });
        }, fail);
      },
    );
    outgoing.once("error", fail);
    outgoing.end(body);
  });
}
