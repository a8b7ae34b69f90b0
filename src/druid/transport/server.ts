/** What requests and error texts need to know of the server, read from the connection alone. */
import { publicUrl } from "../../base/redact";
import { connectionSecrets, type ResolvedConnection } from "../connection/connection";
import { proxyFor, proxySecrets } from "../connection/proxy";
import type { Server } from "./call";

const NAME_MIN = 8;

export function serverOf(connection: ResolvedConnection): Server {
  const { protocol, hostname } = new URL(connection.url);
  const proxy = proxyFor(connection.url, process.env);
  return {
    url: publicUrl(connection.url),
    host: hostname,
    isTls: protocol === "https:",
    proxy: proxy && publicUrl(proxy),
    login: loginOf(connection),
    hasCertificate: connection.tls.cert !== undefined,
    requestTimeoutSeconds: connection.requestTimeoutSeconds,
    secrets: [
      ...connectionSecrets(connection),
      ...nameOf(connection),
      ...(proxy === undefined ? [] : proxySecrets(proxy)),
    ],
  };
}

/** A user's name is no secret, but some put a token there. Shorter ones may be words of Druid's own texts. */
function nameOf({ username = "" }: ResolvedConnection): string[] {
  return username.length < NAME_MIN ? [] : [username];
}

function loginOf({ username, password, token, headers }: ResolvedConnection): Server["login"] {
  if (username !== undefined) return password?.includes(":") ? "passwordWithColon" : "password";
  if (token !== undefined) return "token";
  return Object.keys(headers).length > 0 ? "headers" : "none";
}
