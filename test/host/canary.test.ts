/**
 * A word in each place where a program may put a secret, before servers that repeat everything in every encoding: it
 * stands in no text that leaves the program or the provider, and in no plain part of state. `ENGINE=pulumi` uses the
 * CLI on PATH.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { systemClock } from "../../src/base/clock";
import { ENCODINGS } from "../harness/encodings";
import { FakeDruid, json, type Received, type ServedFake, serveFake } from "../harness/fake";
import { TestStack } from "../harness/stack";
import { CANARIES, type Canary, plainInsert } from "./canaries";

const usesCli = process.env.ENGINE === "pulumi";
/** Until all have begun: a failure stops what has not. */
const RUN_MS = usesCli ? 25_000 : 8_000;

interface Declared {
  canary: Canary;
  mode: "works" | "fails" | "refuses";
  name: string;
  word: string;
  fake: FakeDruid;
  served: ServedFake;
}

const wordOf = ({ what, word }: Canary) => word ?? `CANARY ${what}"/w'o<r>d&\\1`;
/** Only what it has heard a server can repeat. */
function echoTo(request: Received, word: string): string {
  const said = `${JSON.stringify(request.headers)} ${request.body}`;
  const login = Buffer.from(request.headers.authorization?.split(" ")[1] ?? "", "base64").toString();
  const isHeard = said.includes(JSON.stringify(word).slice(1, -1)) || login.includes(word) || isInJson(request, word);
  return isHeard ? `${echoOf(word)} ${said}` : said;
}
const isInJson = ({ body = "" }: Received, word: string) =>
  body.replaceAll("\\", "").includes(word.replaceAll("\\", ""));
const echoOf = (word: string) =>
  [
    ...Object.values(ENCODINGS).map((encode) => `(${encode(word)})`),
    `Unable to parse row [${word} 17,4] {a=${word}}`,
  ].join("; ");
const error = (errorMessage: string) => ({ error: "druidException", errorCode: "general", errorMessage });

const declared: Declared[] = [];
let stack: TestStack;
const told: string[] = [];

beforeAll(async () => {
  for (const canary of CANARIES) {
    for (const mode of canary.succeeds ? (["works", "fails", "refuses"] as const) : (["fails", "refuses"] as const)) {
      const word = wordOf(canary);
      const fake = new FakeDruid({ clock: systemClock, version: 37, capacity: 50 });
      const name = `${canary.what.replaceAll(" ", "-")}-${mode}`;
      const said = canary.isOfChecks ? "nothing" : echoOf(word);
      const outcome = {
        fault: canary.fault ?? "UnknownError",
        published: false,
        stageNumber: 0,
        message: said,
        stackTrace: `x\nCaused by: Y: ${said}\n`,
      };
      fake.plan({
        runMs: RUN_MS,
        loadDelayMs: 10,
        badLines: 2,
        results: [[word]],
        ...(mode === "fails" && { outcome }),
      });
      fake.warehouse.brokerLagMs = 0;
      if (canary.line) fake.sources.set(`http://h/${name}`, [canary.line(word), canary.line(word)]);
      declared.push({ canary, mode, name, word, fake, served: await serveFake(fake) });
    }
  }
  const clusters = declared.flatMap(({ canary, name, word, served }) =>
    canary.cluster ? [[name, { url: served.url, ...canary.cluster(word) }] as const] : [],
  );
  const entries = JSON.stringify(Object.fromEntries(clusters));
  stack = new TestStack({ "druid:url": "http://127.0.0.1:9" }, { "druid:clusters": entries });
});
afterAll(async () => {
  await Promise.all(declared.map(({ served }) => served.stop()));
  await stack.dispose();
});

const program = () =>
  `const { MsqBackfill, sql } = require("pulumi-druid");\n${declared
    .map(({ canary, name, word, served }) => {
      const url = served.url.replace("//", `//${canary.login?.(word) ?? ""}`);
      const own = `{ url: ${JSON.stringify(url)}, ${canary.connection?.(word) ?? ""} }`;
      const connection = canary.cluster ? `{ cluster: "${name}" }` : own;
      const shared = `connection: ${connection}, segmentLoadTimeoutSeconds: 60, retries: 0`;
      if (canary.declares) return `${canary.declares(word, name, shared)};`;
      const query = canary.query?.(word, name) ?? plainInsert(name);
      return (
        `{ const one = new MsqIngestion("${name}", { query: ${query}, ${shared}, ${canary.args?.(word) ?? ""} });\n` +
        `for (const output of ["results", "error", "checks", "statement", "report", "status", "url"]) exports["${name} " + output] = one[output]; }`
      );
    })
    .join("\n")}`;

const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** Without what Pulumi encrypts, and without inputs that the program leaves in the open. */
function plain(value: unknown, open: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((item) => plain(item, open));
  if (typeof value !== "object" || value === null) return value;
  if (SIGNATURE in value) return "[secret]";
  // The local engine's own record of the config, where Pulumi encrypts what is secret.
  if ("secretKeys" in value) return "[config]";
  const urn = "urn" in value ? String(value.urn) : undefined;
  const more = declared.find(({ name }) => urn?.endsWith(`::${name}`))?.canary.open ?? open;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (more.includes(key) ? [] : [[key, plain(item, more)]])),
  );
}

async function run(command: "preview" | "up" | "refresh" | "destroy", ...words: string[]): Promise<string> {
  const log = join(stack.folder, "log.json");
  const most = usesCli ? ["--parallel", "100"] : ["--json-log", log, "--parallel", "100"];
  const { output } = await stack.run(command, program(), ...most, ...words);
  const events = usesCli ? [] : readFileSync(log, "utf8").trim().split("\n");
  // In debug messages the SDK itself logs what the program sends, secrets and all: of these only ours are looked at.
  const ours = events.filter((event) => !event.includes('"message":"RegisterResource RPC '));
  told.push(output, ...ours.map((event) => JSON.stringify(plain(JSON.parse(event)))));
  if (command !== "preview") told.push(JSON.stringify(plain(JSON.parse(stack.stateText()))));
  return output;
}

const leaks = (word: string) =>
  Object.entries(ENCODINGS)
    .flatMap(([how, encode]) => {
      const written = encode(word);
      const line = told.find((text) => text.includes(written) || text.includes(JSON.stringify(written).slice(1, -1)));
      const at = Math.max(line?.indexOf(written) ?? -1, line?.indexOf(JSON.stringify(written).slice(1, -1)) ?? -1);
      return line === undefined ? [] : [`${how}: …${line.slice(Math.max(0, at - 200), at + 100)}`];
    })
    .slice(0, 2);

test("no word stands in what leaves", async () => {
  // An outage is only a warning in preview, so that all are asked.
  for (const { fake, word } of declared) {
    const answer = (request: Received) => json(503, error(echoTo(request, word)));
    fake.faults.add({ name: "echo", effect: "none", on: "submit", times: Number.POSITIVE_INFINITY, answer });
  }
  await run("preview");
  if (usesCli) await reviewed();
  for (const { canary, fake, mode, word } of declared) {
    fake.faults.clear();
    const answer = (request: Received) => json(400, error(echoTo(request, word)));
    const ofCheck = ({ route, body }: Received) => route === "sql" && /SELECT (?:a"|'CANARY)/.test(body ?? "");
    const rows = canary.rows ? json(200, [{ a: word }, { a: word, b: echoOf(word) }]) : answer;
    fake.faults.add({ name: "check", effect: "none", on: ofCheck, times: Number.POSITIVE_INFINITY, answer: rows });
    const on = ({ route, body }: Received) => route === "submit" && !body?.includes("EXPLAIN PLAN FOR");
    const times = Number.POSITIVE_INFINITY;
    if (mode === "refuses") fake.faults.add({ name: "echo", effect: "none", on, times, delayMs: RUN_MS, answer });
  }
  const up = await run("up");
  await run("refresh");
  await run("up");
  for (const { fake, word } of declared) {
    const answer = (request: Received) => json(403, error(echoTo(request, word)));
    fake.faults.add({ name: "echo", effect: "none", on: ["noop", "statuses"], times: 3, answer });
  }
  await run("destroy");

  const found = declared.flatMap(({ name, word }) => leaks(word).map((where) => `${name}, ${where}`));
  expect(found).toEqual([]);
  const parts = told.join("").match(/.{60}CANARY.{60}/g) ?? [];
  // Pulumi shows the query of a program that leaves its password in the open.
  expect(parts.filter((part) => !CANARIES.some(({ what, open }) => open && part.includes(`CANARY ${what}`)))).toEqual(
    [],
  );
  // What helps is told all the same. On a busy machine most have not begun when the first one fails.
  const failed = declared.filter(
    ({ name, mode }) => mode === "fails" && up.includes(`Cannot create ingestion "${name}"`),
  );
  expect(failed.length).toBeGreaterThan(0);
  expect(up).toMatch(/failed (in stage .*)?on \S+: UnknownError: /);
  expect(up).toContain("400 ");
});

/** What a review of the preview says. */
async function reviewed(): Promise<void> {
  const { output } = await stack.run("preview", program(), "--json");
  told.push(JSON.stringify(plain(JSON.parse(output.slice(output.indexOf("{"))))));
  const main = join(__dirname, "../../dist/cli/main.js");
  const { stdout, stderr } = spawnSync(process.execPath, [main, "review"], { input: output, encoding: "utf8" });
  told.push(stdout, stderr);
}
