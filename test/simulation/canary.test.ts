import { describe, expect, test } from "@jest/globals";
import { type Fault, json, type Received } from "../harness/fake";
import { setUp } from "../harness/virtual/setup";
import type { Outcome } from "../harness/virtual/stack";

const CANARY = "c4nary";
/** Headers and logins are the real client's. */
const OVER_HTTP = { direct: false };
const LITERAL = `${CANARY}-literal`;
const SOURCE = `${CANARY}-access-key`;
/** All that a program may give to log in; each holds the canary. */
const LOGINS = {
  password: { url: "http://router:8888", username: "loader", password: `${CANARY} "pass/word"` },
  token: { url: "http://router:8888", token: `${CANARY}.token.x-y` },
  header: { url: "http://router:8888", headers: { "X-Key": `${CANARY}=header`, Cookie: `sid=${CANARY}` } },
  userinfo: { url: `http://loader:${CANARY}%2Fpass@router:8888` },
};
const query = (letter: string) =>
  `INSERT INTO "events" SELECT '${LITERAL}' AS "letter", '${letter}' AS "b" FROM TABLE(EXTERN(` +
  `'{"type":"http","uris":["http://${CANARY}-user:${CANARY}-pass@example.com/a"],"httpAuthenticationPassword":"${SOURCE}"}', ` +
  `'{"type":"json"}')) EXTEND (a VARCHAR) PARTITIONED BY ALL`;

/** A server that answers with all that it was sent, as some proxies and servlets do. */
const echo = (status: number) => (request: Received) => {
  const said = `${JSON.stringify(request.headers)} ${decodeURIComponent(JSON.stringify(request.headers))} ${request.body}`;
  return json(status, { error: "druidException", errorCode: "general", category: "UNCATEGORIZED", errorMessage: said });
};

/** What of the state is in the open: Pulumi encrypts these inputs and the outputs named like them. */
const plain = ({ query: _query, connection: _connection, ...rest }: Record<string, unknown>) => rest;

async function live(fault: Fault | undefined, connection: object, plan: object = {}): Promise<string> {
  const { fake, stack, later } = setUp({}, OVER_HTTP);
  fake.plan({ runMs: 5_000, ...plan });
  const told: unknown[] = [];
  const note = (outcome: Outcome) => {
    told.push(outcome.lines, outcome.error, stack.resource && plain(stack.outputs), stack.resource?.initErrors);
  };
  const args = { connection, onDelete: "dropDatasource", segmentLoadTimeoutSeconds: 20 };
  const secretQuery = true;
  const begin = () => {
    fake.faults.clear();
    if (fault) fake.faults.add({ ...fault });
  };
  begin();
  note(await stack.up({ ...args, query: query("A") }, { secretQuery }));
  begin();
  note(
    await stack.up(
      { ...args, query: query("B") },
      { secretQuery, meanwhile: later(2_000, (process) => process.interrupt()) },
    ),
  );
  begin();
  note(await stack.refresh());
  note(await stack.up({ ...args, query: query("B") }, { secretQuery }));
  begin();
  note(await stack.replace({ ...args, query: query("B") }, { secretQuery }));
  begin();
  note(await stack.destroy());
  return JSON.stringify(told);
}

const ROUTES = ["submit", "statuses", "status", "reports", "payload", "shutdown", "noop", "capacity"];
const MORE_ROUTES = ["loadstatus", "segments", "candidates", "sql", "rules", "drop"];
/** Two for each route, in turn: one of the user's making, one of the server's. */
const STATUSES = [
  [400, 503],
  [403, 500],
] as const;
const logins = Object.entries(LOGINS);

describe("no secret is in any text that leaves, whatever Druid echoes", () => {
  test.each([...ROUTES, ...MORE_ROUTES].map((route, index) => [route, index] as const))(
    "%s fails in every way",
    async (on, index) => {
      for (const [at, status] of (STATUSES[index % STATUSES.length] ?? []).entries()) {
        const [, connection] = logins[(index + at) % logins.length] ?? [];
        const fault = { name: "echo", effect: "none" as const, on, times: 9, skip: at % 2, answer: echo(status) };
        const told = await live(fault, connection ?? {});
        expect(told).not.toContain(CANARY);
        expect(told).not.toContain(Buffer.from(`loader:${CANARY}`).toString("base64").slice(0, 12));
      }
    },
  );

  test.each(logins)("a task fails, with a report that echoes all (%s)", async (_name, connection) => {
    const message = `${query("A")} ${JSON.stringify(connection)}`;
    const told = await live(undefined, connection, { outcome: { fault: "UnknownError", message } });
    expect(told).toContain("FAILED");
    expect(told).not.toContain(CANARY);
  });

  test("without a fault neither, while all else is told", async () => {
    const told = await live(undefined, LOGINS.password);
    expect(told).toContain("SUCCESS");
    expect(told).not.toContain(CANARY);
  });

  test("a query that is no secret: the connection's are kept out of its task's error all the same", async () => {
    const { fake, stack } = setUp({}, OVER_HTTP);
    fake.plan({ outcome: { fault: "UnknownError", message: `sent ${LOGINS.token.token} to the source` } });
    const outcome = await stack.up({ query: "INSERT INTO a SELECT 1 PARTITIONED BY ALL", connection: LOGINS.token });
    expect(outcome.error).toContain("sent [secret] to the source");
    expect(JSON.stringify(plain(stack.outputs))).not.toContain(CANARY);
  });
});
