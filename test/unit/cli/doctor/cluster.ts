/** A web server that answers the doctor as a healthy Druid does, but for what a test changes; and the doctor before it. */
import type { Outside } from "../../../../src/cli/command";
import type { Finding } from "../../../../src/cli/doctor/finding";
import { createHttpClient, createHttpInspector } from "../../../../src/druid/http-client";
import { type Asked, InstantClock, type Reply, reply, startWeb } from "../../druid/web";
import { cli } from "../outside";

const PLAN = [{ PLAN: "[]", RESOURCES: "[]", ATTRIBUTES: "{}" }];
export const FORBIDDEN = reply(403, { "Access-Check-Result": "Allowed:false, Message:" });

/** By the beginning of method and path, or of the SQL. */
const HEALTHY: Record<string, Reply> = {
  "GET /status/health": reply(200, true),
  "GET /status": reply(200, { version: "37.0.0", modules: [] }),
  "GET /proxy/coordinator/status": reply(200, { version: "37.0.0" }),
  "GET /proxy/overlord/status": reply(200, { version: "37.0.0" }),
  "GET /proxy/coordinator/status/properties": reply(200, {
    "druid.coordinator.period": "PT5S",
    "druid.manager.segments.pollDuration": "PT5S",
  }),
  "GET /proxy/overlord/status/properties": reply(200, { "druid.indexer.storage.type": "metadata" }),
  "GET /druid/v2/sql/task/enabled": reply(200, { enabled: true }),
  "GET /druid/indexer/v1/isLeader": reply(200, { leader: true }),
  "GET /druid/coordinator/v1/isLeader": reply(200, { leader: true }),
  "GET /druid/coordinator/v1/servers": reply(200, [{ host: "h:8083", type: "historical" }]),
  "GET /druid/indexer/v1/workers": reply(200, [{ worker: { host: "m:8091", capacity: 4 }, currCapacityUsed: 1 }]),
  "GET /druid/indexer/v1/tasks": reply(200, []),
  "GET /druid/coordinator/v1/datasources/": reply(204, ""),
  "GET /druid/coordinator/v1/rules/": reply(200, [{ type: "loadForever" }]),
  "SELECT 1": reply(200, [{ EXPR$0: 1 }]),
  'SELECT "segment_id"': reply(200, []),
  "EXPLAIN PLAN FOR": reply(200, PLAN),
};

const sqlOf = ({ body }: Asked): string => (JSON.parse(body) as { query: string }).query;
const nameOf = (asked: Asked): string =>
  asked.method === "POST" ? sqlOf(asked) : `${asked.method} ${asked.path.split("?")[0]}`;

/** The longest name that fits is meant; a name that ends with "/" or is SQL fits by its beginning. */
export async function cluster(changes: Record<string, Reply> = {}, tls?: { cert: string; key: string }) {
  const replies = Object.entries({ ...HEALTHY, ...changes }).sort(([one], [other]) => other.length - one.length);
  const fits = (name: string, asked: string) =>
    asked === name || (asked.startsWith(name) && (name.endsWith("/") || !name.startsWith("GET ")));
  return startWeb((response, asked, request) => {
    const found = replies.find(([name]) => fits(name, nameOf(asked)))?.[1] ?? reply(404, "");
    found(response, asked, request);
  }, tls);
}

/** Whether a request can change nothing. */
export function isHarmless(asked: Asked): boolean {
  if (asked.method === "GET") return true;
  if (asked.method !== "POST" || !/^\/druid\/v2\/sql(\/task)?$/.test(asked.path)) return false;
  // A SELECT as a task would be submitted.
  return asked.path.endsWith("/task") ? /^EXPLAIN PLAN FOR /.test(sqlOf(asked)) : /^SELECT /.test(sqlOf(asked));
}

const web: Partial<Outside> = {
  clock: {
    now: () => Date.now(),
    sleep: (_ms, signal) => new Promise((_, end) => signal?.addEventListener("abort", end)),
  },
  druid: (connection) => createHttpClient({ connection, clock: new InstantClock(), random: () => 0 }),
  inspector: (connection) => createHttpInspector({ connection }),
};

export const doctor = (words: string[], more: Partial<Outside> = {}) => cli(["doctor", ...words], { ...web, ...more });

/** What the doctor finds, by id. */
export async function found(url: string, words: string[] = [], env: Record<string, string> = {}) {
  const { code, out, err } = await doctor(["--json", ...words], { env: { DRUID_URL: url, ...env } });
  if (out === "") throw new Error(err);
  const { findings } = JSON.parse(out) as { findings: Finding[] };
  const levels = Object.fromEntries(findings.map(({ id, level }) => [id, level]));
  const of = (id: string) => findings.find((one) => one.id === id);
  return { code, out, findings, levels, of };
}
