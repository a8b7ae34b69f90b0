/**
 * The places where a connection may stand besides the `connection` input, read into the input's shape: stack config
 * `druid:*` and the environment `DRUID_*`, key for key alike.
 */

import { isRecord, parseJson } from "../../base/json";

/** Gives a text for a name, or undefined; an empty text counts as none. */
type Lookup = (name: string) => string | undefined;

export interface Source {
  /** In the shape of `connection`, unchecked; undefined where this source gives no url. */
  raw: Record<string, unknown> | undefined;
  /** What a user calls a field of `raw` here, e.g. `stack config "druid:caCert"` for `tls.ca`. */
  nameOf(path: string): string;
}

/** Our path, and the key under `druid:`; the environment writes the key as `DRUID_` and upper snake case. */
const KEYS = [
  ["url", "url"],
  ["username", "username"],
  ["password", "password"],
  ["token", "token"],
  ["headers", "headers"],
  ["tls.ca", "caCert"],
  ["tls.cert", "clientCert"],
  ["tls.key", "clientKey"],
  ["tls.insecureSkipVerify", "insecureSkipVerify"],
  ["requestTimeoutSeconds", "requestTimeoutSeconds"],
] as const;

export function configSource(config: Lookup): Source {
  return flatSource(
    (key) => config(`druid:${key}`),
    (key) => `stack config "druid:${key}"`,
  );
}

export function envSource(env: Readonly<Record<string, string | undefined>>): Source {
  const variable = (key: string) => `DRUID_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
  return flatSource(
    (key) => env[variable(key)],
    (key) => `the environment's ${variable(key)}`,
  );
}

/** One of the connections in `druid:clusters`, a JSON object of name → connection; or why there is none. */
export function clusterSource(config: Lookup, name: string): Source | { problem: string } {
  const text = config("druid:clusters");
  if (!text) return { problem: 'is set, but the stack config has no "druid:clusters"' };
  const clusters = parseJson(text);
  if (!isRecord(clusters)) return { problem: 'needs stack config "druid:clusters" to be a JSON object' };
  const raw = Object.hasOwn(clusters, name) ? clusters[name] : undefined;
  if (!isRecord(raw))
    return { problem: `is not in stack config "druid:clusters"; it has ${list(Object.keys(clusters))}` };
  return { raw, nameOf: (path) => `stack config "druid:clusters" at ${name}${path === "" ? "" : `.${path}`}` };
}

function flatSource(lookup: Lookup, label: (key: string) => string): Source {
  const nameOf = (path: string) =>
    label(KEYS.find(([ours]) => path === ours || path.startsWith(`${ours}.`))?.[1] ?? path);
  if (!lookup("url")) return { raw: undefined, nameOf };
  const raw: Record<string, unknown> = {};
  const tls: Record<string, unknown> = {};
  for (const [path, key] of KEYS) {
    const text = lookup(key);
    if (!text) continue;
    if (path.startsWith("tls.")) tls[path.slice(4)] = typed(path, text);
    else raw[path] = typed(path, text);
  }
  return { raw: Object.keys(tls).length > 0 ? { ...raw, tls } : raw, nameOf };
}

/** What cannot be read stays a text: the check of the input's shape then names it. */
function typed(path: string, text: string): unknown {
  if (path === "headers") return parseJson(text) ?? text;
  if (path === "requestTimeoutSeconds") return Number.isNaN(Number(text)) ? text : Number(text);
  if (path === "tls.insecureSkipVerify") return text === "true" || (text === "false" ? false : text);
  return text;
}

function list(names: string[]): string {
  return names.length === 0 ? "none" : names.map((name) => `"${name}"`).join(", ");
}
