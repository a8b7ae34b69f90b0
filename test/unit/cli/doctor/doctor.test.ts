import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { certificate, type Reply, reply, startWeb, stopAllWebs } from "../../druid/web";
import { cluster, doctor, FORBIDDEN, found, isHarmless } from "./cluster";

afterEach(stopAllWebs);

const page = reply(200, "<html><title>Log in</title></html>", { "content-type": "text/html" });

describe("doctor", () => {
  test("finds nothing wrong with a healthy cluster, and says what was found", async () => {
    const { url, asked } = await cluster();
    const { code, out, err } = await doctor(["--url", url, "--into", "wiki"]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain(`Druid at ${url} (from --url)`);
    expect(out).toContain('May submit an INSERT with EXTERN into "wiki"');
    expect(out).toContain("router 37.0.0, coordinator 37.0.0, overlord 37.0.0");
    expect(out).toContain("3 of 4 places for tasks are free, on 1 server");
    expect(out).toMatch(/\n0 problems, 0 warnings: an ingestion can work here\n$/);
    expect(asked.length).toBeGreaterThan(15);
  });

  test("keeps to the width of the terminal", async () => {
    const { url } = await cluster({ "EXPLAIN PLAN FOR": FORBIDDEN });
    const { out } = await doctor(["--url", url], { columns: 80 });
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test.each<[string, Record<string, Reply>]>([
    ["a healthy cluster", {}],
    [
      "one that refuses everything",
      Object.fromEntries(["GET /", "SELECT", "EXPLAIN"].map((name) => [name, FORBIDDEN])),
    ],
    ["one that refuses to plan", { "EXPLAIN PLAN FOR": FORBIDDEN, "GET /druid/indexer/v1/tasks": FORBIDDEN }],
    ["one that fails", { "SELECT 1": reply(500, ""), "GET /druid/indexer/v1/workers": reply(500, "") }],
  ])("sends %s only what changes nothing", async (_what, changes) => {
    const { url, asked } = await cluster(changes);
    await doctor(["--url", url]);
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((one) => !isHarmless(one))).toEqual([]);
  });

  test.each<[string, Record<string, Reply>, string, string, RegExp]>([
    ["a login page", { "GET /status/health": page }, "reach", "problem", /200, text\/html.*without a login page/s],
    ["a redirect to one", { "GET /status/health": reply(302, "", { location: "/login" }) }, "reach", "problem", /302/],
    [
      "a moved address",
      { "GET /status/health": reply(302, "", { location: "/login" }) },
      "reach",
      "problem",
      /a login page, a proxy or a moved address answers there; use the Router's own address/,
    ],
    ["a proxy that wants a login", { "GET /status/health": reply(407, "") }, "reach", "problem", /the proxy's cred/],
    [
      "a firewall",
      { "GET /status/health": reply(403, "") },
      "reach",
      "problem",
      /a proxy or firewall in between refuses/,
    ],
    ["a Router whose Broker is away", { "SELECT 1": reply(500, { error: "boom" }) }, "login", "warning", /boom/],
    ["a login that is asked for by a page", { "SELECT 1": page }, "login", "warning", /answered 200 with an HTML page/],
    ["a wrong password", { "SELECT 1": reply(401, "") }, "login", "problem", /401/],
    [
      "a Broker",
      { "GET /druid/indexer/v1/isLeader": reply(404, ""), "GET /druid/coordinator/v1/isLeader": reply(404, "") },
      "router",
      "problem",
      /no Overlord and Coordinator.*druid.router.managementProxy.enabled/s,
    ],
    [
      "a Coordinator with an Overlord",
      { "SELECT 1": reply(404, ""), "GET /druid/v2/sql/task/enabled": reply(404, "") },
      "router",
      "problem",
      /This is the Coordinator and Overlord.*use the Router's address/s,
    ],
    [
      "a Historical",
      {
        "SELECT 1": reply(405, ""),
        "GET /druid/v2/sql/task/enabled": reply(404, ""),
        "GET /druid/indexer/v1/isLeader": reply(404, ""),
        "GET /druid/coordinator/v1/isLeader": reply(404, ""),
      },
      "router",
      "problem",
      /a server that answers neither SQL nor tasks, such as a Historical, not a Router.*port 8888/s,
    ],
    ["no MSQ", { "GET /druid/v2/sql/task/enabled": reply(404, "") }, "msq", "problem", /druid-multi-stage-query/],
    ["an old Druid", { "GET /status": reply(200, { version: "0.23.0" }) }, "versions", "problem", /24 or newer/],
    [
      "an upgrade",
      { "GET /status": reply(200, { version: "36.0.0" }) },
      "versions",
      "warning",
      /An upgrade is under way/,
    ],
    ["no Historical", { "GET /druid/coordinator/v1/servers": reply(200, []) }, "historicals", "problem", /start one/],
    [
      "no worker",
      {
        "GET /druid/indexer/v1/workers": reply(200, []),
        "GET /druid/indexer/v1/totalWorkerCapacity": reply(200, { currentClusterCapacity: 0 }),
      },
      "slots",
      "problem",
      /start a Middle Manager/,
    ],
    [
      "a full cluster",
      { "GET /druid/indexer/v1/workers": reply(200, [{ worker: { host: "m", capacity: 4 }, currCapacityUsed: 3 }]) },
      "slots",
      "warning",
      /1 of 4 places/,
    ],
    [
      "no system tables",
      { 'SELECT "segment_id"': FORBIDDEN },
      "sys.segments",
      "warning",
      /grant SYSTEM_TABLE "segments" READ/,
    ],
    [
      "a drop rule",
      { "GET /druid/coordinator/v1/rules/": reply(200, [{ type: "dropForever" }]) },
      "rules",
      "note",
      /drops rows/,
    ],
    [
      "no settings",
      { "GET /proxy/coordinator/status/properties": FORBIDDEN },
      "settings",
      "note",
      /grant CONFIG "CONFIG" READ/,
    ],
    [
      "no history",
      { "GET /proxy/overlord/status/properties": reply(200, {}) },
      "history",
      "warning",
      /druid.indexer.storage.type=metadata/,
    ],
    [
      "deleted records",
      {
        "GET /proxy/overlord/status/properties": reply(200, {
          "druid.indexer.logs.kill.enabled": "true",
          "druid.indexer.logs.kill.durationToRetain": "604800000",
        }),
      },
      "retention",
      "note",
      /after 7 days/,
    ],
    [
      "default periods",
      { "GET /proxy/coordinator/status/properties": reply(200, {}) },
      "periods",
      "note",
      /up to about 2 min/,
    ],
    [
      "the segment cache",
      { "GET /proxy/coordinator/status/properties": reply(200, {}) },
      "segment cache",
      "note",
      /ifSynced, the default/,
    ],
    [
      "a time-out of queries",
      { "GET /proxy/overlord/status/properties": reply(200, { "druid.query.default.context.timeout": "60000" }) },
      "timeout",
      "warning",
      /timeout: 0/,
    ],
    [
      "no state",
      { "GET /status": FORBIDDEN, "GET /druid/indexer/v1/workers": FORBIDDEN },
      "state",
      "note",
      /grant STATE "STATE" READ/,
    ],
    [
      "a planner that fails",
      { "EXPLAIN PLAN FOR": reply(400, { errorMessage: "no EXTERN here" }) },
      "load",
      "problem",
      /no EXTERN here/,
    ],
  ])("tells %s, what it means and how to mend it", async (_what, changes, id, level, text) => {
    const { url } = await cluster(changes);
    const { code, of, findings } = await found(url);
    const {
      level: told,
      found: what,
      means = "",
      mend = "",
    } = of(id) ?? { level: "nothing", found: JSON.stringify(findings) };
    expect([told, what, means, mend].join("\n")).toMatch(text);
    expect(told).toBe(level);
    expect(means).not.toBe("");
    expect(code).toBe(level === "problem" ? 1 : 0);
  });

  test("names the permissions that a load lacks, as a problem if the datasource was given", async () => {
    const { url } = await cluster({ "EXPLAIN PLAN FOR INSERT": FORBIDDEN, "GET /druid/indexer/v1/tasks": FORBIDDEN });
    const given = await found(url, ["--into", "wiki"]);
    expect(given.of("load")).toMatchObject({
      level: "problem",
      mend: 'grant DATASOURCE "wiki" WRITE and DATASOURCE "wiki" READ',
    });
    expect(given.code).toBe(1);
    const other = await found(url);
    expect(other.of("load")).toMatchObject({ level: "warning", mend: expect.stringContaining("--into") });
    expect(other.code).toBe(0);
  });

  test("ends with one line on a port where nothing listens, and on a certificate that is not trusted", async () => {
    const gone = await cluster();
    await gone.stop();
    const dead = await found(gone.url);
    expect(dead.findings.map(({ id, level }) => [id, level])).toEqual([["reach", "problem"]]);
    expect(dead.of("reach")).toMatchObject({
      found: expect.stringContaining("refused"),
      mend: expect.stringContaining("port"),
    });
    const { url } = await cluster({}, certificate);
    const untrusted = await found(url);
    expect(untrusted.of("reach")).toMatchObject({ level: "problem", mend: expect.stringContaining("set tls.ca") });
  });

  const pem = (name: string) => readFileSync(join(__dirname, "../../../fixtures/tls", `${name}.pem`), "utf8");
  test.each([
    ["of an unknown authority", "server", {}, /not trusted here/, /set tls.ca to that authority's certificate/],
    ["that has expired", "expired", { DRUID_CA_CERT: pem("authority") }, /has expired/, /renew it/],
    ["for another name", "other", { DRUID_CA_CERT: pem("authority") }, /the name "localhost"/, /use a name/],
  ])("sends no login to a server with a certificate %s", async (_what, name, env, found_, mend) => {
    const { url, asked } = await cluster({}, { cert: pem(name), key: pem(`${name}-key`) });
    const { code, findings } = await found(url, [], { ...env, DRUID_TOKEN: "t0ken-t0ken" });
    expect(code).toBe(1);
    expect(findings).toEqual([
      expect.objectContaining({
        level: "problem",
        found: expect.stringMatching(found_),
        mend: expect.stringMatching(mend),
      }),
    ]);
    expect(asked).toEqual([]);
  });

  test("tells a redirect to another host that cannot be followed, and one that must not be", async () => {
    const gone = await cluster();
    await gone.stop();
    const other = gone.url.replace("localhost", "127.0.0.1");
    const { url } = await startWeb(reply(307, "", { location: `${other}/status/health` }));
    expect((await found(url)).of("reach")).toMatchObject({
      found: `Cannot reach "${url}": after a redirect to "${other}", the connection was refused`,
    });
    expect((await found(url, [], { DRUID_TOKEN: "t0ken-t0ken" })).of("reach")).toMatchObject({
      level: "problem",
      found: expect.stringContaining("to which no credentials are sent"),
    });
  });

  test("tells the certificate, and warns where it is not checked", async () => {
    const { url } = await cluster({}, certificate);
    const trusted = await found(url, [], { DRUID_CA_CERT: certificate.cert });
    expect(trusted.of("tls")).toMatchObject({
      found: expect.stringMatching(/^TLSv1\.\d, certificate of ".*" by ".*", valid for/),
    });
    const skipped = await found(url, [], { DRUID_INSECURE_SKIP_VERIFY: "true" });
    expect(skipped.of("tls")).toMatchObject({ level: "warning", mend: expect.stringContaining("tls.ca") });
  });

  test("tells a redirect that it followed", async () => {
    const { url } = await cluster();
    const front = await startWeb((response, { path }) => response.writeHead(307, { location: `${url}${path}` }).end());
    expect((await found(front.url)).of("redirect")).toMatchObject({ found: expect.stringContaining(url) });
  });

  test("never shows a password, not even where the server repeats it", async () => {
    const secret = "swordfish-7";
    const { url } = await cluster({
      "SELECT 1": reply(401, { error: `no ${secret}` }),
      "EXPLAIN PLAN FOR": reply(400, { errorMessage: `bad ${secret}` }),
    });
    const env = { DRUID_URL: url, DRUID_USERNAME: "ann", DRUID_PASSWORD: secret };
    for (const words of [[], ["--json"]]) {
      const { out, err, code } = await doctor(words, { env });
      expect(code).toBe(1);
      expect(out + err).not.toContain(secret);
    }
  });
});
