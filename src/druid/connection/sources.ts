/**
 * Reads a connection from the stack config (`druid:*`) or the environment (`DRUID_*`) into the shape of the input
 * `connection`. Both have the same keys.
 */

import { isRecord, parseJson } from "../../base/json";

/** Returns the value for a name; an empty string counts as missing. */
type Lookup = (name: string) => string | undefined;

export interface ConfigSource {
  /** Unchecked, in the shape of `connection`; undefined if this source has no url. */
  raw: Record<string, unknown> | undefined;
  /** The user's name for a field of `raw`, e.g. `stack config "druid:caCert"` for `tls.ca`. */
  nameOf(path: string): string;
}

/** Path in `connection`, and key under `druid:`. The environment uses the key in upper snake case after `DRUID_`. */
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

export function configSource(config: Lookup): ConfigSource {
  return flatSource(
    (key) => config(`druid:${key}`),
    (key) => `stack config "druid:${key}"`,
  );
}

export function envSource(env: Readonly<Record<string, string | undefined>>): ConfigSource {
  const variable = (key: string) => `DRUID_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
  return flatSource(
    (key) => env[variable(key)],
    (key) => `the environment's ${variable(key)}`,
  );
}

/** A connection in `druid:clusters`, which is a JSON object by name; or why it cannot be used. */
export function clusterSource(config: Lookup, name: string): ConfigSource | { problem: string } {
  const text = config("druid:clusters");
  if (!text) return { problem: 'the stack config has no "druid:clusters"' };
  const clusters = parseJson(text);
  if (!isRecord(clusters)) return { problem: 'stack config "druid:clusters" is not a JSON object' };
  const raw = Object.hasOwn(clusters, name) ? clusters[name] : undefined;
  if (!isRecord(raw)) return { problem: `stack config "druid:clusters" ${list(Object.keys(clusters))}` };
  return { raw, nameOf: (path) => `stack config "druid:clusters" at ${name}${path === "" ? "" : `.${path}`}` };
}

function flatSource(lookup: Lookup, label: (key: string) => string): ConfigSource {
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

/** Values that cannot be parsed stay strings, so that the validation of the input reports them. */

function typed(path: string, text: string): unknown {
  if (path === "headers") return parseJson(text) ?? text;
  if (path === "requestTimeoutSeconds") return Number.isNaN(Number(text)) ? text : Number(text);
  if (path === "tls.insecureSkipVerify") return text === "true" || (text === "false" ? false : text);
  return text;
}

function list(names: string[]): string {
  return names.length === 0 ? "is empty" : `contains only ${names.map((name) => `"${name}"`).join(", ")}`;
}
