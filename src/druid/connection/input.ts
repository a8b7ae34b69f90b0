/**
 * Validates a connection as a user writes it; each fault has its path. No reason quotes a value, because any value may
 * be a secret.
 */
import { X509Certificate } from "node:crypto";
import { createSecureContext } from "node:tls";
import { z } from "zod";

/** A mistake in an input. `path` is a Pulumi property path. */
export interface Fault {
  path: string;
  reason: string;
}

/** Headers that the client sets itself; a second value would break the request. */
const OWN_HEADERS = ["connection", "content-length", "content-type", "transfer-encoding"];

const text = z.string().min(1, "is empty");
const headerName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, "is not a valid header name");
const headerValue = z.string().regex(/^[\t\x20-\x7e]*$/, "contains characters that are not allowed in a header");

/** A connection in plain values. */
export interface ConnectionInput {
  /** Address of Druid's Router, with a path prefix if there is one. */
  url?: string | undefined;
  /** Name of a connection in the stack config `druid:clusters`; used instead of `url` and all credentials. */
  cluster?: string | undefined;
  /** For HTTP basic authentication, together with `password`. */
  username?: string | undefined;
  /** Password of `username`. */
  password?: string | undefined;
  /** Sent as `Authorization: Bearer …`. */
  token?: string | undefined;
  /** Sent with every request. */
  headers?: Record<string, string> | undefined;
  /** PEM texts, not file paths. */
  tls?:
    | {
        /** Certificate authorities to trust instead of the system's. */
        ca?: string | undefined;
        /** Client certificate, together with `key`. */
        cert?: string | undefined;
        /** Private key of `cert`. */
        key?: string | undefined;
        /**
         * Accept any certificate. For tests only.
         * @default false
         */
        insecureSkipVerify?: boolean | undefined;
      }
    | undefined;
  /**
   * Limit for one HTTP request.
   * @default 60
   * @unit seconds
   */
  requestTimeoutSeconds?: number | undefined;
}

const Shape: z.ZodType<ConnectionInput> = z.strictObject({
  url: text.optional(),
  cluster: text.optional(),
  username: text.optional(),
  password: text.optional(),
  token: text.regex(/^[\x21-\x7e]*$/, "contains characters that are not allowed in a header").optional(),
  headers: z.record(headerName, headerValue).optional(),
  tls: z
    .strictObject({
      ca: text.optional(),
      cert: text.optional(),
      key: text.optional(),
      insecureSkipVerify: z.boolean().optional(),
    })
    .optional(),
  requestTimeoutSeconds: z.number().positive("must be above 0").max(3600, "must be 3600 or less").optional(),
});

/** Fields that make sense only together with `url`. */
const BESIDE_URL = ["username", "password", "token", "headers", "tls"] as const;

/** Returns all faults, or the validated input. `root` is the prefix of each path. */
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
    return issue.keys.map((key) => ({ path: `${at}.${key}`, reason: `"${key}" is not a known key` }));
  }
  if (issue.code === "invalid_type") {
    const expected = issue.expected === "record" ? "object" : issue.expected;
    return [{ path: at, reason: `must be of type ${expected}` }];
  }
  if (issue.code === "invalid_key") return [{ path: at, reason: "is not a valid header name" }];
  return [{ path: at, reason: issue.message }];
}

/** Checks the rules that go beyond the type of one field. */
function* ruleFaults(input: ConnectionInput): Generator<[path: string, reason: string]> {
  if (input.cluster !== undefined) {
    for (const field of ["url", ...BESIDE_URL] as const) {
      if (input[field] !== undefined) {
        yield [
          field,
          'cannot be combined with "cluster", which names a whole connection in the stack config; set only one of them',
        ];
      }
    }
  } else if (input.url === undefined) {
    for (const field of BESIDE_URL) {
      if (input[field] !== undefined) {
        yield [
          field,
          'is set without "url"; set the url that it is for: it is never sent to a url from another source',
        ];
      }
    }
  }
  const userinfo = input.url !== undefined && (yield* urlFaults(input.url));
  if (userinfo && (input.username !== undefined || input.password !== undefined)) {
    yield ["url", 'contains a username, and "username" is set too; keep only one of them'];
  }
  if (input.username !== undefined && input.password === undefined) yield ["username", 'is set without "password"'];
  if (input.password !== undefined && input.username === undefined) yield ["password", 'is set without "username"'];
  if (input.username?.includes(":")) yield ["username", "contains a colon, which basic authentication does not allow"];
  const ways = [input.username !== undefined || userinfo, input.token !== undefined, hasHeader(input, "authorization")];
  if (ways.filter(Boolean).length > 1) {
    yield [
      input.token === undefined ? "headers" : "token",
      "is a second way to log in; keep only one of username, token and header",
    ];
  }
  for (const name of OWN_HEADERS) {
    if (hasHeader(input, name)) yield ["headers", `"${name}" is set by the client itself; remove it`];
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
    yield ["url", 'is not a URL; write it like "http://router:8888"'];
    return false;
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    yield ["url", 'must begin with "http://" or "https://"'];
    return false;
  }
  if (/[?#]/.test(text)) yield ["url", "has a query or fragment; use only the address"];
  if (/\/druid\/(v2|indexer|coordinator)\b|\.html$/.test(url.pathname)) {
    yield ["url", "is the address of a page or an API; use only the Router's address"];
  }
  try {
    const name = decodeURIComponent(url.username);
    decodeURIComponent(url.password);
    if ((url.username === "") !== (url.password === "")) yield ["url", "has a username or a password but not both"];
    if (name.includes(":")) yield ["url", "has a username with a colon, which basic authentication does not allow"];
  } catch {
    yield ["url", "has a username or password that is not percent-encoded correctly"];
  }
  return url.username !== "" || url.password !== "";
}

function* tlsFaults(tls: NonNullable<ConnectionInput["tls"]>): Generator<[string, string]> {
  if (tls.ca !== undefined && !isCertificate(tls.ca))
    yield ["tls.ca", "is not a PEM certificate; set its text, not a path"];
  if (tls.cert !== undefined && tls.key === undefined) yield ["tls.cert", 'is set without "tls.key"'];
  if (tls.key !== undefined && tls.cert === undefined) yield ["tls.key", 'is set without "tls.cert"'];
  if (tls.cert === undefined || tls.key === undefined) return;
  if (!isCertificate(tls.cert)) {
    yield ["tls.cert", "is not a PEM certificate; set its text, not a path"];
    return;
  }
  try {
    createSecureContext({ cert: tls.cert, key: tls.key });
  } catch {
    yield ["tls.key", 'must be the PEM key of "tls.cert", without passphrase'];
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
