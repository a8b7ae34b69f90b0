/** The real transport through a real proxy: plain requests are forwarded, TLS goes through a tunnel (CONNECT). */
import { once as happens } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, request as send } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { clientFor, failureOf, replay, startWeb, stopAllWebs } from "../web";

const NAMES = [
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "ALL_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
  "all_proxy",
];
const kept = new Map<string, string | undefined>();
const closers: (() => Promise<void>)[] = [];

beforeEach(() => {
  for (const name of NAMES) {
    kept.set(name, process.env[name]);
    delete process.env[name];
  }
});
afterEach(async () => {
  for (const [name, value] of kept) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  await stopAllWebs();
  await Promise.all(closers.splice(0).map((close) => close()));
});

const ok = replay("27.0.0/status-running");
const patient = { patienceMs: 0 };
const pem = (name: string) => readFileSync(join(__dirname, "../../../fixtures/tls", `${name}.pem`), "utf8");
const server = { cert: pem("server"), key: pem("server-key") };
const tls = { ca: pem("authority") };

/** Keeps what it was asked to connect to or to forward, with the headers of that. */
async function startProxy(login?: string) {
  const asked: { what: string; headers: Record<string, unknown> }[] = [];
  const sockets = new Set<Socket>();
  const isLoggedIn = (header: string | undefined) =>
    login === undefined || header === `Basic ${Buffer.from(login).toString("base64")}`;
  const proxy = createServer((request, response) => {
    asked.push({ what: `${request.method} ${request.url}`, headers: request.headers });
    const { "proxy-authorization": given, ...headers } = request.headers;
    if (!isLoggedIn(given)) return void response.writeHead(407).end();
    const onward = send(request.url ?? "", { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => response.destroy());
    request.pipe(onward);
  });
  proxy.on("connect", (request, socket: Socket, head) => {
    asked.push({ what: `CONNECT ${request.url}`, headers: request.headers });
    if (!isLoggedIn(request.headers["proxy-authorization"])) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      return;
    }
    const { hostname, port } = new URL(`http://${request.url}`);
    const onward = connect(Number(port), hostname.replace(/^\[|\]$/g, ""), () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const one of [socket, onward]) one.on("error", () => one.destroy());
    sockets.add(socket).add(onward);
  });
  proxy.listen(0, "127.0.0.1");
  await happens(proxy, "listening");
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
  });
  return { host: `127.0.0.1:${(proxy.address() as AddressInfo).port}`, asked };
}

describe("a proxy of the environment", () => {
  test("forwards what goes without TLS", async () => {
    const [web, proxy] = [await startWeb(ok), await startProxy()];
    process.env.HTTP_PROXY = `http://${proxy.host}`;
    await clientFor(web).status("x", patient);
    expect(proxy.asked.map(({ what }) => what)).toEqual([`GET ${web.url}/druid/indexer/v1/task/x/status`]);
    expect(web.asked).toHaveLength(1);
  });

  test("sees nothing of what goes with TLS but the host, and the user's own authority still counts", async () => {
    const [web, proxy] = [await startWeb(ok, server), await startProxy()];
    process.env.HTTPS_PROXY = `http://${proxy.host}`;
    const client = clientFor(web, { tls, token: "t0ken-t0ken" });
    await client.status("x", patient);
    await client.shutdown("x").catch(() => undefined);
    expect(new Set(proxy.asked.map(({ what }) => what))).toEqual(new Set([`CONNECT localhost:${web.port}`]));
    expect(JSON.stringify(proxy.asked)).not.toContain("t0ken");
    expect(web.asked.map(({ headers }) => headers.authorization)).toEqual(["Bearer t0ken-t0ken", "Bearer t0ken-t0ken"]);
    const error = await failureOf(clientFor(web).status("x", patient));
    expect(error.message).toContain("set tls.ca");
  });

  test("carries the client's certificate through the tunnel", async () => {
    const web = await startWeb(ok, { ...server, ca: tls.ca, requestCert: true, rejectUnauthorized: true });
    process.env.HTTPS_PROXY = `http://${(await startProxy()).host}`;
    await clientFor(web, { tls: { ...tls, cert: pem("client"), key: pem("client-key") } }).status("x", patient);
    expect(web.asked).toHaveLength(1);
  });

  test("is passed by for hosts of NO_PROXY", async () => {
    const [web, proxy] = [await startWeb(ok, server), await startProxy()];
    Object.assign(process.env, { HTTPS_PROXY: `http://${proxy.host}`, NO_PROXY: "example.com,localhost" });
    await clientFor(web, { tls }).status("x", patient);
    expect(proxy.asked).toEqual([]);
    expect(web.asked).toHaveLength(1);
  });

  test.each([
    ["forwarding", undefined],
    ["tunnel", server],
  ])("that wants a login gets it for the %s, and says what to do without", async (_way, certificate) => {
    const [web, proxy] = [await startWeb(ok, certificate), await startProxy("pat:pr0xy-word")];
    const name = certificate ? "HTTPS_PROXY" : "HTTP_PROXY";
    process.env[name] = `http://pat:pr0xy-word@${proxy.host}`;
    await clientFor(web, { tls }).status("x", patient);
    expect(web.asked).toHaveLength(1);
    expect(JSON.stringify(web.asked)).not.toContain("proxy-authorization");
    process.env[name] = `http://${proxy.host}`;
    const error = await failureOf(clientFor(web, { tls }).status("x", patient));
    expect(error.message).toContain("add the proxy's credentials to the proxy setting in the environment");
  });

  test("that repeats its login in an answer does not show it", async () => {
    const word = "pr0xy w/rd";
    const login = Buffer.from(`pat:${word}`).toString("base64");
    const proxy = createServer((_, response) => {
      response
        .writeHead(407, { "content-type": "text/plain" })
        .end(`not ${word}, ${encodeURIComponent(word)}, ${login}`);
    });
    proxy.listen(0, "127.0.0.1");
    await happens(proxy, "listening");
    closers.push(async () => void proxy.close());
    process.env.HTTP_PROXY = `http://pat:${encodeURIComponent(word)}@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const error = await failureOf(clientFor(await startWeb(ok)).status("x", patient));
    expect(error.message).toContain("407 Proxy Authentication Required: not [secret], [secret], [secret]; ");
  });

  test.each([
    ["http://pat:pr0xy-word@", "no address"],
    ["http://pat:pr0xy#word@127.0.0.1:9", "a password that is not encoded"],
    ["socks5://pat:pr0xy-word@127.0.0.1:9", "another kind of proxy"],
  ])("that cannot be used is told as such, without its login: %s (%s)", async (setting) => {
    process.env.HTTP_PROXY = setting;
    const error = await failureOf(clientFor(await startWeb(ok)).status("x", patient));
    expect(error).toMatchObject({ kind: "unreachable", sent: false, code: expect.stringMatching(/^ERR_INVALID_/) });
    expect(error.message).toMatch(
      /no connection to the proxy .* \(ERR_INVALID_\w+\); correct HTTPS_PROXY or HTTP_PROXY/,
    );
    expect(inspect(error, { depth: 9 })).not.toMatch(/pr0xy/);
  });

  test("that is not there is told as such", async () => {
    const [web, gone] = [await startWeb(ok, server), await startWeb(ok)];
    await gone.stop();
    process.env.HTTPS_PROXY = gone.url;
    const error = await failureOf(clientFor(web, { tls }).status("x", patient));
    expect(error).toMatchObject({ kind: "unreachable", sent: false });
    expect(error.message).toContain(
      `no connection to the proxy "${gone.url}" could be made (ECONNREFUSED); correct HTTPS_PROXY`,
    );
  });
});

test("an IPv6 address is reached, with TLS and without", async () => {
  for (const certificate of [undefined, server]) {
    const web = await startWeb(ok, certificate, "::1");
    const url = web.url.replace("localhost", "[::1]");
    await clientFor({ url }, { tls }).status("x", patient);
    expect(web.asked).toHaveLength(1);
  }
});
