/** The way there: address, proxy, redirects, TLS, and whether the login is accepted. */
import { isHttpError, messageOf } from "../../base/errors";
import { publicUrl } from "../../base/redact";
import { proxyFor } from "../../druid/connection/proxy";
import type { Looked } from "../../druid/requests/inspector";
import type { Certificate } from "../../druid/transport/route";
import { serverOf } from "../../druid/transport/server";
import { type Finding, note, ok, problem, warning } from "./finding";
import type { Looker } from "./looker";

const DAY_MS = 86_400_000;
const SOON_DAYS = 14;

export async function reach(looker: Looker): Promise<Finding[]> {
  const { inspector, connection, env, signal } = looker;
  const proxy = proxyFor(connection.url, env);
  const through = proxy === undefined ? [] : [viaProxy(proxy)];
  const looked = await inspector.get("reach", "/status/health", { signal }).catch((error) => error);
  if (looked instanceof Error) return [...through, unreached(messageOf(looked))];
  const { route } = looked;
  const redirects = route.redirects.map((to: string) =>
    note("redirect", `Redirects to ${to}`, "Each request takes this way.", `use "${to}" as the url if it lasts`),
  );
  const tls = route.tls ? certificate(route.tls, looker) : unencrypted(looker);
  const way = [...through, ...redirects, ...tls];
  if (looked.body !== true) return [...way, strange(looked)];
  return [ok("reach", "Druid answers"), ...way, ...(await login(looker))];
}

/** An error of the client: cause and next step. */
function unreached(text: string): Finding {
  const [cause = "", ...next] = text.split("; ");
  return problem("reach", cause, "Nothing can be loaded.", next.join("; ") || "check the url");
}

/** Druid lets everyone read `/status/health`: any other answer is not its own. */
function strange({ status, contentType, refusal }: Looked): Finding {
  if (refusal !== undefined && status !== 403) return unreached(refusal);
  const what = contentType === "" ? "no content type" : contentType;
  const mend =
    status === 403
      ? "let this machine through: a proxy or firewall in between refuses it, since Druid itself lets everyone read /status/health"
      : "use the address of Druid's Router, without a login page or a web server in between";
  return problem("reach", `Does not answer as Druid does (${status}, ${what})`, "Nothing can be loaded.", mend);
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
  const { hostname, protocol } = new URL(connection.url);
  // A proxy answered in place of the server.
  if (protocol === "https:") return [];
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
    // Whoever may not query, or asks a server without SQL, has been let in; nothing else tells.
    if (!isHttpError(error) || error.status >= 500) {
      const [cause = "", next = "mend that, and run doctor again"] = messageOf(error).split("; ");
      return [warning("login", cause, "Whether the login is accepted is not known.", next)];
    }
  }
  return [ok("login", way === "none" ? "No login is needed" : `Accepted: ${how[way]}`)];
}
