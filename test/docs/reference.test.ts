/**
 * The documentation of the types follows its rules, docs/inputs.md and docs/outputs.md are made from it, and what they
 * say of defaults and errors is what the schemas do.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "@jest/globals";
import { checkConnectionInput } from "../../src/druid/connection/input";
import { faultsOfInputs, INPUTS, readIngestion } from "../../src/ingestion/contract/inputs";
import { OUTPUTS } from "../../src/ingestion/report/outputs";

const root = resolve(__dirname, "../..");
const inputs = readFileSync(join(root, "docs/inputs.md"), "utf8");

test("every export says what it has to, and the pages made from that are up to date", () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["test/run/docs-api.mjs", "--check"], {
    cwd: root,
    encoding: "utf8",
  });
  expect({ status, output: stdout + stderr }).toEqual({ status: 0, output: "" });
});

/** The rows of the table below a heading, by the name in the first cell. */
function rowsBelow(page: string, heading: string): Record<string, string[]> {
  const section = page.split(/^## /m).find((one) => one.startsWith(`${heading}\n`)) ?? "";
  const rows = [...section.matchAll(/^\| `([\w?]+)` \|(.*)\|$/gm)];
  return Object.fromEntries(
    rows.map(([, name = "", cells = ""]) => [
      name.replace("?", ""),
      cells.split(/(?<!\\)\|/).map((cell) => cell.trim()),
    ]),
  );
}

const table = rowsBelow(inputs, "MsqIngestion");

test("docs/inputs.md has each input that the schema has, and docs/outputs.md each output", () => {
  expect(Object.keys(table).sort()).toEqual([...INPUTS].sort());
  const outputs = readFileSync(join(root, "docs/outputs.md"), "utf8");
  expect(Object.keys(rowsBelow(outputs, "MsqIngestion"))).toEqual(expect.arrayContaining(Object.keys(OUTPUTS)));
});

test("the defaults are those that the schema fills in", () => {
  const { segmentLoadTimeoutMs, ...filled } = readIngestion({ query: "SELECT 1" });
  const real: Record<string, unknown> = { ...filled, segmentLoadTimeoutSeconds: segmentLoadTimeoutMs / 1_000 };
  for (const [name, [, said = ""]] of Object.entries(table)) {
    if (name === "query") expect(said).toBe("required");
    else if (name !== "connection") {
      const expected = real[name] === undefined ? "none" : `\`${JSON.stringify(real[name])}\``;
      expect({ name, said }).toEqual({ name, said: expected });
    }
  }
});

/** Wrong values of each input, and of the fields of `connection`, which has a schema of its own. */
const WRONG: Record<string, unknown[]> = {
  query: [undefined, 1],
  context: ["a"],
  parameters: ["a", [{}], [2 ** 60], [{ type: "BIGINT", value: "x" }], [{ type: "BIGINT", value: "9".repeat(20) }]],
  "parameters[].type": [[{ type: "", value: 1 }]],
  triggers: ["a"],
  waitForSegmentLoad: ["yes"],
  segmentLoadTimeoutSeconds: ["1", 0],
  onDelete: ["drop"],
  adoptTaskId: [1, ""],
  validate: ["yes"],
  checks: [1],
  "checks.minRows": [{ minRows: 0.5 }, { minRows: -1 }],
  "checks.maxRows": [{ maxRows: 0.5 }, { maxRows: -1 }],
  "checks.maxWarnings": [{ maxWarnings: 0.5 }, { maxWarnings: -1 }],
  "checks.notNull": [{ notNull: [""] }],
  "checks.sql[].name": [{ sql: [{ query: "a" }] }, { sql: [{ name: "", query: "a" }] }],
  "checks.sql[].query": [{ sql: [{ name: "a" }] }, { sql: [{ name: "a", query: "" }] }],
  "checks.sql[].expect": [{ sql: [{ name: "a", query: "b", expect: [1] }] }],
  retries: ["1", 0.5, -1],
};
const at = { url: "http://router:8888" };
const WRONG_CONNECTIONS: Record<string, unknown[]> = {
  connection: [1],
  "connection.url": [
    { url: "router" },
    { url: "ftp://router" },
    { url: "http://router?a" },
    { url: "http://router/druid/v2" },
    { url: "http://a@router" },
    { url: "http://a:b@router", username: "a", password: "b" },
  ],
  "connection.cluster": [{ ...at, cluster: "a" }],
  "connection.username": [
    { username: "a", password: "b" },
    { ...at, username: "a" },
    { ...at, username: "a:b", password: "c" },
  ],
  "connection.password": [{ ...at, password: "a" }],
  "connection.token": [
    { ...at, username: "a", password: "b", token: "c" },
    { ...at, token: "é" },
  ],
  "connection.headers": [
    { ...at, headers: { "a b": "c" } },
    { ...at, headers: { a: "é" } },
    { ...at, headers: { connection: "a" } },
  ],
  "connection.tls.ca": [{ ...at, tls: { ca: "a" } }],
  "connection.tls.cert": [
    { ...at, tls: { cert: "a" } },
    { ...at, tls: { cert: "a", key: "b" } },
  ],
  "connection.tls.key": [{ ...at, tls: { key: "a" } }],
  "connection.tls.insecureSkipVerify": [{ ...at, tls: { insecureSkipVerify: "yes" } }],
  "connection.requestTimeoutSeconds": [{ requestTimeoutSeconds: 0 }, { requestTimeoutSeconds: 9_999 }],
};
/** Said of something that these wrong values do not reach: a key that does not belong to its certificate. */
const NOT_REACHED = ['must be the PEM key of "tls.cert", without passphrase'];

const reasonsOf = (path: string, value: unknown): string[] => {
  const name = path.split(/[.[]/)[0] ?? "";
  const faults = path.startsWith("connection")
    ? checkConnectionInput(value).faults
    : faultsOfInputs({ query: "SELECT 1", [name]: value });
  return faults.map(({ reason }) => reason);
};

test.each(Object.entries({ ...WRONG, ...WRONG_CONNECTIONS }))("the page has the errors of %s", (path, values) => {
  const section = inputs.split(/^### /m).find((one) => one.startsWith(`${path}\n`)) ?? "";
  const errors = section.split(/\n\n/).find((one) => one.startsWith("Errors: ")) ?? "";
  const said = [...errors.replace(/\s+/g, " ").matchAll(/`([^`]+)`/g)]
    .map(([, message = ""]) => message)
    .filter(
      (message) =>
        !NOT_REACHED.includes(message) && /^(is|has|must|cannot|contains|does|of|"connection") /.test(message),
    );
  const real = values.flatMap((value) => reasonsOf(path, value));
  for (const value of values) {
    const reasons = reasonsOf(path, value);
    expect({ value, told: reasons.some((reason) => said.some((one) => reason.startsWith(one))) }).toEqual({
      value,
      told: true,
    });
  }
  // What the page quotes is really said: no message of an older version.
  expect(said.filter((message) => !real.some((reason) => reason.startsWith(message)))).toEqual([]);
});
