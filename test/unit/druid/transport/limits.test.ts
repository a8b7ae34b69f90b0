import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "@jest/globals";
import { Lanes } from "../../../../src/druid/transport/lanes";
import { retryAfterMs } from "../../../../src/druid/transport/retry-after";
import { clientFor, druid, failureOf, InstantClock, type Reply, replay, reply, startWeb, stopAllWebs } from "../web";

afterEach(stopAllWebs);

const now = { patienceMs: 0 };
const MB = 1024 * 1024;
const ok = replay("27.0.0/status-running");
const withHeaders = (headers: Record<string, string>, body: Buffer | string): Reply => {
  return (response) => response.writeHead(200, { "content-type": "application/json", ...headers }).end(body);
};

describe("an answer that is too long is refused", () => {
  const endless: Reply = (response) => {
    const chunk = Buffer.alloc(MB, " ");
    const write = () => {
      while (!response.destroyed && response.write(chunk));
    };
    response.writeHead(200).on("drain", write);
    write();
  };
  const bomb = Buffer.alloc(65 * MB, " ");

  test.each<[what: string, answer: Reply]>([
    ["endless", endless],
    ["announced", withHeaders({ "content-length": String(65 * MB) }, "")],
    ["inflated by gzip", withHeaders({ "content-encoding": "gzip" }, gzipSync(bomb, { level: 1 }))],
    [
      "inflated by brotli",
      withHeaders({ "content-encoding": "br" }, brotliCompressSync(bomb, { params: { 1: 1 } as never })),
    ],
  ])("%s", async (what, answer) => {
    const web = await startWeb(
      what === "announced"
        ? (response, asked, request) => {
            answer(response, asked, request);
            request.socket.end();
          }
        : answer,
    );
    const error = await failureOf(clientFor(web, { requestTimeoutSeconds: 30 }).status("x", now));
    if (what === "announced") expect(error).toMatchObject({ kind: "unreachable" });
    else expect(error.message).toContain("answered more than 64 MB");
  });
});

describe("a request has one time limit", () => {
  const drip = (text: string) => (socket: Socket) => {
    let at = 0;
    const timer = setInterval(() => (at < text.length ? socket.write(text[at++] ?? "") : undefined), 5);
    socket.on("close", () => clearInterval(timer)).on("error", () => {});
  };

  test.each<[what: string, scheme: string, serve: (socket: Socket) => void]>([
    ["headers that come one byte at a time", "http", drip(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(9_000)}`)],
    ["headers and no body", "http", (socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n")],
    ["a body that comes one byte at a time", "http", drip(`HTTP/1.1 200 OK\r\n\r\n${" ".repeat(9_000)}`)],
    ["a TLS handshake that never ends", "https", () => {}],
  ])("for %s", async (_what, scheme, serve) => {
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket.on("error", () => {}));
      serve(socket);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    try {
      const client = clientFor({ url: `${scheme}://localhost:${port}` }, { requestTimeoutSeconds: 0.1 });
      expect(await failureOf(client.status("x", now))).toMatchObject({ kind: "unreachable", code: "ECONNABORTED" });
    } finally {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });
});

describe("an answer with a wrong frame is an error", () => {
  test.each<[what: string, answer: Reply, kind: string]>([
    [
      "too short for its length",
      (response) => response.writeHead(200, { "content-length": "100" }).end("{}"),
      "unreachable",
    ],
    ["too long for its length", withHeaders({ "content-length": "2" }, "{}"), "unexpectedResponse"],
    ["no gzip", withHeaders({ "content-encoding": "gzip" }, "{}"), "unreachable"],
    [
      "half of its gzip",
      withHeaders({ "content-encoding": "gzip" }, gzipSync("{}").subarray(0, 12)),
      "unexpectedResponse",
    ],
    ["an unknown encoding", withHeaders({ "content-encoding": "zip" }, "PK\x03\x04"), "unexpectedResponse"],
    ["UTF-16", withHeaders({}, Buffer.from('{"task":"x"}', "utf16le")), "unexpectedResponse"],
    ["bytes that are no text", withHeaders({}, Buffer.from([0xff, 0xfe, 0, 0xc0, 0x80])), "unexpectedResponse"],
    [
      "JSON in JSON, 100,000 levels deep",
      withHeaders({}, "[".repeat(100_000) + "]".repeat(100_000)),
      "unexpectedResponse",
    ],
    [
      "objects, 100,000 levels deep",
      withHeaders({}, `${'{"task":'.repeat(100_000)}1${"}".repeat(100_000)}`),
      "unexpectedResponse",
    ],
  ])("%s", async (_what, answer, kind) => {
    const web = await startWeb((response, asked, request) => {
      answer(response, asked, request);
      if (kind === "unreachable") response.once("finish", () => request.socket.end());
    });
    expect(await failureOf(clientFor(web, { requestTimeoutSeconds: 5 }).status("x", now))).toMatchObject({ kind });
  });
});

describe("connections", () => {
  test("are at most 8, however many requests wait, and a later request uses one of them", async () => {
    const open = new Set<Socket>();
    let most = 0;
    const answers: (() => void)[] = [];
    const web = await startWeb((response, asked, request) => {
      open.add(request.socket);
      most = Math.max(most, [...open].filter(({ destroyed }) => !destroyed).length);
      answers.push(() => ok(response, asked, request));
    });
    const client = clientFor(web);
    const reads = Array.from({ length: 30 }, (_, index) => client.status(`x${index}`, now));
    const changes = Array.from({ length: 10 }, (_, index) => failureOf(client.shutdown(`x${index}`)).catch(() => {}));
    const all = Promise.all([...reads, ...changes]);
    let isOver = false;
    void all.finally(() => {
      isOver = true;
    });
    while (!isOver) {
      await new Promise((resolve) => setImmediate(resolve));
      answers.shift()?.();
    }
    expect(most).toBeGreaterThan(2);
    expect(most).toBeLessThanOrEqual(8);
    expect(web.asked).toHaveLength(40);
    await all;
  });

  test("a request that is aborted while it waits for one sends nothing and leaves the line", async () => {
    const lanes = new Lanes(1);
    const abort = new AbortController();
    expect(await lanes.enter(undefined)).toBe(true);
    const [second, third] = [lanes.enter(abort.signal), lanes.enter(undefined)];
    abort.abort();
    expect(await second).toBe(false);
    lanes.leave();
    expect(await third).toBe(true);
    expect(await lanes.enter(AbortSignal.abort())).toBe(false);
  });
});

describe("Retry-After", () => {
  test.each<[header: string, waitMs: number | undefined]>([
    ["5", 5_000],
    ["0", undefined],
    ["-1", undefined],
    ["1e9", undefined],
    ["999999999", 86_400_000],
    ["Thu, 01 Jan 1970 00:01:00 GMT", 59_000],
    ["Thu, 01 Jan 1970 00:00:00 GMT", undefined],
    ["soon", undefined],
    ["", undefined],
  ])("%j is %j ms", (header, waitMs) => {
    expect(retryAfterMs(header, 1_000)).toBe(waitMs);
  });

  test.each<[header: string, slept: number[]]>([
    ["5", [5_000]],
    ["86400", [10_000]],
  ])("%s is honoured as far as the patience of a read goes", async (header, slept) => {
    const { client, clock, asked } = await druid(reply(503, "", { "retry-after": header }), ok);
    await client.status("x");
    expect(clock.slept).toEqual(slept);
    expect(asked).toHaveLength(2);
  });

  test("a change is not repeated, whatever the server asks for", async () => {
    const web = await startWeb(reply(503, "", { "retry-after": "1" }));
    const client = clientFor(web, {}, new InstantClock());
    expect(await failureOf(client.submit({ query: "SELECT 1" }))).toMatchObject({ status: 503, retryAfterMs: 1_000 });
    await failureOf(client.shutdown("x"));
    await failureOf(client.submitNoop({ id: "x", dataSource: "x", context: {} }));
    await failureOf(client.markUnused("x"));
    expect(web.asked).toHaveLength(4);
  });
});
