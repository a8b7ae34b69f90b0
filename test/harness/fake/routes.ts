/** Which API a request means, and the fake Druid's answer when nothing goes wrong. */
import { submitSql } from "./broker";
import * as coordinator from "./coordinator";
import { type FakeAnswer, type FakeRequest, json, text } from "./exchange";
import type { Nodes } from "./nodes";
import * as overlord from "./overlord";
import type { Plans } from "./plan";
import { answerQuery, candidates } from "./queries";
import { type FakeSources, sample } from "./sampler";
import type { Tasks } from "./tasks";
import type { Timeline } from "./timeline";
import type { Warehouse } from "./warehouse";

export interface Parts {
  timeline: Timeline;
  tasks: Tasks;
  warehouse: Warehouse;
  plans: Plans;
  tables: Set<string>;
  sources: FakeSources;
  nodes: Nodes;
  version: number;
}

interface Call {
  parts: Parts;
  /** What the path's parentheses caught, decoded. */
  id: string;
  query: Record<string, string>;
  body: unknown;
}

interface Route {
  name: string;
  method: string;
  path: RegExp;
  answer: (call: Call) => FakeAnswer;
}

const TASK = "/druid/indexer/v1/task";
const COORDINATOR = "/druid/coordinator/v1";

const momentOf = ({ version, timeline }: Parts) => ({ version, now: timeline.now() });

function route(name: string, method: string, path: string, answer: Route["answer"]): Route {
  return { name, method, path: new RegExp(`^${path.replace("{id}", "([^/]+)")}$`), answer };
}

const ROUTES = [
  route("submit", "POST", "/druid/v2/sql/task", ({ parts, body }) => submitSql(body, parts)),
  route("sql", "POST", "/druid/v2/sql", ({ parts, body }) => {
    return answerQuery(queryOf(body), parts.warehouse, parts.version);
  }),
  route("status", "GET", `${TASK}/{id}/status`, ({ parts, id }) => overlord.status(parts.tasks, momentOf(parts), id)),
  route("candidates", "GET", "/druid/v2/datasources/{id}/candidates", ({ parts, id }) =>
    candidates(parts.warehouse, id),
  ),
  route("reports", "GET", `${TASK}/{id}/reports`, ({ parts, id }) => {
    return overlord.reports(parts.tasks, parts.version, id, parts.timeline.now());
  }),
  route("payload", "GET", `${TASK}/{id}`, ({ parts, id }) => overlord.payload(parts.tasks, parts.version, id)),
  route("shutdown", "POST", `${TASK}/{id}/shutdown`, ({ parts, id }) => {
    return overlord.shutdown(parts.tasks, parts.version, id);
  }),
  route("noop", "POST", TASK, ({ parts, body }) => overlord.submitTask(parts.tasks, body)),
  route("statuses", "POST", "/druid/indexer/v1/taskStatus", ({ parts, body }) => {
    return overlord.statuses(parts.tasks, momentOf(parts), body);
  }),
  route("tasks", "GET", "/druid/indexer/v1/tasks", ({ parts, query }) => overlord.list(parts.tasks, query)),
  route("capacity", "GET", "/druid/indexer/v1/totalWorkerCapacity", ({ parts }) =>
    overlord.capacity(parts.tasks, parts.version),
  ),
  route("sampler", "POST", "/druid/indexer/v1/sampler", ({ parts, body }) => sample(body, parts.sources)),
  route("workers", "GET", "/druid/indexer/v1/workers", ({ parts }) => overlord.workers(parts.tasks)),
  route("loadstatus", "GET", `${COORDINATOR}/datasources/{id}/loadstatus`, ({ parts, id, query }) => {
    return coordinator.loadStatus(parts.warehouse, parts.nodes, id, query, parts.timeline.now());
  }),
  route("segments", "POST", `${COORDINATOR}/metadata/datasources/{id}/segments`, ({ parts, id, query, body }) => {
    return coordinator.usedSegments(parts, id, query, body);
  }),
  route("isLeader", "GET", "/proxy/coordinator/druid/indexer/v1/isLeader", ({ parts }) =>
    parts.nodes.isOverlordLeading(),
  ),
  route("rules", "GET", `${COORDINATOR}/rules/{id}`, ({ parts, id, query }) => {
    return coordinator.rules(parts.warehouse, id, query);
  }),
  route("setRules", "POST", `${COORDINATOR}/rules/{id}`, ({ parts, id, body }) => {
    return coordinator.setRules(parts.warehouse, id, body);
  }),
  route("drop", "DELETE", `${COORDINATOR}/datasources/{id}`, ({ parts, id }) => {
    return coordinator.markUnused(parts.warehouse, id);
  }),
  route("health", "GET", "/status/health", () => json(200, true)),
  route("version", "GET", "/status", ({ parts }) => json(200, { version: `${parts.version}.0.0`, modules: [] })),
];

/** The query with its parameters in their places. */
function queryOf(body: unknown): string {
  const { query = "", parameters = [] } = (body ?? {}) as { query?: string; parameters?: { value: unknown }[] };
  const values = parameters.map(({ value }) =>
    typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : `${value}`,
  );
  return query.replace(/\?/g, () => values.shift() ?? "NULL");
}

/** Routes that an Overlord answers, or that change nothing without one. */
const OVERLORD = new Set([
  "status",
  "reports",
  "payload",
  "shutdown",
  "noop",
  "statuses",
  "tasks",
  "capacity",
  "sampler",
  "workers",
]);

export function needsOverlord(name: string): boolean {
  return OVERLORD.has(name);
}

/** `/leader` is where the fake's own redirects lead. */
function find({ path, method }: FakeRequest): { route: Route; id: string } | undefined {
  const direct = path.startsWith("/leader/") ? path.slice("/leader".length) : path;
  for (const route of ROUTES) {
    const match = route.method === method ? route.path.exec(direct) : null;
    if (match) return { route, id: decodeURIComponent(match[1] ?? "") };
  }
  return undefined;
}

export interface Found {
  name: string;
  answer(body: unknown, parts: Parts): FakeAnswer;
  /** How long Druid takes before it even looks. */
  holdMs(parts: Parts): number;
}

export function routeOf(request: FakeRequest): Found {
  const found = find(request);
  if (found === undefined) return { name: "unknown", answer: () => text(404, "Not Found"), holdMs: () => 0 };
  const { route, id } = found;
  return {
    name: route.name,
    answer: (body, parts) => route.answer({ parts, id, query: request.query, body }),
    holdMs: ({ nodes, timeline }) => (route.name === "loadstatus" ? nodes.untilReadMs(timeline.now()) : 0),
  };
}
