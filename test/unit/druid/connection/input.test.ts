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
    ["http://router", /^connection: must be of type object$/],
    [{ url, urll: "x" }, /^connection\.urll: "urll" is not a known key$/],
    [{ url, tls: { caa: "x" } }, /^connection\.tls\.caa: "caa" is not a known key$/],
    [{ url: 5 }, /^connection\.url: must be of type string$/],
    [{ url: "" }, /^connection\.url: is empty$/],
    [{ url: "router" }, /^connection\.url: is not a URL; /],
    [{ url: "router:8888" }, /^connection\.url: must begin with "http:\/\/" or "https:\/\/"$/],
    [{ url: "ftp://router" }, /^connection\.url: must begin with/],
    [{ url: "http://router/?a=1" }, /^connection\.url: has a query or fragment/],
    [{ url: "http://router/?" }, /^connection\.url: has a query or fragment/],
    [{ url: "http://router/#a" }, /^connection\.url: has a query or fragment/],
    [{ url: "http://router:8888/unified-console.html" }, /^connection\.url: is the address of a page or an API/],
    [{ url: "http://router:8888/druid/v2/sql" }, /^connection\.url: is the address of a page or an API/],
    [{ url: "http://user@router" }, /^connection\.url: has a username or a password but not both$/],
    [
      { url: "http://a%:b@router" },
      /^connection\.url: has a username or password that is not percent-encoded correctly$/,
    ],
    [{ url: "http://a%3Ab:c@router" }, /^connection\.url: has a username with a colon/],
    [{ url: "http://a:b@router", username: "a", password: "b" }, /^connection\.url: contains a username, and/],
    [{ url, username: "a" }, /^connection\.username: is set without "password"$/],
    [{ url, password: "a" }, /^connection\.password: is set without "username"$/],
    [{ url, username: "a:b", password: "c" }, /^connection\.username: contains a colon/],
    [{ url, username: "a", password: "b", token: "c" }, /^connection\.token: is a second way to log in/],
    [{ url: "http://a:b@router", token: "c" }, /^connection\.token: is a second way to log in/],
    [{ url, token: "c", headers: { authorization: "d" } }, /^connection\.token: is a second way to log in/],
    [{ url, username: "a", password: "b", headers: { Authorization: "d" } }, /^connection\.headers: is a second way/],
    [{ url, token: "a\nb" }, /^connection\.token: contains characters that are not allowed in a header$/],
    [{ url, headers: { "a b": "c" } }, /^connection\.headers\["a b"\]: is not a valid header name$/],
    [{ url, headers: { "X-A": "b\r\nc" } }, /^connection\.headers\["X-A"\]: contains characters/],
    [{ url, headers: { "Content-Type": "text/plain" } }, /^connection\.headers: "content-type" is set by the client/],
    [{ url, tls: { ca: "/etc/ca.pem" } }, /^connection\.tls\.ca: is not a PEM certificate; set its text, not a path$/],
    [{ url, tls: { ca: `${cert}${cert.replace("MII", "XXX")}` } }, /^connection\.tls\.ca: is not a PEM certificate/],
    [{ url, tls: { cert } }, /^connection\.tls\.cert: is set without "tls.key"$/],
    [{ url, tls: { key } }, /^connection\.tls\.key: is set without "tls.cert"$/],
    [{ url, tls: { cert: "x", key } }, /^connection\.tls\.cert: is not a PEM certificate/],
    [{ url, tls: { cert, key: "x" } }, /^connection\.tls\.key: must be the PEM key/],
    [{ url, tls: { insecureSkipVerify: "yes" } }, /^connection\.tls\.insecureSkipVerify: must be of type boolean$/],
    [{ url, requestTimeoutSeconds: 0 }, /^connection\.requestTimeoutSeconds: must be above 0$/],
    [{ url, requestTimeoutSeconds: 1e9 }, /^connection\.requestTimeoutSeconds: must be 3600 or less$/],
    [{ url, cluster: "prod" }, /^connection\.url: cannot be combined with "cluster"/],
    [{ cluster: "prod", token: "a" }, /^connection\.token: cannot be combined with "cluster"/],
    [{ token: "a" }, /^connection\.token: is set without "url"; .*it is never sent to a url from another source$/],
    [{ tls: { insecureSkipVerify: true } }, /^connection\.tls: is set without "url"/],
    [{ cluster: "prod" }, /^connection\.cluster: names "prod", but the stack config has no "druid:clusters"$/],
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
      'connection.cluster: names "a", but stack config "druid:clusters" is not a JSON object',
    ],
    [
      "a cluster not there",
      { cluster: "a" },
      clusters('{"b":{},"c":{}}'),
      {},
      'connection.cluster: names "a", but stack config "druid:clusters" contains only "b", "c"',
    ],
    [
      "an inherited name",
      { cluster: "toString" },
      clusters("{}"),
      {},
      'connection.cluster: names "toString", but stack config "druid:clusters" is empty',
    ],
    [
      "a cluster without url",
      { cluster: "a" },
      clusters('{"a":{}}'),
      {},
      'connection.cluster: cannot be used: stack config "druid:clusters" at a.url is missing',
    ],
    [
      "a cluster's bad key",
      { cluster: "a" },
      clusters('{"a":{"url":"http://x","tls":{"ca":"x"}}}'),
      {},
      'connection.cluster: cannot be used: stack config "druid:clusters" at a.tls.ca is not a PEM certificate; set its text, not a path',
    ],
    [
      "config's bad headers",
      {},
      { "druid:url": "http://x", "druid:headers": "nope" },
      {},
      'connection: cannot be used: stack config "druid:headers" must be of type object',
    ],
    [
      "config's bad certificate",
      {},
      { "druid:url": "http://x", "druid:caCert": "x" },
      {},
      'connection: cannot be used: stack config "druid:caCert" is not a PEM certificate; set its text, not a path',
    ],
    [
      "the environment's bad number",
      {},
      {},
      { DRUID_URL: "http://x", DRUID_REQUEST_TIMEOUT_SECONDS: "soon" },
      "connection: cannot be used: the environment's DRUID_REQUEST_TIMEOUT_SECONDS must be of type number",
    ],
    [
      "the environment's bad boolean",
      {},
      {},
      { DRUID_URL: "http://x", DRUID_INSECURE_SKIP_VERIFY: "1" },
      "connection: cannot be used: the environment's DRUID_INSECURE_SKIP_VERIFY must be of type boolean",
    ],
    [
      "the environment's half login",
      {},
      {},
      { DRUID_URL: "http://x", DRUID_USERNAME: "u" },
      'connection: cannot be used: the environment\'s DRUID_USERNAME is set without "password"',
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
