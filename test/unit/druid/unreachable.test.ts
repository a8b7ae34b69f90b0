import { afterEach, describe, expect, test } from "@jest/globals";
import type { DruidUnreachableError } from "../../../src/base/errors";
import { certificate, clientFor, failureOf, type Reply, replay, startWeb, stopAllWebs } from "./web";

afterEach(stopAllWebs);

const once = { patienceMs: 0 };
const ok = replay("27.0.0/status-running");
const unreachableOf = (promise: Promise<unknown>) => failureOf<DruidUnreachableError>(promise);

describe("without an answer", () => {
  test("a refused connection was certainly not sent", async () => {
    const web = await startWeb(ok);
    await web.stop();
    const error = await unreachableOf(clientFor(web).submit({ query: "" }));
    expect(error).toMatchObject({ kind: "unreachable", sent: false, code: "ECONNREFUSED" });
    expect(error.message).toBe(
      `Cannot submit the query to "${web.url}": the connection was refused; check that Druid is running there and that the port is its Router's`,
    );
  });

  test("an unknown name was certainly not sent", async () => {
    const error = await unreachableOf(clientFor({ url: "http://druid.invalid:8888" }).status("x", once));
    expect(error).toMatchObject({ kind: "unreachable", sent: false });
    expect(error.message).toMatch(/: the host name "druid\.invalid" (is unknown|could not be resolved); /);
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
    expect(error.message).toContain("the connection broke before the answer was complete");
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
      /: no complete answer came within 0\.06 s; check Druid's load, or raise requestTimeoutSeconds$/,
    );
  });
});

describe("TLS", () => {
  test("is spoken with a server whose authority is given", async () => {
    const web = await startWeb(ok, certificate);
    await expect(clientFor(web, { tls: { ca: certificate.cert } }).status("x")).resolves.toMatchObject({
      statusCode: "RUNNING",
    });
  });

  test("is spoken with any server where the check is off", async () => {
    const web = await startWeb(ok, certificate);
    const tls = { insecureSkipVerify: true };
    await expect(clientFor(web, { tls }).status("x")).resolves.toMatchObject({ statusCode: "RUNNING" });
  });

  test("an unknown authority was certainly not sent to", async () => {
    const web = await startWeb(ok, certificate);
    const error = await unreachableOf(clientFor(web).submit({ query: "" }));
    expect(error).toMatchObject({ kind: "unreachable", sent: false, code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    expect(error.message).toContain(
      "an authority that is not trusted here (DEPTH_ZERO_SELF_SIGNED_CERT); set tls.ca to that authority's certificate",
    );
    expect(web.asked).toEqual([]);
  });

  test("a certificate for another name was certainly not sent to", async () => {
    const web = await startWeb(ok, certificate);
    const url = web.url.replace("localhost", "127.0.0.1");
    const error = await unreachableOf(clientFor({ url }, { tls: { ca: certificate.cert } }).submit({ query: "" }));
    expect(error).toMatchObject({ sent: false, code: "ERR_TLS_CERT_ALTNAME_INVALID" });
    expect(error.message).toContain('is not valid for the name "127.0.0.1"; use a name that the certificate contains');
  });

  test("where none is spoken was certainly not sent", async () => {
    const web = await startWeb(ok);
    const error = await unreachableOf(clientFor({ url: web.url.replace("http:", "https:") }).submit({ query: "" }));
    expect(error).toMatchObject({ sent: false });
    expect(error.message).toContain(
      "the TLS handshake failed (the server does not speak TLS); check the url's port and whether it needs http or https",
    );
  });
});
