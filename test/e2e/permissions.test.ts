/**
 * Users with few rights, on a real Druid with basic security that also checks context keys and system tables. The
 * lifecycle itself is called, without an engine: each load works, or preview names the permission that is missing, and
 * nothing was submitted.
 */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { systemClock } from "../../src/base/clock";
import { sharedClients } from "../../src/druid/clients";
import { createHttpClient } from "../../src/druid/http-client";
import * as lifecycle from "../../src/lifecycle";
import { type RunningDruid, startDruid } from "../harness/druid/druid";
import { basic, may, type Permission, setUser } from "../harness/druid/security";

const ADMIN = "no-default-word";

const ALL: readonly Permission[] = [
  may("READ", "DATASOURCE"),
  may("WRITE", "DATASOURCE"),
  may("READ", "EXTERNAL", "EXTERNAL"),
  may("READ", "STATE", "STATE"),
  may("READ", "CONFIG", "CONFIG"),
  may("READ", "SYSTEM_TABLE", "segments"),
  may("WRITE", "QUERY_CONTEXT"),
];
const without = (type: string, action?: string) =>
  ALL.filter((one) => one.resource.type !== type || (action !== undefined && one.action !== action));

/** By the name of the user, who has a datasource of the same name to load into. */
const USERS: Record<string, readonly Permission[]> = {
  all: ALL,
  state: ALL.filter(({ resource }) => resource.type !== "STATE" && resource.type !== "CONFIG"),
  system: without("SYSTEM_TABLE"),
  reads: without("DATASOURCE", "READ"),
  writes: without("DATASOURCE", "WRITE"),
  external: without("EXTERNAL"),
  context: without("QUERY_CONTEXT"),
  keys: [...without("QUERY_CONTEXT"), may("WRITE", "QUERY_CONTEXT", "queryId")],
  nothing: [may("WRITE", "QUERY_CONTEXT", "queryId")],
};

let druid: RunningDruid;
beforeAll(async () => {
  druid = await startDruid({
    basicAuth: { adminPassword: ADMIN },
    properties: {
      "druid.auth.authorizeQueryContextParams": true,
      "druid.sql.planner.authorizeSystemTablesDirectly": true,
    },
  });
  const users = Object.entries(USERS).map(([name, permissions]) => ({ name, password: passwordOf(name), permissions }));
  for (const user of users) await setUser(druid, ADMIN, user);
  await Promise.all(users.map(({ name }) => until(async () => (await ask(name, "/status/health")).status === 200)));
  // The Overlord, the Coordinator and the Broker learn of roles one by one.
  await until(async () => (await ask("all", "/druid/indexer/v1/tasks?datasource=all&max=1")).ok);
  await until(async () => (await ask("all", "/druid/coordinator/v1/rules/all")).ok);
});
afterAll(() => druid?.stop());

const passwordOf = (name: string) => `${name}-password`;
const ask = (user: string, path: string) =>
  fetch(`${druid.url}${path}`, { headers: user === "admin" ? basic(user, ADMIN) : basic(user, passwordOf(user)) });

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await systemClock.sleep(100);
}

const queryInto = (dataSource: string) => `INSERT INTO "${dataSource}"
SELECT TIME_PARSE("t") AS __time, "n" FROM TABLE(EXTERN(
  '{"type":"inline","data":"t,n\\n2024-01-01,1\\n2024-01-02,2"}', '{"type":"csv","findColumnsFromHeader":true}'
)) EXTEND ("t" VARCHAR, "n" BIGINT) PARTITIONED BY ALL`;

function actor(user: string, url = druid.url) {
  const lines: string[] = [];
  const parts: lifecycle.Parts = {
    host: {
      log: (severity, _urn, message) => void lines.push(`${severity}: ${message}`),
      status: () => undefined,
      signal: new AbortController().signal,
      assertAlive: async () => undefined,
      during: (run) => run(),
    },
    clock: systemClock,
    random: Math.random,
    env: {},
    config: async () => (key) =>
      ({ "druid:url": url, "druid:username": user, "druid:password": passwordOf(user) })[key],
    neighbours: new lifecycle.Neighbours(),
    druid: sharedClients(
      (connection) => createHttpClient({ connection, clock: systemClock, random: Math.random }),
      systemClock,
    ),
  };
  const inputs = {
    query: queryInto(user),
    __urn: `urn:pulumi:dev::rights::pulumi-nodejs:dynamic/druid:MsqIngestion::${user}`,
    __organization: "organization",
    __secretQuery: false,
  };
  const failures = async () => (await lifecycle.check(parts, {}, inputs)).failures.map(({ reason }) => reason);
  return { lines, failures, create: async () => (await lifecycle.create(parts, inputs)).outs };
}

describe("a user", () => {
  test.each([
    ["every permission", "all"],
    ["no sight of servers and tasks as a whole", "state"],
    ["no sight of system tables", "system"],
  ])("with %s loads", async (_what, user) => {
    const { failures, create, lines } = actor(user);
    expect(await failures()).toEqual([]);
    expect(await create()).toMatchObject({ state: "SUCCESS", rowsWritten: 2 });
    const warnings = lines.filter((line) => !line.startsWith("info") && !line.startsWith("debug"));
    expect(warnings).toEqual([]);
  });

  test.each([
    ["reads", 'DATASOURCE "reads" READ'],
    ["writes", 'DATASOURCE "writes" WRITE'],
    ["external", 'EXTERNAL "EXTERNAL" READ'],
    ["context", 'QUERY_CONTEXT "queryId" WRITE'],
    ["keys", 'QUERY_CONTEXT "pulumiDruid" WRITE'],
    [
      "nothing",
      'QUERY_CONTEXT "pulumiDruid" WRITE and DATASOURCE "nothing" WRITE and DATASOURCE "nothing" READ and EXTERNAL "EXTERNAL" READ',
    ],
  ])("without %s is told in preview what to grant, and nothing is submitted", async (user, permissions) => {
    const { failures, lines } = actor(user);
    const [reason = "", ...more] = await failures();
    expect(more).toEqual([]);
    expect(reason).toMatch(/^Cannot (plan the query|follow a load into "reads") on "http:/);
    expect(reason.split("; grant ")[1]).toBe(permissions);
    expect(lines.filter((line) => !line.startsWith("info"))).toEqual([]);
    const tasks = await (await ask("admin", `/druid/indexer/v1/tasks?datasource=${user}`)).json();
    expect(tasks).toEqual([]);
  });

  test.each([
    ["Broker", /there are no tasks \(404\); use the address of Druid's Router/],
    ["Coordinator", /404.*point the url to Druid's Router/],
  ])("with the address of the %s is told in preview what to use", async (service, text) => {
    const port = service === "Broker" ? druid.ports.broker : druid.ports.coordinator;
    const [reason = "", ...more] = await actor("all", `http://127.0.0.1:${port}`).failures();
    expect(more).toEqual([]);
    expect(reason).toMatch(text);
  });

  test("with a wrong password, or none, is told so, and the password is not", async () => {
    const { failures } = actor("nobody");
    const [reason = ""] = await failures();
    expect(reason).toContain("401");
    expect(reason).toContain("check username and password");
    expect(reason).not.toContain(passwordOf("nobody"));
  });
});
