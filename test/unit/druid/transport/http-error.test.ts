import { inspect } from "node:util";
import { describe, expect, test } from "@jest/globals";
import type { DruidHttpError } from "../../../../src/base/errors";
import type { Call, Server } from "../../../../src/druid/transport/call";
import { httpError } from "../../../../src/druid/transport/http-error";
import { unreachable } from "../../../../src/druid/transport/unreachable";
import { bodyText, recorded } from "../recorded";
import { clientFor, failureOf, replay, reply, startWeb, stopAllWebs } from "../web";

const server: Server = {
  url: "http://router:8888",
  host: "router",
  isTls: false,
  login: "password",
  requestTimeoutSeconds: 60,
  secrets: ["swordfish"],
};
const submit: Call = {
  action: "submit the query to",
  method: "POST",
  path: "/druid/v2/sql/task",
  changes: true,
  permission: "WRITE on the target datasource",
};
const answerOf = (name: string) => {
  const answer = recorded(name);
  return { status: answer.status, contentType: (answer.contentType ?? "").split(";")[0] ?? "", text: bodyText(answer) };
};
const errorOf = (name: string, more: Partial<Call> = {}, at: Partial<Server> = {}) =>
  httpError({ ...submit, ...more }, { ...server, ...at }, answerOf(name));
const plain = (status: number, text = "", contentType = "text/plain") =>
  httpError(submit, server, { status, contentType, text });

describe("httpError()", () => {
  test.each<[name: string, message: string]>([
    ["27.0.0/submit-missing-table", "400 INVALID_INPUT: Object 'missing' not found (line 2, column 15 of the query)"],
    [
      "27.0.0/submit-bad-context",
      "400 INVALID_INPUT: MSQ context maxNumTasks [1] cannot be less than 2, since at least 1 controller and 1 worker is necessary",
    ],
    ["27.0.0/sql-missing-table", "400 INVALID_INPUT: Object 'nothing' not found (line 1, column 15 of the query)"],
    [
      "27.0.0/submit-duplicate",
      '500 UNCATEGORIZED: org.apache.druid.rpc.HttpResponseException: Server error [400 Bad Request]; body: {"error":"Task [query-done-insert] already exists."}',
    ],
    ["27.0.0/noop-duplicate", "400 Bad Request: Task [query-done-2] already exists"],
    [
      "27.0.0/outage-submit",
      "500 UNCATEGORIZED: org.apache.druid.rpc.ServiceNotAvailableException: Service [overlord] is not available",
    ],
    [
      "27.0.0/outage-status",
      "400 Bad Request: Unable to determine destination for [/druid/indexer/v1/task/query-done-insert/status]; is your coordinator/overlord running?; check that Druid's Coordinator and Overlord are running",
    ],
    ["27.0.0/forbidden-submit", "403 FORBIDDEN: Unauthorized; grant WRITE on the target datasource"],
    ["27.0.0/forbidden-statuses", "403 Forbidden: Allowed:false, Message:; grant WRITE on the target datasource"],
    ["27.0.0/unauthorized-none", "401 Unauthorized: Unauthorized request; check username and password"],
    ["27.0.0/unauthorized-wrong", "401 Unauthorized: User authentication failed; check username and password"],
    ["27.0.0/unauthorized-wrong-html", "401 Unauthorized: User authentication failed.; check username and password"],
    [
      "27.0.0/path-unknown",
      "404 Not Found; point the url to Druid's Router; on Druid before 35 also load the extension druid-multi-stage-query",
    ],
    [
      "by-hand-24/submit-bad-sql",
      '400 Bad Request: Encountered "FORM", expected the end, "FROM" (line 3, column 10 of the query)',
    ],
    ["by-hand-24/submit-bad-plan", "400 Bad Request: Object 'missing' not found (line 2, column 15 of the query)"],
    ["by-hand-24/submit-forbidden", "403 Forbidden: Unauthorized; grant WRITE on the target datasource"],
    ["by-hand-24/unauthorized", "401 Unauthorized: User authentication failed"],
    [
      "by-hand-28/submit-legacy-error",
      "504 TIMEOUT: Query did not complete within configured timeout period; check that all of Druid's services are running",
    ],
    [
      "37.0.0/submit-duplicate",
      '500 UNCATEGORIZED: org.apache.druid.rpc.HttpResponseException: Server error [400 Bad Request]; body: {"error":"druidException","errorCode":"entryAlreadyExists","persona":"USER","category":"INVALID_INPUT","errorMessage":"Task[query-done-insert] already exists","context":{}}',
    ],
    ["37.0.0/noop-duplicate", "400 INVALID_INPUT: Task[query-done-2] already exists"],
    [
      "37.0.0/outage-status",
      "503 Service Unavailable: Unable to determine destination[/druid/indexer/v1/task/query-done-insert/status]; is your coordinator/overlord running?; check that Druid's Coordinator and Overlord are running",
    ],
    ["37.0.0/forbidden-submit", "403 FORBIDDEN: Unauthorized; grant WRITE on the target datasource"],
    ["37.0.0/forbidden-statuses", "403 Forbidden: Unauthorized; grant WRITE on the target datasource"],
    ["37.0.0/unauthorized-wrong", "401 Unauthorized: User authentication failed; check username and password"],
  ])("words %s", (name, message) => {
    const expected = `Cannot submit the query to "http://router:8888": ${message}`.replace(/\.(?=; |$)/, "");
    expect(errorOf(name).message.slice(0, expected.length)).toBe(expected);
  });

  test.each<[name: string, fields: Partial<DruidHttpError>]>([
    [
      "27.0.0/submit-missing-table",
      { status: 400, errorCode: "invalidInput", category: "INVALID_INPUT", position: { line: 2, column: 15 } },
    ],
    ["27.0.0/submit-bad-word", { status: 400, position: { line: 1, column: 31 } }],
    ["27.0.0/submit-no-partitions", { errorCode: "invalidInput", position: undefined }],
    ["27.0.0/forbidden-statuses", { status: 403, errorCode: undefined, category: undefined }],
    ["27.0.0/unauthorized-none", { status: 401, detail: "Unauthorized request", errorCode: undefined }],
    ["by-hand-24/submit-bad-sql", { errorCode: "SQL parse failed", position: { line: 3, column: 10 } }],
    ["by-hand-24/submit-bad-plan", { errorCode: "Plan validation failed", position: { line: 2, column: 15 } }],
    ["by-hand-28/submit-legacy-error", { errorCode: "legacyQueryException", category: "TIMEOUT" }],
    ["37.0.0/submit-bad-word", { status: 400, errorCode: "invalidInput", position: { line: 1, column: 31 } }],
  ])("takes the fields of %s", (name, fields) => {
    expect(errorOf(name)).toMatchObject(fields);
  });

  test.each<[at: Partial<Server>, nextStep: string]>([
    [{ login: "none" }, "no credentials were given: set username and password, or token"],
    [
      { login: "passwordWithColon" },
      "check username and password; Druid 27 and older reject any password with a colon, even the correct one",
    ],
    [{ login: "token" }, "check the token, and that it belongs to this url"],
    [{ login: "headers" }, "check the credentials in the headers, and that they belong to this url"],
  ])("says what to do about a 401: %j", (at, nextStep) => {
    expect(errorOf("27.0.0/unauthorized-colon", {}, at).message).toMatch(new RegExp(`: Unauthorized; ${nextStep}$`));
  });

  test("tells a 404 of anything but SQL tasks from one of theirs", () => {
    const { message } = errorOf("27.0.0/path-unknown", { path: "/druid/indexer/v1/workers" });
    expect(message).toMatch(
      /; check that the url is that of Druid's Router, with druid\.router\.managementProxy\.enabled=true$/,
    );
  });

  test.each([405, 501])("the page of another server, with %d, leads to the Router's address", (status) => {
    const { message } = plain(status, "<html><title>Not here</title></html>", "text/html");
    expect(message).toMatch(/: an HTML page; check that the url is that of Druid's Router/);
  });

  test("describes a page or another service, and quotes neither", () => {
    expect(plain(502, "<html><title>502 Bad Gateway</title>secret</html>", "text/html").detail).toBe("an HTML page");
    expect(plain(500, '{"secret":"x"}', "application/json").detail).toBe(
      "JSON (application/json) that is not a Druid error",
    );
    expect(plain(500).detail).toBe("");
  });

  test("cuts what is too long to read in the message, and keeps it in the detail", () => {
    const { message, detail } = plain(500, "long ".repeat(600));
    expect(message.length).toBeLessThan(1_700);
    expect(detail.length).toBeGreaterThan(2_900);
  });

  test("leaves out what Druid said, and keeps the position, where the query is a secret", () => {
    const error = errorOf("27.0.0/submit-missing-table", { sql: { query: "SELECT 1" } }).withoutDetail();
    expect(error.message).toBe(
      'Cannot submit the query to "http://router:8888": 400 INVALID_INPUT (line 2, column 15 of the query); run the ' +
        "query behind EXPLAIN PLAN FOR in Druid's console, with its parameters and context, to read the reason, which is " +
        "not shown here because it may quote secrets",
    );
    expect(error).toMatchObject({ status: 400, errorCode: "invalidInput", detail: "" });
    expect(inspect(error)).not.toContain("missing");
  });

  test("says where the reason can be read if it leaves it out, and has nothing better to say", () => {
    const sql = { query: "SELECT 1" };
    const told = (status: number, text: string, call: Partial<Call> = {}) =>
      httpError({ ...submit, ...call }, server, { status, contentType: "text/plain", text }).withoutDetail().message;
    expect(told(500, "Bad", { sql, path: "/druid/v2/sql" })).toContain("; run the query in Druid's console, with its ");
    expect(told(500, "Bad", { path: "/x" })).toMatch(/; look into Druid's log for the reason, which is not shown here/);
    expect(told(403, "Bad", { sql })).toMatch(/403 Forbidden; grant /);
    expect(told(500, "", { sql })).toMatch(/500 Internal Server Error$/);
  });

  test("hides secrets and the values of the query", () => {
    const sql = { query: "SELECT TIMESTAMP '2020-99-99'" };
    const text = "Cannot parse 2020-99-99 for swordfish at http://user:pw@host/x";
    const error = httpError({ ...submit, sql }, server, { status: 400, contentType: "text/plain", text });
    expect(error.detail).toBe("Cannot parse [value] for [secret] at http://host/x");
    expect(error.message).toContain(error.detail);
  });
});

describe("unreachable()", () => {
  const of = (code: string | undefined, syscall?: string, message = "") =>
    unreachable(submit, server, { code, syscall, message });

  test.each<[code: string | undefined, syscall: string | undefined, sent: boolean, words: string]>([
    ["ECONNREFUSED", "connect", false, "the connection was refused; check that Druid is running there"],
    ["ENOTFOUND", "getaddrinfo", false, 'the host name "router" is unknown; correct the url'],
    ["EAI_AGAIN", "getaddrinfo", false, 'the host name "router" could not be resolved; check'],
    ["EHOSTUNREACH", "connect", false, "no connection could be made (EHOSTUNREACH); check"],
    ["ETIMEDOUT", "connect", false, "no connection could be made (ETIMEDOUT); check"],
    ["EHOSTUNREACH", "read", true, "the connection broke before the answer was complete (EHOSTUNREACH)"],
    ["ETIMEDOUT", undefined, true, "no complete answer came within 60 s; check Druid's load"],
    ["ECONNABORTED", undefined, true, "no complete answer came within 60 s"],
    [
      "ECONNRESET",
      "read",
      true,
      "the connection broke before the answer was complete (ECONNRESET); check the logs of Druid and of any proxy in front of it, and check whether it needs https",
    ],
    ["EPIPE", "write", true, "the connection broke before"],
    [undefined, undefined, true, "the connection broke before"],
    ["CERT_HAS_EXPIRED", undefined, false, "its certificate has expired; renew it"],
    ["CERT_NOT_YET_VALID", undefined, false, "its certificate cannot be used (CERT_NOT_YET_VALID)"],
    ["SELF_SIGNED_CERT_IN_CHAIN", undefined, false, "its certificate comes from an authority that is not trusted here"],
    [
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
      undefined,
      false,
      "its certificate comes from an authority that is not trusted here",
    ],
    [
      "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
      undefined,
      false,
      "the TLS handshake failed (ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED); check the url's port and whether it needs http or https, and tls.cert",
    ],
    ["ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC", undefined, true, "the TLS handshake failed"],
  ])("words %s of %s, sent: %s", (code, syscall, sent, words) => {
    const error = of(code, syscall);
    expect(error).toMatchObject({ sent, code });
    expect(error.message).toContain(`Cannot submit the query to "http://router:8888": ${words}`);
  });

  test("hides secrets in what Node said", () => {
    expect(of(undefined, undefined, "odd swordfish").message).toContain("(odd [secret])");
  });
});

describe("no error shows a secret", () => {
  const password = "canary-password";
  const header = "canary-header";
  const literal = "canary-literal";
  const source = JSON.stringify({
    type: "http",
    uris: ["http://canary-uri/x"],
    httpAuthenticationPassword: "canary-inner",
  });
  const query = `INSERT INTO t SELECT '${literal}' FROM TABLE(EXTERN('${source}', '{"type":"json"}', '[]')) -- canary-comment`;
  const basic = Buffer.from(`user:${password}`).toString("base64");
  const echo = `${password} ${encodeURIComponent(password)} ${basic} ${header} ${literal} ${source} canary-inner http://canary-uri/x ${query}`;
  const druidError = { error: "druidException", errorMessage: echo, context: {} };

  test.each([
    ["Druid's error", reply(400, druidError)],
    ["a wrapped error", reply(500, { taskId: "x", state: "FAILED", error: druidError })],
    ["an older error", reply(500, { error: echo, errorMessage: echo, errorClass: "x" })],
    ["a text", reply(500, echo, { "content-type": "text/plain" })],
    ["Jetty's page", reply(500, `<title>Error 500 ${echo}</title>`, { "content-type": "text/html" })],
    ["a good status", reply(200, echo)],
    ["the wrong JSON", reply(200, { [echo]: echo })],
    ["a redirect", reply(307, "", { location: `http://user:${password}@127.0.0.1/${header}?${password}` })],
    ["the words of Druid's parser", replay("27.0.0/submit-bad-source")],
    ["a comment", reply(400, { ...druidError, errorMessage: "near canary-comment" })],
    [
      "a cut quote",
      reply(400, {
        ...druidError,
        errorMessage: `at [Source: (String)"{"a":"canary-in"[truncated 9 chars]; line: 1, column: 2] (through`,
      }),
    ],
  ])("that comes back in %s", async (_what, answer) => {
    const web = await startWeb(answer);
    try {
      const url = web.url.replace("//", `//user:${password}@`);
      const client = clientFor({ url }, { headers: { "X-Key": header } });
      const error = await failureOf(client.submit({ query }));
      const shown = [inspect(error, { depth: 9 }), JSON.stringify(error), error.message, error.stack, client.url].join(
        "\n",
      );
      expect(error.message).toContain("Cannot submit the query to");
      expect(shown).not.toMatch(/canary|swordfish/);
      expect(shown).not.toContain(basic);
    } finally {
      await stopAllWebs();
    }
  });
});
