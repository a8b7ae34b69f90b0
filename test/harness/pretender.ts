/**
 * Stands between a provider and Druid and tells something else than Druid does, where a test says so: a changed
 * answer, another Druid behind the same address, or, stopped, none.
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface Match {
  method: string;
  path: RegExp;
  /** Of the request's body. */
  body?: RegExp;
}

export interface Answer {
  status: number;
  contentType: string;
  body: string;
}

export interface Pretender {
  url: string;
  /** Changes the answers of all matching requests, until the function that it returns is called. */
  rewrite(match: Match, change: (answer: Answer) => Answer): () => void;
  /** Which Druid gets the requests from now on. */
  sendTo(url: string): void;
  stop(): Promise<void>;
}

/** A port is given where it comes back after an outage. */
export async function startPretender(first: string, port = 0): Promise<Pretender> {
  let target = first;
  const rules = new Set<{ match: Match; change: (answer: Answer) => Answer }>();

  const answerTo = async (request: IncomingMessage): Promise<Answer> => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const [method, body] = [request.method ?? "GET", Buffer.concat(parts).toString()];
    const headers = { "content-type": request.headers["content-type"] ?? "application/json" };
    const response = await fetch(`${target}${request.url}`, { method, headers, ...(body !== "" && { body }) });
    const told = {
      status: response.status,
      contentType: response.headers.get("content-type") ?? "application/json",
      body: await response.text(),
    };
    const isMeant = ({ match }: { match: Match }) =>
      match.method === method && match.path.test(request.url ?? "") && (match.body?.test(body) ?? true);
    return [...rules].filter(isMeant).reduce((answer, { change }) => change(answer), told);
  };
  const server = createServer((request, response) => {
    answerTo(request).then(
      ({ status, contentType, body }) =>
        void response.writeHead(status, { "content-type": contentType }).end(status === 204 ? undefined : body),
      () => response.destroy(),
    );
  });
  await new Promise<void>((done) => server.listen(port, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    rewrite(match, change) {
      const rule = { match, change };
      rules.add(rule);
      return () => void rules.delete(rule);
    },
    sendTo(url) {
      target = url;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
