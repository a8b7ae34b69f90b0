/** The real transport before real TLS servers: whom it trusts, and what it says about the others. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import type { DruidUnreachableError } from "../../../../src/base/errors";
import { certificate, clientFor, failureOf, replay, startWeb, stopAllWebs } from "../web";

afterEach(stopAllWebs);

const ok = replay("27.0.0/status-running");
const once = { patienceMs: 0 };
const pem = (name: string) => readFileSync(join(__dirname, "../../../fixtures/tls", `${name}.pem`), "utf8");
const signed = (name: string) => ({ cert: pem(name), key: pem(`${name}-key`) });
const ca = pem("authority");

describe("a server with a certificate", () => {
  test.each(["localhost", "127.0.0.1"])("of the user's own authority is trusted as %s", async (host) => {
    const web = await startWeb(ok, signed("server"));
    const url = web.url.replace("localhost", host);
    await expect(clientFor({ url }, { tls: { ca } }).status("x", once)).resolves.toMatchObject({
      id: expect.any(String),
    });
  });

  test.each([
    [
      "of an authority that is not given",
      "server",
      {},
      /not trusted here \(UNABLE_TO_\w+\); set tls.ca to that authority's certificate/,
    ],
    ["of another authority", "server", { ca: certificate.cert }, /not trusted here .*set tls.ca/],
    ["that has expired", "expired", { ca }, /its certificate has expired; renew it on the server/],
    [
      "for another name",
      "other",
      { ca },
      /not valid for the name "localhost"; use a name that the certificate contains/,
    ],
  ])("%s gets no credentials", async (_what, name, tls, text) => {
    const web = await startWeb(ok, signed(name));
    const client = clientFor(web, { tls, username: "ann", password: "swordfish" });
    const error = await failureOf<DruidUnreachableError>(client.submit({ query: "SELECT 1" }));
    expect(error).toMatchObject({ kind: "unreachable", sent: false });
    expect(error.message).toMatch(text);
    expect(web.asked).toEqual([]);
  });

  test.each(["expired", "other", "server"])("is taken whatever it is (%s) where the check is off", async (name) => {
    const web = await startWeb(ok, signed(name));
    await clientFor(web, { tls: { insecureSkipVerify: true } }).status("x", once);
    expect(web.asked).toHaveLength(1);
  });
});

describe("a server that wants a certificate of the client", () => {
  const wanting = { ...signed("server"), ca, requestCert: true, rejectUnauthorized: true };

  test("gets it", async () => {
    const web = await startWeb(ok, wanting);
    const { cert, key } = signed("client");
    await clientFor(web, { tls: { ca, cert, key } }).status("x", once);
    expect(web.asked).toHaveLength(1);
  });

  test("refuses to speak without one, and the error names tls.cert", async () => {
    const web = await startWeb(ok, wanting);
    const error = await failureOf(clientFor(web, { tls: { ca } }).status("x", once));
    expect(error).toMatchObject({ kind: "unreachable" });
    expect(error.message).toContain("tls.cert");
    expect(web.asked).toEqual([]);
  });
});
