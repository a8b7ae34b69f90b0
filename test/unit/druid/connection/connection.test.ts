import { describe, expect, test } from "@jest/globals";
import { connectionSecrets, findConnection, resolveConnection } from "../../../../src/druid/connection/connection";
import { certificate } from "../web";

const { cert, key } = certificate;

type Texts = Record<string, string>;
const configOf = (values: Texts) => (name: string) => values[name];
const find = (input: unknown, config: Texts = {}, env: Texts = {}) => findConnection(input, configOf(config), env);
const faults = (...args: Parameters<typeof find>) =>
  find(...args).faults.map(({ path, reason }) => `${path}: ${reason}`);

describe("findConnection()", () => {
  test("fills in what is not given", () => {
    const expected = { url: "http://router:8888", headers: {}, tls: {}, requestTimeoutSeconds: 60 };
    expect(find({ url: "http://router:8888" }).connection).toEqual(expected);
  });

  test.each([
    ["http://router:8888/", "http://router:8888"],
    ["HTTPS://Router/", "https://router"],
    ["https://host:443/a/druid//", "https://host/a/druid"],
    ["http://[::1]:8888", "http://[::1]:8888"],
  ])("writes the url %s as %s", (given, expected) => {
    expect(find({ url: given }).connection?.url).toBe(expected);
  });

  test("moves username and password out of the url", () => {
    const { connection } = find({ url: "https://a%20b:p%2Fq%3Ar@router/x" });
    expect(connection).toMatchObject({ url: "https://router/x", username: "a b", password: "p/q:r" });
  });

  test.each([
    ["the input", { url: "http://one" }, "http://one"],
    ["a named cluster", { cluster: "prod" }, "http://two"],
    ["the stack config", undefined, "http://three"],
  ])("takes %s before what comes later", (_name, input, expected) => {
    const config = { "druid:clusters": '{"prod":{"url":"http://two"}}', "druid:url": "http://three" };
    expect(find(input, config, { DRUID_URL: "http://four" }).connection?.url).toBe(expected);
  });

  test("takes the environment last", () => {
    expect(find(undefined, {}, { DRUID_URL: "http://four" }).connection?.url).toBe("http://four");
    expect(find({}, { "druid:url": "" }, { DRUID_URL: "http://four" }).connection?.url).toBe("http://four");
  });

  test("never takes credentials from a source that did not give the url", () => {
    const config = { "druid:username": "config", "druid:password": "secret", "druid:token": "token" };
    const env = { DRUID_URL: "http://four", DRUID_HEADERS: '{"X-Env":"1"}' };
    const bare = { url: "http://one", headers: {}, tls: {}, requestTimeoutSeconds: 60 };
    expect(find({ url: "http://one" }, config, env).connection).toEqual(bare);
    expect(find({}, config, env).connection).toEqual({ ...bare, url: "http://four", headers: { "X-Env": "1" } });
  });

  test("reads every key of the stack config", () => {
    const { connection } = find(
      {},
      {
        "druid:url": "https://router",
        "druid:username": "u",
        "druid:password": "p",
        "druid:headers": '{"X-Team":"data"}',
        "druid:caCert": cert,
        "druid:clientCert": cert,
        "druid:clientKey": key,
        "druid:insecureSkipVerify": "true",
        "druid:requestTimeoutSeconds": "7.5",
      },
    );
    expect(connection).toEqual({
      url: "https://router",
      username: "u",
      password: "p",
      headers: { "X-Team": "data" },
      tls: { ca: cert, cert, key, insecureSkipVerify: true },
      requestTimeoutSeconds: 7.5,
    });
  });

  test("reads every variable of the environment", () => {
    const { connection } = find(
      {},
      {},
      {
        DRUID_URL: "https://router",
        DRUID_TOKEN: "t",
        DRUID_HEADERS: '{"X-Team":"data"}',
        DRUID_CA_CERT: cert,
        DRUID_CLIENT_CERT: cert,
        DRUID_CLIENT_KEY: key,
        DRUID_INSECURE_SKIP_VERIFY: "false",
        DRUID_REQUEST_TIMEOUT_SECONDS: "9",
      },
    );
    expect(connection).toEqual({
      url: "https://router",
      token: "t",
      headers: { "X-Team": "data" },
      tls: { ca: cert, cert, key, insecureSkipVerify: false },
      requestTimeoutSeconds: 9,
    });
  });

  test("lets the program set the time-out beside another source's url", () => {
    const own = { requestTimeoutSeconds: 5 };
    expect(find(own, {}, { DRUID_URL: "http://four" }).connection).toMatchObject({ requestTimeoutSeconds: 5 });
    const clusters = { "druid:clusters": '{"prod":{"url":"http://two","requestTimeoutSeconds":9}}' };
    expect(find({ cluster: "prod", ...own }, clusters).connection).toMatchObject({ requestTimeoutSeconds: 5 });
  });

  test("says where a url may stand when there is none", () => {
    expect(faults(undefined)).toEqual([
      'connection: has no url; set "connection.url" in the program, "druid:url" in the stack config or DRUID_URL in the environment',
    ]);
  });
});

describe("resolveConnection()", () => {
  test("throws every fault as one error of kind invalidInput", () => {
    const resolve = () => resolveConnection({ url: "router:8888", password: "p" }, () => undefined, {});
    expect(resolve).toThrow(
      expect.objectContaining({
        kind: "invalidInput",
        message:
          'Cannot connect to Druid: "connection.url" must begin with "http://" or "https://"; ' +
          '"connection.password" is set without "username"',
      }),
    );
  });
});

describe("connectionSecrets()", () => {
  test("lists credentials in every form in which a server may repeat them", () => {
    const base = { headers: { "X-Key": 'k"ey' }, tls: { key }, requestTimeoutSeconds: 1, url: "http://x" };
    const secrets = connectionSecrets({ ...base, username: "user", password: "pass word" });
    const basic = Buffer.from("user:pass word").toString("base64");
    expect(secrets).toEqual(expect.arrayContaining(["pass word", "pass%20word", basic, 'k"ey', 'k\\"ey', key]));
    expect(secrets).not.toContain("user");
    expect(connectionSecrets({ ...base, token: "t0ken" })).toContain("t0ken");
  });
});
