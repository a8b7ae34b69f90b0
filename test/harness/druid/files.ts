// Sources for ingestions: a loopback web server for texts and files, and for sources whose bytes a test lets go one by
// one, so that it holds an ingestion running for as long as it likes.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Drip {
  url: string;
  /** Sends text to every reader, also to those that come later. */
  write(text: string): void;
  /** Ends the source for every reader, also for those that come later. */
  end(): void;
  /** Breaks the connection of every reader; later ones are cut off after what was written. `heal` ends that. */
  fail(): void;
  heal(): void;
  /** Resolves once `count` readers (1 if absent) have asked for the source since its beginning. */
  readers(count?: number): Promise<void>;
}

export interface FileServer {
  /** Ends without a slash. */
  url: string;
  port: number;
  /** Serves `content` under `path` (with its leading slash) and returns the whole URL. */
  text(path: string, content: string | Buffer): string;
  file(path: string, name: string): Promise<string>;
  /** Answers every request for `path` with that HTTP status. */
  status(path: string, code: number): string;
  drip(path: string): Drip;
  /** How many requests came for `path`. */
  requests(path: string): number;
  /** Closes every connection too. */
  stop(): Promise<void>;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const TYPE = { "content-type": "application/octet-stream" };

/** The first and the last byte that a `Range` header asks for; undefined for the whole. */
function rangeOf(header: string | undefined, size: number): [number, number] | "outside" | undefined {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(header ?? "") ?? [];
  if (first === "" && last === "") return undefined;
  const from = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return from > to ? "outside" : [from, to];
}

function serve(content: Buffer): Handler {
  return (request, response) => {
    // No range of nothing can be granted, but whoever asks for all of it is to get just that.
    const range = content.length === 0 ? undefined : rangeOf(request.headers.range, content.length);
    const head = { ...TYPE, "accept-ranges": "bytes" };
    if (range === "outside") {
      response.writeHead(416, { ...head, "content-range": `bytes */${content.length}` }).end();
      return;
    }
    const [from, to] = range ?? [0, content.length - 1];
    const part = content.subarray(from, to + 1);
    const more = range ? { "content-range": `bytes ${from}-${to}/${content.length}` } : {};
    response.writeHead(range ? 206 : 200, { ...head, ...more, "content-length": part.length });
    response.end(request.method === "HEAD" ? undefined : part);
  };
}

/** A source that is sent in chunks, without a length: Druid notices when such a one breaks off, and asks again. */
class Dripping {
  private written = Buffer.alloc(0);
  private readonly open = new Set<ServerResponse>();
  private state: "open" | "ended" | "failing" = "open";
  private asked = 0;
  private waiting: { count: number; resolve: () => void }[] = [];

  readonly handle: Handler = (_request, response) => {
    this.asked += 1;
    this.waiting = this.waiting.filter(({ count, resolve }) => {
      if (this.asked >= count) resolve();
      return this.asked < count;
    });
    // Always from the beginning: a reader that resumes skips what it has, since no range is granted.
    response.writeHead(200, TYPE);
    response.flushHeaders();
    response.write(this.written);
    if (this.state === "ended") response.end();
    else if (this.state === "failing") response.destroy();
    else {
      this.open.add(response);
      response.once("close", () => this.open.delete(response));
    }
  };

  drip(url: string): Drip {
    return {
      url,
      write: (text) => {
        const bytes = Buffer.from(text);
        this.written = Buffer.concat([this.written, bytes]);
        for (const response of this.open) response.write(bytes);
      },
      end: () => {
        this.state = "ended";
        for (const response of this.open) response.end();
      },
      fail: () => {
        this.state = "failing";
        for (const response of this.open) response.destroy();
      },
      heal: () => {
        this.state = "open";
      },
      readers: (count = 1) =>
        new Promise((resolve) => {
          if (this.asked >= count) resolve();
          else this.waiting.push({ count, resolve });
        }),
    };
  }
}

export async function startFileServer(): Promise<FileServer> {
  const handlers = new Map<string, Handler>();
  const counts = new Map<string, number>();
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    counts.set(path, (counts.get(path) ?? 0) + 1);
    const handler = handlers.get(path);
    if (handler) handler(request, response);
    else response.writeHead(404).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const add = (path: string, handler: Handler) => {
    handlers.set(path, handler);
    return `${url}${path}`;
  };
  return {
    url,
    port,
    text: (path, content) => add(path, serve(Buffer.from(content as string))),
    file: async (path, name) => add(path, serve(await readFile(name))),
    status: (path, code) => add(path, (_request, response) => void response.writeHead(code).end()),
    drip(path) {
      const source = new Dripping();
      return source.drip(add(path, source.handle));
    },
    requests: (path) => counts.get(path) ?? 0,
    async stop() {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
