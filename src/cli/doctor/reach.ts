/** The way there: address, proxy, redirects, TLS, and whether the login is accepted. */
import { isHttpError, messageOf } from "../../base/errors";
import { publicUrl } from "../../base/redact";
import { proxyFor } from "../../druid/connection/proxy";
import { serverOf } from "../../druid/transport/http";
import type { Certificate } from "../../druid/transport/route";
import type { Looker } from "./examine";
import { type Finding, note, ok, problem, warning } from "./finding";

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

export async function reach(looker: Looker): Promise<Finding[]> {
  const { inspector, connection, env, signal } = looker;
  const proxy = proxyFor(connection.url, env);
  const through = proxy === undefined ? [] : [viaProxy(proxy)];
  const looked = await inspector.get("reach", "/status/health", { signal }).catch((error) => error);
  if (looked instanceof Error) {
    const [cause = "", ...next] = messageOf(looked).split("; ");
    return [...through, problem("reach", cause, "Nothing can be loaded.", next.join("; ") || "check the url")];
  }
  const { status, body, contentType, route } = looked;
  const redirects = route.redirects.map((to: string) =>
    note("redirect", `Redirects to ${to}`, "Each request takes this way.", `use "${to}" as the url if it lasts`),
  );
  const tls = route.tls ? certificate(route.tls, looker) : unencrypted(looker);
  const way = [...through, ...redirects, ...tls];
  if (body !== true) {
    const what = contentType === "" ? "no content type" : contentType;
    const mend = "use the address of Druid's Router, without a login page or a web server in between";
    return [
      ...way,
      problem("reach", `Does not answer as Druid does (${status}, ${what})`, "Nothing can be loaded.", mend),
    ];
  }
  return [ok("reach", "Druid answers"), ...way, ...(await login(looker))];
}

const viaProxy = (proxy: string) =>
  note(
    "proxy",
    `Through the proxy ${publicUrl(proxy)}`,
    "It must let every request of a load through.",
    "to go past it, list Druid's host in NO_PROXY",
  );

function unencrypted({ connection }: Looker): Finding[] {
  const { login } = serverOf(connection);
  const { hostname } = new URL(connection.url);
  if (login === "none" || /^(localhost|127\.|\[::1\])/.test(hostname)) return [ok("tls", "Without TLS")];
  return [
    warning("tls", "Without TLS", "Your credentials travel as plain text.", "use the https address of the Router"),
  ];
}

function certificate(tls: Certificate, { nowMs, connection }: Looker): Finding[] {
  const { protocol, subject, issuer, validToMs, isVerified } = tls;
  const days = validToMs === undefined ? undefined : Math.floor((validToMs - nowMs) / DAY_MS);
  const until = days === undefined ? "" : `, valid for ${days} more days`;
  const text = `${protocol}, certificate of "${subject}" by "${issuer}"${until}`;
  if (connection.tls.insecureSkipVerify === true) {
    const trust = isVerified ? "it would have been trusted" : "it is not trusted";
    const means = `insecureSkipVerify is set: anyone in between may read your credentials and answer in Druid's place (${trust}).`;
    return [warning("tls", text, means, "set tls.ca to the authority's certificate instead")];
  }
  if (days !== undefined && days < SOON_DAYS)
    return [warning("tls", text, "Every load fails when it has expired.", "renew it on the server")];
  return [ok("tls", text)];
}

/** `/status/health` is open to all. */
async function login({ client, connection, signal }: Looker): Promise<Finding[]> {
  const { login: way } = serverOf(connection);
  const how = {
    none: "no login",
    password: "username and password",
    passwordWithColon: "username and password",
    token: "token",
    headers: "own headers",
  };
  try {
    await client.sql({ query: "SELECT 1" }, { signal, patienceMs: 0 });
  } catch (error) {
    if (isHttpError(error) && error.status === 401) {
      const [cause = "", next = ""] = messageOf(error).split("; ");
      return [problem("login", `Refused (401): ${how[way]}. ${cause}`, "Nothing can be loaded.", next)];
    }
  }
  return [ok("login", way === "none" ? "No login is needed" : `Accepted: ${how[way]}`)];
}
