import { describe, expect, test } from "@jest/globals";
import { findConnection } from "../../../../src/druid/connection/connection";
import { certificate } from "../web";

const { cert, key } = certificate;

type Texts = Record<string, string>;
const configOf = (values: Texts) => (name: string) => values[name];
const find = (input: unknown, config: Texts = {}, env: Texts = {}) => findConnection(input, configOf(config), env);
const faults = (...args: Parameters<typeof find>) =>
  find(...args).faults.map(({ path, reason }) => `${path}: ${reason}`);

describe("findConnection()", () => {
  const url = "http://router:8888";
  test.each<[input: unknown, fault: RegExp]>([
    ["http://router", /^connection: has to be of type object$/],
    [{ url, urll: "x" }, /^connection\.urll: "urll" is no key of it$/],
    [{ url, tls: { caa: "x" } }, /^connection\.tls\.caa: "caa" is no key of it$/],
    [{ url: 5 }, /^connection\.url: has to be of type string$/],
    [{ url: "" }, /^connection\.url: is empty$/],
    [{ url: "router" }, /^connection\.url: is no URL; /],
    [{ url: "router:8888" }, /^connection\.url: has to begin with "http:\/\/" or "https:\/\/"$/],
    [{ url: "ftp://router" }, /^connection\.url: has to begin with/],
    [{ url: "http://router/?a=1" }, /^connection\.url: has a query or fragment/],
    [{ url: "http://router/?" }, /^connection\.url: has a query or fragment/],
    [{ url: "http://router/#a" }, /^connection\.url: has a query or fragment/],
    [{ url: "http://router:8888/unified-console.html" }, /^connection\.url: names a page or an API path/],
    [{ url: "http://router:8888/druid/v2/sql" }, /^connection\.url: names a page or an API path/],
    [{ url: "http://user@router" }, /^connection\.url: has half of a username and password$/],
    [{ url: "http://a%:b@router" }, /^connection\.url: has a username or password that is not percent-encoded right$/],
    [{ url: "http://a%3Ab:c@router" }, /^connection\.url: has a username with a colon/],
    [{ url: "http://a:b@router", username: "a", password: "b" }, /^connection\.url: holds a username, and so does/],
    [{ url, username: "a" }, /^connection\.username: stands without "password"$/],
    [{ url, password: "a" }, /^connection\.password: stands without "username"$/],
    [{ url, username: "a:b", password: "c" }, /^connection\.username: holds a colon/],
    [{ url, username: "a", password: "b", token: "c" }, /^connection\.token: is a second way to log in/],
    [{ url: "http://a:b@router", token: "c" }, /^connection\.token: is a second way to log in/],
    [{ url, token: "c", headers: { authorization: "d" } }, /^connection\.token: is a second way to log in/],
    [{ url, username: "a", password: "b", headers: { Authorization: "d" } }, /^connection\.headers: is a second way/],
    [{ url, token: "a\nb" }, /^connection\.token: holds characters that a header cannot carry$/],
    [{ url, headers: { "a b": "c" } }, /^connection\.headers\["a b"\]: is no name of a header$/],
    [{ url, headers: { "X-A": "b\r\nc" } }, /^connection\.headers\["X-A"\]: holds characters/],
    [
      { url, headers: { "Content-Type": "text/plain" } },
      /^connection\.headers: "content-type" is written by the client/,
    ],
    [{ url, tls: { ca: "/etc/ca.pem" } }, /^connection\.tls\.ca: is no PEM certificate; give its text, not a path$/],
    [{ url, tls: { ca: `${cert}${cert.replace("MII", "XXX")}` } }, /^connection\.tls\.ca: is no PEM certificate/],
    [{ url, tls: { cert } }, /^connection\.tls\.cert: stands without "tls.key"$/],
    [{ url, tls: { key } }, /^connection\.tls\.key: stands without "tls.cert"$/],
    [{ url, tls: { cert: "x", key } }, /^connection\.tls\.cert: is no PEM certificate/],
    [{ url, tls: { cert, key: "x" } }, /^connection\.tls\.key: is no PEM key/],
    [{ url, tls: { insecureSkipVerify: "yes" } }, /^connection\.tls\.insecureSkipVerify: has to be of type boolean$/],
    [{ url, requestTimeoutSeconds: 0 }, /^connection\.requestTimeoutSeconds: has to be above 0$/],
    [{ url, requestTimeoutSeconds: 1e9 }, /^connection\.requestTimeoutSeconds: has to be 3600 or less$/],
    [{ url, cluster: "prod" }, /^connection\.url: "cluster" names a whole connection/],
    [{ cluster: "prod", token: "a" }, /^connection\.token: "cluster" names a whole connection/],
    [{ token: "a" }, /^connection\.token: stands without "url"; .*credentials never go to another source's url$/],
    [{ tls: { insecureSkipVerify: true } }, /^connection\.tls: stands without "url"/],
    [{ cluster: "prod" }, /^connection\.cluster: "prod" is set, but the stack config has no "druid:clusters"$/],
  ])("names the one fault of %j", (input, fault) => {
    expect(faults(input)).toEqual([expect.stringMatching(fault)]);
  });

  test("names all faults at once", () => {
    expect(faults({ url: "router:8888", password: "x", tls: { ca: "x" } })).toHaveLength(3);
  });

  const clusters = (text: string) => ({ "druid:clusters": text });
  test.each<[what: string, input: unknown, config: Texts, env: Texts, fault: string]>([
    [
      "clusters that are no JSON",
      { cluster: "a" },
      clusters("{"),
      {},
      'connection.cluster: "a" needs stack config "druid:clusters" to be a JSON object',
    ],
    [
      "a cluster not there",
      { cluster: "a" },
      clusters('{"b":{},"c":{}}'),
      {},
      'connection.cluster: "a" is not in stack config "druid:clusters"; it has "b", "c"',
    ],
    [
      "an inherited name",
      { cluster: "toString" },
      clusters("{}"),
      {},
      'connection.cluster: "toString" is not in stack config "druid:clusters"; it has none',
    ],
    [
      "a cluster without url",
      { cluster: "a" },
      clusters('{"a":{}}'),
      {},
      'connection.cluster: stack config "druid:clusters" at a.url is missing',
    ],
    [
      "a cluster's bad key",
      { cluster: "a" },
      clusters('{"a":{"url":"http://x","tls":{"ca":"x"}}}'),
      {},
      'connection.cluster: stack config "druid:clusters" at a.tls.ca is no PEM certificate; give its text, not a path',
    ],
    [
      "config's bad headers",
      {},
      { "druid:url": "http://x", "druid:headers": "nope" },
      {},
      'connection: stack config "druid:headers" has to be of type object',
    ],
    [
      "config's bad certificate",
      {},
      { "druid:url": "http://x", "druid:caCert": "x" },
      {},
      'connection: stack config "druid:caCert" is no PEM certificate; give its text, not a path',
    ],
    [
      "the environment's bad number",
      {},
      {},
      { DRUID_URL: "http://x", DRUID_REQUEST_TIMEOUT_SECONDS: "soon" },
      "connection: the environment's DRUID_REQUEST_TIMEOUT_SECONDS has to be of type number",
    ],
    [
      "the environment's bad boolean",
      {},
      {},
      { DRUID_URL: "http://x", DRUID_INSECURE_SKIP_VERIFY: "1" },
      "connection: the environment's DRUID_INSECURE_SKIP_VERIFY has to be of type boolean",
    ],
    [
      "the environment's half login",
      {},
      {},
      { DRUID_URL: "http://x", DRUID_USERNAME: "u" },
      'connection: the environment\'s DRUID_USERNAME stands without "password"',
    ],
  ])("names %s", (_what, input, config, env, fault) => {
    expect(faults(input, config, env)).toEqual([fault]);
  });

  test("quotes no value of a field that may hold a secret", () => {
    const secret = "swordfish";
    const inputs = [
      { url: `http://a:${secret}@x/?y` },
      { url: `nonsense ${secret}` },
      { url, password: secret },
      { url, token: `${secret}\n` },
      { url, headers: { "X-A": `${secret}\n` } },
      { url, tls: { ca: secret, cert: secret, key: secret } },
    ];
    for (const input of inputs) {
      expect(find(input).faults).not.toHaveLength(0);
      expect(JSON.stringify(find(input).faults)).not.toContain(secret);
    }
  });
});
