/**
 * The shape of a connection as a user writes it, and everything that can be wrong with it, each fault with its path.
 * No reason quotes a value: any of them may be a secret.
 */
import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { z } from "zod";

/** One thing wrong with an input. `path` is a Pulumi property path. */
export interface Fault {
  path: string;
  reason: string;
}

/** Headers that the client writes itself; a second value would break the request. */
const OWN_HEADERS = ["connection", "content-length", "content-type", "transfer-encoding"];

const text = z.string().min(1, "is empty");
const headerName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, "is no name of a header");
const headerValue = z.string().regex(/^[\t\x20-\x7e]*$/, "holds characters that a header cannot carry");

/** A connection in plain values. */
export interface ConnectionInput {
  /** Druid's Router, with a path prefix where there is one. */
  url?: string | undefined;
  /** The name of a connection in the stack's config `druid:clusters`; stands in place of `url` and all credentials. */
  cluster?: string | undefined;
  username?: string | undefined;
  password?: string | undefined;
  /** Sent as `Authorization: Bearer …`. */
  token?: string | undefined;
  headers?: Record<string, string> | undefined;
  /** PEM texts, not paths of files. */
  tls?:
    | {
        ca?: string | undefined;
        cert?: string | undefined;
        key?: string | undefined;
        insecureSkipVerify?: boolean | undefined;
      }
    | undefined;
  requestTimeoutSeconds?: number | undefined;
}

const Shape: z.ZodType<ConnectionInput> = z.strictObject({
  url: text.optional(),
  cluster: text.optional(),
  username: text.optional(),
  password: text.optional(),
  token: text.regex(/^[\x21-\x7e]*$/, "holds characters that a header cannot carry").optional(),
  headers: z.record(headerName, headerValue).optional(),
  tls: z
    .strictObject({
      ca: text.optional(),
      cert: text.optional(),
      key: text.optional(),
      insecureSkipVerify: z.boolean().optional(),
    })
    .optional(),
  requestTimeoutSeconds: z.number().positive("has to be above 0").max(3600, "has to be 3600 or less").optional(),
});

/** Fields that mean something only together with the url they stand beside. */
const BESIDE_URL = ["username", "password", "token", "headers", "tls"] as const;

/** Everything wrong with a connection, or the connection. `root` begins each path. */
export function checkConnectionInput(
  value: unknown,
  root = "connection",
): { input: ConnectionInput; faults: [] } | { input?: undefined; faults: Fault[] } {
  const parsed = Shape.safeParse(value ?? {});
  if (!parsed.success) return { faults: parsed.error.issues.flatMap((issue) => shapeFaults(issue, root)) };
  const faults = [...ruleFaults(parsed.data)].map(([path, reason]) => ({
    path: path === "" ? root : `${root}.${path}`,
    reason,
  }));
  return faults.length > 0 ? { faults } : { input: parsed.data, faults: [] };
}

function shapeFaults(issue: z.core.$ZodIssue, root: string): Fault[] {
  const at = issue.path.reduce<string>((path, key) => {
    const plain = /^[A-Za-z_]\w*$/.test(String(key));
    return plain ? `${path}.${String(key)}` : `${path}[${JSON.stringify(String(key))}]`;
  }, root);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: `${at}.${key}`, reason: `"${key}" is no key of it` }));
  }
  if (issue.code === "invalid_type") {
    const expected = issue.expected === "record" ? "object" : issue.expected;
    return [{ path: at, reason: `has to be of type ${expected}` }];
  }
  if (issue.code === "invalid_key") return [{ path: at, reason: "is no name of a header" }];
  return [{ path: at, reason: issue.message }];
}

/** Rules over more than the type of one field. */
function* ruleFaults(input: ConnectionInput): Generator<[path: string, reason: string]> {
  if (input.cluster !== undefined) {
    for (const field of ["url", ...BESIDE_URL] as const) {
      if (input[field] !== undefined) {
        yield [field, '"cluster" names a whole connection of the stack config; give one or the other'];
      }
    }
  } else if (input.url === undefined) {
    for (const field of BESIDE_URL) {
      if (input[field] !== undefined) {
        yield [
          field,
          'stands without "url"; give the url that it is for: credentials never go to another source\'s url',
        ];
      }
    }
  }
  const userinfo = input.url !== undefined && (yield* urlFaults(input.url));
  if (userinfo && (input.username !== undefined || input.password !== undefined)) {
    yield ["url", 'holds a username, and so does "username"; give it in one place'];
  }
  if (input.username !== undefined && input.password === undefined) yield ["username", 'stands without "password"'];
  if (input.password !== undefined && input.username === undefined) yield ["password", 'stands without "username"'];
  if (input.username?.includes(":")) yield ["username", "holds a colon, which basic authentication cannot carry"];
  const ways = [input.username !== undefined || userinfo, input.token !== undefined, hasHeader(input, "authorization")];
  if (ways.filter(Boolean).length > 1) {
    yield [
      input.token === undefined ? "headers" : "token",
      "is a second way to log in; keep one of username, token and header",
    ];
  }
  for (const name of OWN_HEADERS) {
    if (hasHeader(input, name)) yield ["headers", `"${name}" is written by the client itself; leave it out`];
  }
  yield* tlsFaults(input.tls ?? {});
}

function hasHeader(input: ConnectionInput, name: string): boolean {
  return Object.keys(input.headers ?? {}).some((key) => key.toLowerCase() === name);
}

/** Returns whether the url holds a username or password. */
function* urlFaults(text: string): Generator<[string, string], boolean> {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    yield ["url", 'is no URL; write it like "http://router:8888"'];
    return false;
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    yield ["url", 'has to begin with "http://" or "https://"'];
    return false;
  }
  if (/[?#]/.test(text)) yield ["url", "has a query or fragment; give the address alone"];
  if (/\/druid\/(v2|indexer|coordinator)\b|\.html$/.test(url.pathname)) {
    yield ["url", "names a page or an API path; give the Router's address alone"];
  }
  try {
    const name = decodeURIComponent(url.username);
    decodeURIComponent(url.password);
    if ((url.username === "") !== (url.password === "")) yield ["url", "has half of a username and password"];
    if (name.includes(":")) yield ["url", "has a username with a colon, which basic authentication cannot carry"];
  } catch {
    yield ["url", "has a username or password that is not percent-encoded right"];
  }
  return url.username !== "" || url.password !== "";
}

function* tlsFaults(tls: NonNullable<ConnectionInput["tls"]>): Generator<[string, string]> {
  if (tls.ca !== undefined && !isCertificate(tls.ca))
    yield ["tls.ca", "is no PEM certificate; give its text, not a path"];
  if (tls.cert !== undefined && tls.key === undefined) yield ["tls.cert", 'stands without "tls.key"'];
  if (tls.key !== undefined && tls.cert === undefined) yield ["tls.key", 'stands without "tls.cert"'];
  if (tls.cert === undefined || tls.key === undefined) return;
  if (!isCertificate(tls.cert)) {
    yield ["tls.cert", "is no PEM certificate; give its text, not a path"];
    return;
  }
  try {
    createSecureContext({ cert: tls.cert, key: tls.key });
  } catch {
    yield ["tls.key", 'is no PEM key without passphrase that belongs to "tls.cert"'];
  }
}

function isCertificate(pem: string): boolean {
  const blocks = pem.match(/-----BEGIN (TRUSTED )?CERTIFICATE-----[\s\S]+?-----END (TRUSTED )?CERTIFICATE-----/g) ?? [];
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch {
    return false;
  }
  return blocks.length > 0;
}
