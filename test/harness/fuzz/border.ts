/** Garbage at the border: no crash, no hang, no false success, no leak. */
import { inspect } from "node:util";
import fc from "fast-check";
import { isDruidIngestionError } from "../../../src/base/errors";
import type { DruidClient } from "../../../src/druid/client";
import { createRequests } from "../../../src/druid/requests/requests";
import type { Answer, Server } from "../../../src/druid/transport/call";
import { bodyText, recorded, recordedNames } from "../../unit/druid/recorded";
import { InstantClock } from "../../unit/druid/web";

const SECRET = "swordfish-0123456789";
const SERVER: Server = {
  url: "http://router:8888",
  host: "router",
  isTls: false,
  login: "token",
  requestTimeoutSeconds: 60,
  secrets: [SECRET],
};
const now = { patienceMs: 0 };
const EXTERN = {
  inputSource: { type: "http", uris: ["http://h/x"] },
  inputFormat: { type: "json" },
  columns: [{ name: "a", type: "STRING" }],
};

type Request = (client: DruidClient) => Promise<unknown>;
/** Every request: a new one does not compile without a line here. */
const REQUESTS: Record<
  Exclude<keyof DruidClient, "url" | "isOverlordOfCoordinatorLeading"> | "leader" | "externs",
  Request
> = {
  submit: (client) => client.submit({ query: "SELECT 1" }),
  explain: (client) => client.explain({ query: "EXPLAIN PLAN FOR SELECT 1" }, now),
  externs: (client) => client.explain({ query: "EXPLAIN PLAN FOR SELECT 1" }, { ...now, keepExterns: true }),
  sample: (client) => client.sample(EXTERN, 5, now),
  sql: (client) => client.sql({ query: "SELECT 1" }, now),
  version: (client) => client.version(now),
  status: (client) => client.status("x", now),
  statuses: (client) => client.statuses(["x", "y"], now),
  report: (client) => client.report("x", now),
  tasksInto: (client) => client.tasksInto("x", now),
  mayReadTasksInto: (client) => client.mayReadTasksInto("x", now),
  payload: (client) => client.payload("x", now),
  shutdown: (client) => client.shutdown("x"),
  submitNoop: (client) => client.submitNoop({ id: "x", dataSource: "x", context: {} }),
  workers: (client) => client.workers(now),
  capacity: (client) => client.capacity(now),
  loadStatus: (client) => client.loadStatus("x", now),
  usedSegments: (client) => client.usedSegments("x", undefined, now),
  usedSegmentsInFull: (client) => client.usedSegmentsInFull("x", ["2000/2001"], now),
  queryableSegments: (client) => client.queryableSegments("x", ["2000/2001"], now),
  brokerSegments: (client) => client.brokerSegments("x", "published", now),
  leader: (client) => client.isOverlordOfCoordinatorLeading(now),
  holding: (client) => client.holding("x", undefined, now),
  isReadable: (client) => client.isReadable("x", now),
  rules: (client) => client.rules("x", now),
  markUnused: (client) => client.markUnused("x"),
};
/** What these give is about the tasks "x" and "y". */
const OF_TASK = ["status", "statuses", "report", "payload"];
/** An answer of any other status than 2xx makes these fail. */
const STRICT = ["submit", "explain", "sql", "submitNoop", "markUnused", "usedSegments", "tasksInto", "rules"];

/** Of all versions, and about the task that is asked for: else all that name a task would be refused as another's. */
const BODIES = recordedNames().flatMap((name) => {
  const body = bodyText(recorded(name));
  const id = /\/task\/([^/]+)/.exec(recorded(name).request.path)?.[1];
  return id === undefined ? [body] : [body, body.replaceAll(id, "x")];
});

const odd = fc.constantFrom<string>(
  "null",
  "true",
  "-1",
  "1e999",
  "9007199254740993",
  "-0",
  '""',
  "[]",
  "{}",
  "[[[[]]]]",
  '"NaN"',
  '"\\ud800"',
  '{"__proto__":{"x":1}}',
  '{"constructor":null}',
  `"${SECRET}"`,
  `{"${SECRET}":1}`,
  `"${"x".repeat(3_000)}"`,
  "1.5",
  '"RUNNING"',
  '"SUCCESS"',
  "[null]",
  `${"[".repeat(2_000)}${"]".repeat(2_000)}`,
  '"2024-01-01T00:00:00Z"',
);
/** Changes the text somewhere: another value, a part less, a part more, a byte that is none. */
const changed = fc
  .tuple(fc.constantFrom(...BODIES), fc.array(fc.tuple(fc.nat(), fc.nat(3), odd), { maxLength: 3 }))
  .map(([body, changes]) =>
    changes.reduce((text, [where, how, value]) => {
      const values = [...text.matchAll(/(?<=[:[,])\s*("(?:[^"\\]|\\.)*"|[\w.+-]+|\[\]|\{\})/g)];
      const { index: from, 0: found } = values[where % Math.max(1, values.length)] ?? { index: 0, 0: "" };
      if (how === 0) return text.slice(0, from) + value + text.slice(from + found.length);
      if (how === 1) return text.slice(0, where % (text.length + 1));
      if (how === 2) return text.slice(0, from) + text.slice(from + found.length + 1);
      return `${text.slice(0, from)}\u0000${text.slice(from)}`;
    }, body),
  );
const said = fc.oneof(
  { weight: 6, arbitrary: changed },
  { weight: 2, arbitrary: fc.json() },
  { weight: 1, arbitrary: fc.string({ unit: "binary" }) },
  { weight: 1, arbitrary: odd },
);
const answers: fc.Arbitrary<Answer> = fc.record({
  status: fc.oneof(
    { weight: 3, arbitrary: fc.constant(200) },
    { weight: 1, arbitrary: fc.constantFrom(202, 204, 301, 307, 400, 401, 403, 404, 429, 500, 501, 503, 599) },
  ),
  contentType: fc.constantFrom("application/json", "text/html", "", `text/${SECRET}`, "x".repeat(500)),
  text: said,
});

async function ask(name: string, answer: Answer): Promise<{ result?: unknown; error?: unknown }> {
  const clock = new InstantClock();
  const client = createRequests({ server: SERVER, send: async () => answer, clock, random: () => 0 });
  try {
    return { result: await REQUESTS[name as keyof typeof REQUESTS](client) };
  } catch (error) {
    return { error };
  }
}

function judge(name: string, answer: Answer, { result, error }: Awaited<ReturnType<typeof ask>>): void {
  if (error !== undefined) {
    if (!isDruidIngestionError(error)) throw new Error(`${name} crashed: ${inspect(error)}`);
    if (!error.message.startsWith("Cannot ")) throw new Error(`${name} says: ${error.message}`);
    if (error.message.length > 5_000) throw new Error(`${name} says ${error.message.length} characters`);
    if (inspect(error, { depth: 9 }).includes(SECRET)) throw new Error(`${name} leaks: ${error.message}`);
    return;
  }
  if (STRICT.includes(name) && (answer.status < 200 || answer.status > 299)) {
    throw new Error(`${name} succeeded with ${answer.status}`);
  }
  if (name === "submit" || name === "status") {
    const state = (result as { state?: string; statusCode?: string } | undefined) ?? { state: "RUNNING" };
    if (!/^(?:RUNNING|SUCCESS|FAILED)$/.test(state.state ?? state.statusCode ?? ""))
      throw new Error(`${name} gave a state`);
  }
  const told = result instanceof Map ? [...result].flat() : [result];
  for (const one of told) {
    const { id, taskId } = (one ?? {}) as { id?: unknown; taskId?: unknown };
    const isOther = (known: unknown) => typeof known === "string" && known !== "x" && known !== "y";
    if (OF_TASK.includes(name) && [id, taskId, name === "statuses" ? one : "x"].some(isOther))
      throw new Error(`${name} told of another task: ${inspect(one)}`);
  }
}

/** Any answer to any request is a value of its type, or one clear error. */
export const anyAnswer = fc.asyncProperty(fc.constantFrom(...Object.keys(REQUESTS)), answers, async (name, answer) => {
  judge(name, answer, await ask(name, answer));
});
