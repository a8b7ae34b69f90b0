import { describe, expect, test } from "@jest/globals";
import { httpError } from "../../../../src/druid/transport/http-error";

const server = {
  url: "http://router:8888",
  host: "router",
  isTls: false,
  login: "password" as const,
  requestTimeoutSeconds: 60,
  secrets: ['sword"fish'],
};
const errorOf = (detail: string, query = "SELECT 1", status = 500) => {
  const call = {
    action: "ask",
    method: "POST" as const,
    path: "/x",
    changes: false,
    permission: "READ",
    sql: { query },
  };
  return httpError(call, server, {
    status,
    contentType: "text/html",
    text: `<title>Error ${status} ${detail}</title>`,
  });
};

describe("entities in Druid's errors", () => {
  test("are decoded", () => {
    const { message } = errorOf("Cannot construct &quot;x&quot;: a &lt; b &amp;&amp; it&#39;s &#x22;so&#x22;");
    expect(message).toContain(`Cannot construct "x": a < b && it's "so"`);
  });

  test.each(["&unknown;", "&#xd800;", "&#99999999;", "a & b;", "&#7;"])(
    "are left as they are if they mean nothing: %s",
    (text) => {
      expect(errorOf(`${text} x`).message).toContain(`${text} x`);
    },
  );

  test("do not keep a secret from being masked", () => {
    expect(errorOf("wrong sword&quot;fish").message).not.toContain("fish");
  });

  test("do not uncover a literal of the query that only looks encoded", () => {
    expect(errorOf("bad value a&amp;b77", "SELECT 'a&amp;b77'").message).not.toContain("b77");
  });
});

test("a redirect to a login page does not count as a moved address", () => {
  expect(errorOf("Found", "SELECT 1", 302).message).toMatch(
    /302 Found: Found; a login page, a proxy or a moved address/,
  );
});
