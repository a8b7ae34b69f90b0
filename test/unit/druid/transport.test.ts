import type { Socket } from "node:net";
import { inspect } from "node:util";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "@jest/globals";
import { DruidIngestionError } from "../../../src/base/errors";
import { clientFor, failureOf, type Reply, replay, reply, startWeb, stopAllWebs } from "./web";

afterEach(stopAllWebs);

const ok = replay("27.0.0/status-running");

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
      "200 with text that is not JSON (text/plain)",
    ],
    ["nothing", reply(200, ""), "200 with an empty body"],
    ["another service's JSON", reply(200, { hello: secret }), '200 with unexpected JSON (at "task": '],
    [
      "a task of another kind",
      reply(200, { task: "x", status: { id: secret } }),
      '200 with unexpected JSON (at "status.statusCode": ',
    ],
    ["a list", reply(200, []), "200 with unexpected JSON (at the top: "],
  ])("that is %s is told, and not quoted", async (_what, answer, told) => {
    const web = await startWeb(answer);
    const error = await failureOf(clientFor(web).status("x"));
    expect(error).toMatchObject({ kind: "unexpectedResponse" });
    expect(error.message).toContain(`Cannot read the status of task "x" on "${web.url}": answered ${told}`);
    expect(error.message).toContain("; check that the url is that of Druid's Router");
    expect(inspect(error, { depth: 9 })).not.toContain(secret);
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

  test("in the moment a request begins sends nothing either, and does not wait for an answer", async () => {
    const web = await startWeb(() => undefined);
    const abort = new AbortController();
    const failure = failureOf(
      clientFor(web, { requestTimeoutSeconds: 1 }).submit({ query: "" }, { signal: abort.signal }),
    );
    abort.abort();
    expect(await failure).toMatchObject({ kind: "interrupted" });
    expect(web.asked).toEqual([]);
  });

  const orphaned = new DruidIngestionError("orphaned", "The engine is gone");
  test.each<[becomes: string, reason: unknown, error: object]>([
    ["kind interrupted", new Error("Ctrl-C"), { kind: "interrupted", message: expect.stringMatching(/^Cannot read/) }],
    ["its reason where that is an error of ours", orphaned, orphaned],
  ])("between two attempts rejects with %s", async (_becomes, reason, error) => {
    const abort = new AbortController();
    const web = await startWeb(reply(503, ""));
    const clock = {
      now: () => 0,
      sleep: async (_ms: number, signal?: AbortSignal) => {
        abort.abort(reason);
        signal?.throwIfAborted();
      },
    };
    const failure = await failureOf(clientFor(web, {}, clock).status("x", { signal: abort.signal }));
    expect(failure).toMatchObject(error);
    expect(web.asked).toHaveLength(1);
  });
});
