/** The fake Druid on a port of its own, for what must cross a socket. Faults of the network cut the connection. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { FakeDruid } from "./druid";
import { isNetworkFault } from "./exchange";

export interface ServedFake {
  url: string;
  /** Cuts what is open, too. */
  stop(): Promise<void>;
}

export async function serveFake(fake: FakeDruid): Promise<ServedFake> {
  const stopped = new AbortController();
  const server = createServer((request, response) => {
    answer(fake, request, response, stopped.signal).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  fake.url = url;
  return {
    url,
    stop: async () => {
      stopped.abort(new Error("stopped"));
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(fake: FakeDruid, request: IncomingMessage, response: ServerResponse, stopped: AbortSignal) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const url = new URL(request.url ?? "/", "http://fake");
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value);
  const said = await fake.handle(
    {
      method: request.method ?? "GET",
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers,
      body: chunks.length === 0 ? undefined : Buffer.concat(chunks).toString("utf8"),
    },
    stopped,
  );
  if (!isNetworkFault(said)) {
    response.writeHead(said.status, said.headers).end(said.body);
  } else if (said.code !== "HANGS") {
    // A listening server cannot refuse or time out a connection: the client sees a reset for each of them.
    request.socket.resetAndDestroy();
  }
}
