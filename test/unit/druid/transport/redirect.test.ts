import { afterEach, describe, expect, test } from "@jest/globals";
import type { Call } from "../../../../src/druid/transport/call";
import { redirectTarget } from "../../../../src/druid/transport/redirect";
import { certificate, clientFor, failureOf, type Reply, replay, reply, startWeb, stopAllWebs } from "../web";

afterEach(stopAllWebs);

const once = { patienceMs: 0 };
const ok = replay("27.0.0/status-running");

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
    const follower = await startWeb(reply(307, "", { location: leader.url }), certificate);
    const error = await failureOf(clientFor(follower, { token: "t", tls: { ca: certificate.cert } }).status("x", once));
    expect(error.message).toContain("no credentials are sent without TLS");
    expect(leader.asked).toEqual([]);
  });

  test("from TLS to none is refused without credentials too, because the query may hold some", async () => {
    const leader = await startWeb(ok);
    const follower = await startWeb(reply(307, "", { location: leader.url }), certificate);
    const client = clientFor(follower, { tls: { ca: certificate.cert } });
    expect((await failureOf(client.status("x", once))).message).toMatch(/a redirect to "http:\S+", which has no TLS; /);
    expect(leader.asked).toEqual([]);
  });

  test("to another host is refused with a client's certificate", async () => {
    const { leader, follower } = await redirecting(307, "127.0.0.1");
    const { cert, key } = certificate;
    const error = await failureOf(clientFor(follower, { tls: { cert, key } }).submit({ query: "SELECT 1" }));
    expect(error.message).toContain("to which no credentials are sent");
    expect(leader.asked).toEqual([]);
  });

  test("may be relative", async () => {
    const web = await startWeb([reply(307, "", { location: "/elsewhere/task/x" }), ok]);
    await clientFor(web).status("x");
    expect(web.asked[1]?.path).toBe("/elsewhere/task/x");
  });

  test.each(["file:///etc/passwd", "http://"])("to %s is refused", async (location) => {
    const web = await startWeb(reply(307, "", { location }));
    const error = await failureOf(clientFor(web).status("x", once));
    expect(error).toMatchObject({ kind: "unexpectedResponse", message: expect.stringContaining("not http or https") });
  });

  test("in a circle ends after three", async () => {
    const web = await startWeb((response, { path }) => response.writeHead(307, { location: path }).end());
    const error = await failureOf(clientFor(web).status("x", once));
    expect(error).toMatchObject({
      kind: "http",
      status: 307,
      message: expect.stringContaining("check that Druid has a leader"),
    });
    expect(web.asked).toHaveLength(4);
  });

  test.each([301, 302, 303])("%i is not followed", async (status) => {
    const { leader, follower } = await redirecting(status);
    const error = await failureOf(clientFor(follower).submit({ query: "" }));
    expect(error).toMatchObject({
      kind: "http",
      status,
      message: expect.stringContaining("a login page, a proxy or a moved address answers there"),
    });
    expect(leader.asked).toEqual([]);
  });
});

describe("with a login, the same host is", () => {
  const call: Call = { action: "ask", method: "GET", path: "/x", changes: false, permission: "" };
  const decide = (from: string, location: string) => {
    const { protocol, hostname } = new URL(from);
    const login = { login: "password", requestTimeoutSeconds: 60, secrets: [] } as const;
    return redirectTarget(call, { url: from, host: hostname, isTls: protocol === "https:", ...login }, from, location);
  };

  test.each([
    ["http://router:8888/x", "http://router:8081/x?y=1", "http://router:8081/x?y=1"],
    ["http://Router:8888/x", "HTTP://ROUTER:8081/x", "http://router:8081/x"],
    ["http://router:8888/x", "https://router:8281/x", "https://router:8281/x"],
    ["http://router:8888/x", "http://other:pw@router:8081/x", "http://router:8081/x"],
    ["http://[::1]:8888/x", "http://[0:0:0:0:0:0:0:1]:8081/x", "http://[::1]:8081/x"],
    ["http://127.0.0.1:8888/x", "http://127.1:8081/x", "http://127.0.0.1:8081/x"],
    ["http://router:8888/x", "//router:8081/x", "http://router:8081/x"],
    ["https://router/x", "/y", "https://router/y"],
  ])("that of %s in %s", (from, location, url) => {
    expect(decide(from, location)).toEqual({ url });
  });

  test.each([
    ["http://router:8888/x", "http://router.:8081/x"],
    ["http://router:8888/x", "http://router.evil.example/x"],
    ["http://router:8888/x", "http://router@evil.example/x"],
    ["http://router:8888/x", "http://router:8888@evil.example/x"],
    ["http://router:8888/x", "http://evil.example\\@router:8888/x"],
    ["http://router:8888/x", "//evil.example/x"],
    ["http://[::1]:8888/x", "http://[::ffff:7f00:1]:8081/x"],
    ["http://127.0.0.1:8888/x", "http://localhost:8888/x"],
    ["https://router/x", "http://router/x"],
    ["http://router/x", "javascript:alert(1)"],
    ["http://router/x", "http://"],
  ])("not that of %s in %s", (from, location) => {
    const decided = decide(from, location);
    if ("url" in decided) throw new Error(`It goes to ${decided.url}`);
    expect(decided.refused).toMatchObject({ kind: "unexpectedResponse" });
    expect(decided.refused.message).not.toContain("@");
  });
});
