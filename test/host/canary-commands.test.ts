/**
 * A word in each place where the commands and functions take a login from, before servers that repeat all they were sent
 * in every encoding and in every part of an answer: it stands in nothing that a command prints or saves, nor in an error
 * that a function throws.
 */
import { inspect } from "node:util";
import { afterEach, describe, expect, test } from "@jest/globals";
import { createHttpClient, createHttpInspector } from "../../src/druid/http-client";
import { druidQuery } from "../../src/query";
import { getReport, getStatus } from "../../src/tasks";
import { ENCODINGS } from "../harness/encodings";
import { cli } from "../unit/cli/outside";
import { recorded } from "../unit/druid/recorded";
import { type Asked, certificate, InstantClock, type Reply, startWeb, stopAllWebs } from "../unit/druid/web";

afterEach(stopAllWebs);

const LONG = `CANARY p"/w'o<r>d&\\1`;
const TOKEN = "CANARY/token+0123456789==";
const key = certificate.key.split("\n")[1] ?? "";
type Login = (url: string) => Record<string, string>;
const encoded = encodeURIComponent(LONG);

/** By what holds the word. */
const LOGINS: Record<string, [word: string, env: Login]> = {
  password: [LONG, () => ({ DRUID_USERNAME: "loader", DRUID_PASSWORD: LONG })],
  "short password": ["Zq7", () => ({ DRUID_USERNAME: "loader", DRUID_PASSWORD: "Zq7" })],
  token: [TOKEN, () => ({ DRUID_TOKEN: TOKEN })],
  "header of odd case": [LONG, () => ({ DRUID_HEADERS: JSON.stringify({ "x-aPI-KEY": LONG }) })],
  "login in a header": [TOKEN, () => ({ DRUID_HEADERS: JSON.stringify({ AUTHORIZATION: `bearer ${TOKEN}` }) })],
  cookie: [TOKEN, () => ({ DRUID_HEADERS: JSON.stringify({ cookie: `theme=dark; sid=${TOKEN}` }) })],
  "login in the url": [LONG, (url) => ({ DRUID_URL: url.replace("//", `//loader:${encoded}@`) })],
  "key of a certificate": [key, () => ({ DRUID_CLIENT_CERT: certificate.cert, DRUID_CLIENT_KEY: certificate.key })],
};

/** A short word is in many texts: only those forms that are words are looked for. */
const FORMS = Object.entries(ENCODINGS);
const formsOf = (word: string) => (word.length < 4 ? FORMS.filter(([, encode]) => encode(word) === word) : FORMS);

const echoOf = (word: string, { headers, body }: Asked) =>
  `${formsOf(word).map(([, encode]) => `(${encode(word)})`)} ${JSON.stringify(headers)} ${body}`;
const druidError = (said: string) =>
  JSON.stringify({ error: said, errorCode: said, category: said, errorMessage: said, context: { line: 1, column: 1 } });

type Answer = [status: number, headers: Record<string, string>, body: string];

/** The same answer to every request. */
const ANSWERS: Record<string, (said: string, word: string) => Answer> = {
  ...Object.fromEntries(
    [400, 401, 403, 404, 407, 429, 500].map((status) => [
      `an error ${status}`,
      (said: string): Answer => [status, { "content-type": "application/json" }, druidError(said)],
    ]),
  ),
  text: (said) => [500, { "content-type": "text/plain" }, said],
  page: (said) => [200, { "content-type": "text/html" }, `<html><title>Error 500 ${said}</title>${said}</html>`],
  "an odd type": (_, word) => [200, { "content-type": `text/${encodeURIComponent(word)}` }, "no"],
  "odd JSON": (said) => [200, { "content-type": "application/json" }, JSON.stringify({ [said]: said })],
  "an odd time to wait": (said, word) => [503, { "retry-after": encodeURIComponent(word) }, said],
  "a login page": (_, word) => [302, { location: `/login?token=${encodeURIComponent(word)}` }, ""],
  "another host": (_, word) => [
    307,
    { location: `http://loader:${encodeURIComponent(word)}@other.invalid/${encodeURIComponent(word)}` },
    "",
  ],
  "a circle": (_, word) => [307, { location: `/x?password=${encodeURIComponent(word)}` }, ""],
};

/** A recorded answer with the words in every text but those that decide. */
function swollen(name: string, said: string): string {
  const kept = /^(?:SUCCESS|FAILED|RUNNING|FINISHED|query_controller|multiStageQuery|[\d:.TZ-]+|query-x)$/;
  const put = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(put);
    if (typeof value === "object" && value !== null)
      return Object.fromEntries(Object.entries(value).map(([at, one]) => [at, put(one)]));
    return typeof value === "string" && !kept.test(value) ? said : value;
  };
  const body = JSON.stringify(recorded(name).body).replaceAll("query-failed", "query-x");
  return JSON.stringify(put(JSON.parse(body)));
}

/** A Druid that works, and repeats what it hears wherever there is a text. */
const working = (path: string, said: string): Answer => {
  const json = { "content-type": "application/json" };
  const answers: [RegExp, string][] = [
    [/\/task\/[^/]+\/status$/, swollen("37.0.0/status-failed", said)],
    [/\/task\/[^/]+\/reports$/, swollen("37.0.0/report-failed", said)],
    [/\/v1\/task\/[^/]+$/, "{}"],
    [/\/status\/health$/, "true"],
    [/\/sql\/task\/enabled$/, '{"enabled":true}'],
    [/\/isLeader$/, '{"leader":true}'],
    [/\/workers$/, JSON.stringify([{ worker: { host: said, capacity: 4 }, currCapacityUsed: 1 }])],
    [/\/rules\//, JSON.stringify([{ type: said }, { type: `drop${said}` }])],
    [/\/servers\?/, JSON.stringify([{ host: said, type: "historical" }])],
    [/\/status\/properties$/, JSON.stringify({ "druid.indexer.storage.type": said, "druid.coordinator.period": said })],
    [/\/status$/, JSON.stringify({ version: said, modules: [] })],
    [/\/sql\/task$/, JSON.stringify([{ PLAN: "[]", RESOURCES: said, ATTRIBUTES: "{}" }])],
    [/\/sql$/, "[]"],
  ];
  const [, body = "[]"] = answers.find(([pattern]) => pattern.test(path)) ?? [];
  return [200, json, body];
};

const COMMANDS = {
  doctor: ["doctor", "--into", "wiki"],
  "doctor as JSON": ["doctor", "--json"],
  task: ["task", "query-x"],
  "task as a picture": ["task", "query-x", "--svg", "task.svg"],
};

async function told(words: string[], word: string, login: Login, answer: (asked: Asked, said: string) => Answer) {
  const reply: Reply = (response, asked) => {
    const [status, headers, body] = answer(asked, echoOf(word, asked));
    response.writeHead(status, Object.fromEntries(Object.entries(headers))).end(body);
  };
  const web = await startWeb(reply);
  let saved = "";
  const { out, err } = await cli(words, {
    env: { DRUID_URL: web.url, ...login(web.url) },
    clock: { now: () => 0, sleep: (_ms, signal) => new Promise((_, end) => signal?.addEventListener("abort", end)) },
    save: async (_path, text) => {
      saved = text;
    },
    druid: (connection) => createHttpClient({ connection, clock: new InstantClock(), random: () => 0 }),
    inspector: (connection) => createHttpInspector({ connection }),
  });
  expect(web.asked.length).toBeGreaterThan(0);
  expect(out + err).not.toBe("");
  return out + err + saved;
}

/** The first place of each form of the word. */
const leaks = (text: string, word: string) => {
  const plain = text.replace(/\s+/g, " ");
  return formsOf(word).flatMap(([how, encode]) => {
    const forms = [encode(word), JSON.stringify(encode(word)).slice(1, -1)];
    const at = Math.max(...forms.map((form) => plain.indexOf(form)));
    return at === -1 ? [] : [`${how}: …${plain.slice(Math.max(0, at - 80), at + 40)}`];
  });
};

const logins = Object.entries(LOGINS);

describe.each(Object.entries(COMMANDS))("%s tells no secret", (_command, words) => {
  test.each(logins)("before a Druid that works and repeats all: %s", async (_name, [word, env]) => {
    const text = await told(words, word, env, ({ path }, said) => working(path, said));
    expect(leaks(text, word).slice(0, 3)).toEqual([]);
    // Much of what it said is told.
    expect(text.split("[secret]").length).toBeGreaterThan(10);
  });

  // Two kinds of login for each answer, in turn.
  test.each(Object.entries(ANSWERS).map(([name, answer], index) => [name, answer, index] as const))(
    "before a server that answers with %s",
    async (_name, answer, index) => {
      for (const at of [index, index + 3]) {
        const [what, [word, env]] = logins[at % logins.length] ?? (logins[0] as (typeof logins)[number]);
        const text = await told(words, word, env, (_, said) => answer(said, word));
        expect([what, ...leaks(text, word).slice(0, 3)]).toEqual([what]);
      }
    },
  );
});

/** Those that a program would ask again for ten seconds. */
const PASSING = ["an error 429", "an odd time to wait", "a circle"];
const FUNCTIONS: Record<string, () => Promise<unknown>> = {
  druidQuery: () => druidQuery("SELECT 1"),
  "druidQuery of what a query holds": () => druidQuery(`SELECT '${LONG}', '${TOKEN}'`),
  getStatus: () => getStatus("query-x"),
  getReport: () => getReport("query-x"),
};

describe.each(Object.entries(FUNCTIONS))("what %s throws", (_function, call) => {
  const lasting = Object.entries(ANSWERS).filter(([name]) => !PASSING.includes(name));
  test.each(lasting.map(([name, answer], index) => [name, answer, index] as const))(
    "holds no secret, with all its parts, before a server that answers with %s",
    async (_name, answer, index) => {
      const [what, [word, login]] = logins[index % logins.length] ?? (logins[0] as (typeof logins)[number]);
      const web = await startWeb((response, asked) => {
        const [status, headers, body] = answer(echoOf(word, asked), word);
        response.writeHead(status, headers).end(body);
      });
      const env = { DRUID_URL: web.url, ...login(web.url) };
      Object.assign(process.env, env);
      try {
        const ended = await call().catch((error: unknown) => error);
        // Some of these answers mean that there is no report.
        if (ended !== undefined) expect(ended).toMatchObject({ message: expect.stringMatching(/^Cannot /) });
        const text = inspect(ended, { depth: 9, showHidden: true });
        expect([what, ...leaks(text, word).slice(0, 3)]).toEqual([what]);
      } finally {
        for (const name of Object.keys(env)) delete process.env[name];
      }
    },
  );
});
