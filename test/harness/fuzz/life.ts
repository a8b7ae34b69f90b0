/** A load during which some answers are garbage: it ends, it is told well or failed truly, and nothing runs twice. */
import fc from "fast-check";
import { insert, setUp } from "../virtual/setup";

const ROUTES = [
  "submit",
  "status",
  "statuses",
  "reports",
  "payload",
  "capacity",
  "candidates",
  "segments",
  "loadstatus",
  "sql",
];
const SECRET = "swordfish-0123456789";
const CONNECTION = { url: "http://router:8888", username: "loader", password: SECRET };

const garbage = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "",
    "null",
    "[]",
    "{}",
    "1e999",
    "[".repeat(100_000),
    `{"error":"${SECRET}"}`,
    `<html>${SECRET}</html>`,
    '{"task":"x","status":null}',
    '{"multiStageQuery":{"payload":{}}}',
    // True of another task, as from a cache that mixes answers up.
    '{"task":"query-other","status":{"id":"query-other","statusCode":"SUCCESS","status":"SUCCESS","duration":1}}',
    '{"query-other":{"id":"query-other","status":"SUCCESS"}}',
    '{"multiStageQuery":{"taskId":"query-other","payload":{"status":{"status":"SUCCESS"}}}}',
    '{"task":"query-other","payload":{"type":"noop","id":"query-other"}}',
    '{"taskId":"query-other","state":"RUNNING"}',
  ),
);

export const anyLife = fc.asyncProperty(
  fc.array(
    fc.record({
      on: fc.constantFrom(...ROUTES),
      skip: fc.nat(3),
      times: fc.integer({ min: 1, max: 4 }),
      effect: fc.constantFrom<("none" | "now")[]>("none", "now"),
      status: fc.constantFrom(200, 200, 202, 204, 302, 400, 404, 500, 503),
      body: garbage,
    }),
    { minLength: 1, maxLength: 3 },
  ),
  async (faults) => {
    const { fake, stack } = setUp({}, { direct: false });
    for (const { status, body, ...fault } of faults) {
      const answer = { status, headers: { "content-type": "application/json" }, body };
      fake.faults.add({ name: "garbage", answer, ...fault });
    }
    const first = await stack.up({ query: insert("A"), connection: CONNECTION });
    fake.faults.clear();
    if (first.killed || /did not end|limit/.test(first.error ?? "")) throw new Error(`hangs: ${first.error}`);
    if (first.error === undefined && fake.ledger.length !== 1) throw new Error("said to be loaded, and is not");
    if (first.error !== undefined && !/^Cannot /.test(first.error)) throw new Error(`crashed: ${first.error}`);
    const told = JSON.stringify([first.error, first.lines, { ...stack.resource?.outputs, connection: "" }]);
    if (told.includes(SECRET)) throw new Error(`leaks: ${told}`);
    const second = await stack.up({ query: insert("A"), connection: CONNECTION });
    // It may have to ask what nobody can know, but never loads twice.
    if (fake.ledger.length > 1) throw new Error(`loaded ${fake.ledger.length} times`);
    if (second.error === undefined && fake.ledger.length !== 1) throw new Error("said to be loaded then, and is not");
  },
);
