import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { join } from "node:path";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "@jest/globals";
import { DruidIngestionError, type DruidUnreachableError } from "../../../src/base/errors";
import { clientFor, failureOf, type Reply, replay, reply, startWeb, stopAllWebs } from "./web";

afterEach(stopAllWebs);

const TLS = join(__dirname, "..", "..", "fixtures", "tls");
const cert = readFileSync(join(TLS, "cert.pem"), "utf8");
const key = readFileSync(join(TLS, "key.pem"), "utf8");

const once = { patienceMs: 0 };
const ok = replay("27.0.0/status-running");
const unreachableOf = (promise: Promise<unknown>) => failureOf<DruidUnreachableError>(promise);

describe("a request", () => {
  test.each([
    ["username and password", { username: "ü", password: "p:w" }, `Basic ${Buffer.from("ü:p:w").toString("base64")}`],
    ["token", { token: "abc" }, "Bearer abc"],
    ["a header", { headers: { Authorization: "Custom x" } }, "Custom x"],
  ])("logs in with %s", async (_what, more, authorization) => {
    const web = await startWeb(ok);
    await clientFor(web, more).status("x");
    expect(web.asked[0]?.headers.authorization).toBe(authorization);
  });

  test("sends extra headers, and asks for JSON", async () => {
    const web = await startWeb(ok);
    await clientFor(web, { headers: { "X-Team": "data" } }).status("x");
    const { headers } = web.asked[0] ?? {};
    expect(headers).toMatchObject({ "x-team": "data", accept: "application/json" });
    expect(headers).not.toHaveProperty("authorization");
  });

  test("goes below the url's path", async () => {
    const web = await startWeb(ok);
    await clientFor({ url: `${web.url}/some/prefix/` }).status("x");
    expect(web.asked[0]?.path).toBe("/some/prefix/druid/indexer/v1/task/x/status");
  });

  test("sends JSON that a server can read, whole", async () => {
    const web = await startWeb(replay("27.0.0/submit-ok"));
    const query = `-- ${"ä".repeat(300_000)}`;
    await clientFor(web).submit({ query });
    expect(web.asked[0]?.headers["content-type"]).toBe("application/json");
    expect(JSON.parse(web.asked[0]?.body ?? "")).toEqual({ query });
  });

  test("reads share a connection, what changes Druid has one of its own", async () => {
    const sockets: Socket[] = [];
    const keep: Reply = (response, asked, request) => {
      sockets.push(request.socket);
      (asked.method === "GET" ? ok : replay("27.0.0/shutdown-running"))(response, asked, request);
    };
    const client = clientFor(await startWeb(keep));
    await client.status("x");
    await client.status("x");
    await client.shutdown("x");
    await client.status("x");
    const [first, second, changing, third] = sockets;
    expect(second === first && third === first).toBe(true);
    expect(changing === first).toBe(false);
  });
});

describe("an answer", () => {
  test("may be compressed", async () => {
    const body = gzipSync(JSON.stringify({ task: "x", status: { id: "x", statusCode: "SUCCESS" } }));
    const web = await startWeb((response) => response.writeHead(200, { "content-encoding": "gzip" }).end(body));
    await expect(clientFor(web).status("x")).resolves.toMatchObject({ statusCode: "SUCCESS" });
  });

  test("may be many megabytes long", async () => {
    const text = "x".repeat(8_000_000);
    const web = await startWeb(reply(200, [{ text }]));
    const [row] = await clientFor(web).sql({ query: "SELECT 1" });
    expect(row?.text).toHaveLength(text.length);
  });

  const secret = "swordfish";
  test.each<[what: string, answer: Reply, told: string]>([
    ["an HTML page", reply(200, `<html>${secret}</html>`, { "content-type": "text/html" }), "200 with an HTML page"],
    ["an HTML page called JSON", reply(200, `<!doctype html>${secret}`), "200 with an HTML page"],
    ["broken JSON", reply(200, `{"task":"${secret}`), "200 with broken JSON (application/json)"],
    [
      "a text",
      reply(200, secret, { "content-type": "text/plain; charset=utf-8" }),
      "200 with a text that is no JSON (text/plain)",
    ],
    ["nothing", reply(200, ""), "200 with an empty body"],
    ["another service's JSON", reply(200, { hello: secret }), '200 with JSON of another shape (at "task": '],
    [
      "a task of another kind",
      reply(200, { task: "x", status: { id: secret } }),
      '200 with JSON of another shape (at "status.statusCode": ',
    ],
    ["a list", reply(200, []), "200 with JSON of another shape (at the top: "],
  ])("that is %s is told, and not quoted", async (_what, answer, told) => {
    const web = await startWeb(answer);
    const error = await failureOf(clientFor(web).status("x"));
    expect(error).toMatchObject({ kind: "unexpectedResponse" });
    expect(error.message).toContain(`Cannot read the status of task "x" on "${web.url}": answered ${told}`);
    expect(error.message).toContain("; check that the url is that of Druid's Router");
    expect(inspect(error, { depth: 9 })).not.toContain(secret);
  });
});

describe("a redirect", () => {
  /** Two servers, the first of which sends to the second. */
  async function redirecting(status: number, host = "localhost", scheme = "http") {
    const leader = await startWeb(replay("27.0.0/submit-ok"));
    const location: Reply = (response, { path }) =>
      response.writeHead(status, { location: `${scheme}://user:pw@${host}:${leader.port}${path}` }).end();
    return { leader, follower: await startWeb(location) };
  }

  test.each([307, 308])("%i is followed with method, body, headers and login to the same host", async (status) => {
    const { leader, follower } = await redirecting(status);
    const more = { username: "u", password: "p", headers: { "X-A": "b" } };
    await clientFor(follower, more).submit({ query: "SELECT 1" });
    const [before, after] = [follower.asked[0], leader.asked[0]];
    expect(after).toMatchObject({ method: "POST", path: before?.path, body: before?.body });
    expect(after?.headers).toMatchObject({ authorization: before?.headers.authorization, "x-a": "b" });
  });

  test("is followed to another host without credentials", async () => {
    const { leader, follower } = await redirecting(307, "127.0.0.1");
    await clientFor(follower).submit({ query: "SELECT 1" });
    expect(leader.asked[0]?.headers).not.toHaveProperty("authorization");
  });

  test.each([{ username: "u", password: "p" }, { token: "t" }, { headers: { "X-Key": "k" } }])(
    "to another host is refused with credentials: %j",
    async (more) => {
      const { leader, follower } = await redirecting(307, "127.0.0.1");
      const error = await failureOf(clientFor(follower, more).submit({ query: "SELECT 1" }));
      expect(error).toMatchObject({ kind: "unexpectedResponse" });
      expect(error.message).toContain(
        `a redirect to another host, "http://127.0.0.1:${leader.port}", to which no credentials`,
      );
      expect(error.message).toContain("the url is that of Druid's Router");
      expect(leader.asked).toEqual([]);
    },
  );

  test("from TLS to none is refused with credentials", async () => {
    const leader = await startWeb(ok);
    const follower = await startWeb(reply(307, "", { location: leader.url }), { cert, key });
    const error = await failureOf(clientFor(follower, { token: "t", tls: { ca: cert } }).status("x", once));
    expect(error.message).toContain("no credentials are sent without TLS");
    expect(leader.asked).toEqual([]);
  });

  test("may be relative", async () => {
    const web = await startWeb([reply(307, "", { location: "/elsewhere" }), ok]);
    await clientFor(web).status("x");
    expect(web.asked[1]?.path).toBe("/elsewhere");
  });

  test.each(["file:///etc/passwd", "http://"])("to %s is refused", async (location) => {
    const web = await startWeb(reply(307, "", { location }));
    const error = await failureOf(clientFor(web).status("x", once));
    expect(error).toMatchObject({ kind: "unexpectedResponse", message: expect.stringContaining("no http address") });
  });

  test("in a circle ends after three", async () => {
    const web = await startWeb((response, { path }) => response.writeHead(307, { location: path }).end());
    const error = await failureOf(clientFor(web).status("x", once));
    expect(error).toMatchObject({
      kind: "http",
      status: 307,
      message: expect.stringContaining("look whether Druid has a leader"),
    });
    expect(web.asked).toHaveLength(4);
  });

  test.each([301, 302, 303])("%i is not followed", async (status) => {
    const { leader, follower } = await redirecting(status);
    const error = await failureOf(clientFor(follower).submit({ query: "" }));
    expect(error).toMatchObject({
      kind: "http",
      status,
      message: expect.stringContaining("use the address that it redirects to"),
    });
    expect(leader.asked).toEqual([]);
  });
});

describe("without an answer", () => {
  test("a refused connection was certainly not sent", async () => {
    const web = await startWeb(ok);
    await web.stop();
    const error = await unreachableOf(clientFor(web).submit({ query: "" }));
    expect(error).toMatchObject({ kind: "unreachable", sent: false, code: "ECONNREFUSED" });
    expect(error.message).toBe(
      `Cannot submit the query to "${web.url}": the connection was refused; check that Druid runs there and that the port is its Router's`,
    );
  });

  test("an unknown name was certainly not sent", async () => {
    const error = await unreachableOf(clientFor({ url: "http://druid.invalid:8888" }).status("x", once));
    expect(error).toMatchObject({ kind: "unreachable", sent: false });
    expect(error.message).toMatch(/: the name "druid\.invalid" (is not known|could not be looked up); /);
  });

  test.each<[when: string, answer: Reply]>([
    ["before the answer", (_response, _asked, request) => request.socket.resetAndDestroy()],
    ["before the answer, politely", (_response, _asked, request) => request.socket.end()],
    [
      "in the middle of it",
      (response, _asked, request) => {
        response.writeHead(200, { "content-length": "1000" }).write('{"task":', () => request.socket.destroy());
      },
    ],
  ])("a connection that breaks %s may have been heard", async (_when, answer) => {
    const web = await startWeb(answer);
    const error = await unreachableOf(clientFor(web).submit({ query: "" }));
    expect(error).toMatchObject({ kind: "unreachable", sent: true });
    expect(error.message).toContain("the connection broke before the whole answer was there");
    expect(web.asked).toHaveLength(1);
  });

  test("a connection that breaks before the request is whole may have been heard", async () => {
    const { createServer } = await import("node:net");
    const server = createServer((socket) => socket.once("data", () => socket.resetAndDestroy()));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    try {
      const query = "x".repeat(5_000_000);
      const error = await unreachableOf(clientFor({ url: `http://localhost:${port}` }).submit({ query }));
      expect(error).toMatchObject({ kind: "unreachable", sent: true });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test.each<[what: string, answer: Reply]>([
    ["says nothing", () => {}],
    ["stops in the middle", (response) => response.writeHead(200).write("{")],
    [
      "drips for ever",
      (response) => {
        const timer = setInterval(() => response.write(" "), 10);
        response.once("close", () => clearInterval(timer));
      },
    ],
  ])("a server that %s runs into the time-out", async (_what, answer) => {
    const web = await startWeb(answer);
    const error = await unreachableOf(clientFor(web, { requestTimeoutSeconds: 0.06 }).submit({ query: "" }));
    expect(error).toMatchObject({ kind: "unreachable", sent: true, code: "ECONNABORTED" });
    expect(error.message).toMatch(
      /: no whole answer came within 0\.06 s; look at Druid's load, or raise requestTimeoutSeconds$/,
    );
  });
});

describe("TLS", () => {
  test("is spoken with a server whose authority is given", async () => {
    const web = await startWeb(ok, { cert, key });
    await expect(clientFor(web, { tls: { ca: cert } }).status("x")).resolves.toMatchObject({ statusCode: "RUNNING" });
  });

  test("is spoken with any server where the check is off", async () => {
    const web = await startWeb(ok, { cert, key });
    const tls = { insecureSkipVerify: true };
    await expect(clientFor(web, { tls }).status("x")).resolves.toMatchObject({ statusCode: "RUNNING" });
  });

  test("an unknown authority was certainly not sent to", async () => {
    const web = await startWeb(ok, { cert, key });
    const error = await unreachableOf(clientFor(web).submit({ query: "" }));
    expect(error).toMatchObject({ kind: "unreachable", sent: false, code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    expect(error.message).toContain(
      "an authority that is not trusted here (DEPTH_ZERO_SELF_SIGNED_CERT); give that authority's certificate as tls.ca",
    );
    expect(web.asked).toEqual([]);
  });

  test("a certificate for another name was certainly not sent to", async () => {
    const web = await startWeb(ok, { cert, key });
    const url = web.url.replace("localhost", "127.0.0.1");
    const error = await unreachableOf(clientFor({ url }, { tls: { ca: cert } }).submit({ query: "" }));
    expect(error).toMatchObject({ sent: false, code: "ERR_TLS_CERT_ALTNAME_INVALID" });
    expect(error.message).toContain(
      'is made out to other names than "127.0.0.1"; use a name that the certificate holds',
    );
  });

  test("where none is spoken was certainly not sent", async () => {
    const web = await startWeb(ok);
    const error = await unreachableOf(clientFor({ url: web.url.replace("http:", "https:") }).submit({ query: "" }));
    expect(error).toMatchObject({ sent: false });
    expect(error.message).toContain("the TLS handshake failed (no TLS is spoken there); check http or https");
  });
});

describe("an abort", () => {
  test("in the middle of a request rejects with kind interrupted", async () => {
    const abort = new AbortController();
    const web = await startWeb(() => abort.abort());
    const error = await failureOf(clientFor(web).submit({ query: "" }, { signal: abort.signal }));
    expect(error).toMatchObject({
      kind: "interrupted",
      message: `Cannot submit the query to "${web.url}": interrupted`,
    });
  });

  test("before a request sends nothing", async () => {
    const web = await startWeb(ok);
    const signal = AbortSignal.abort(new Error("Ctrl-C"));
    const error = await failureOf(clientFor(web).status("x", { signal }));
    expect(error).toMatchObject({ kind: "interrupted", message: expect.stringMatching(/: interrupted: Ctrl-C$/) });
    expect(web.asked).toEqual([]);
  });

  test("between two attempts rejects with its reason where that is an error of ours", async () => {
    const orphaned = new DruidIngestionError("orphaned", "The engine is gone");
    const abort = new AbortController();
    const web = await startWeb(reply(503, ""));
    const clock = {
      now: () => 0,
      sleep: async (_ms: number, signal?: AbortSignal) => {
        abort.abort(orphaned);
        signal?.throwIfAborted();
      },
    };
    await expect(clientFor(web, {}, clock).status("x", { signal: abort.signal })).rejects.toBe(orphaned);
    expect(web.asked).toHaveLength(1);
  });
});
