/** Where Druid is and how to log in: types and their documentation, no code. */
import type { Input } from "@pulumi/pulumi";

/** How the connection is encrypted. Certificates and keys are PEM texts, not paths. */
export interface TlsArgs {
  /**
   * Certificate authorities to trust instead of the system's.
   * @default none
   * @errors `is not a PEM certificate; set its text, not a path`
   */
  ca?: Input<string | undefined>;
  /**
   * Client certificate, together with `key`.
   * @default none
   * @errors `is set without "tls.key"`, `is not a PEM certificate; set its text, not a path`
   */
  cert?: Input<string | undefined>;
  /**
   * Private key of `cert`.
   * @default none
   * @errors `is set without "tls.cert"`, `must be the PEM key of "tls.cert", without passphrase`
   */
  key?: Input<string | undefined>;
  /**
   * Accept any certificate. For tests only: credentials go to any server that answers.
   * @default false
   * @errors `must be of type boolean`
   */
  insecureSkipVerify?: Input<boolean | undefined>;
}

/**
 * Where Druid is and how to log in: `url` with its credentials, or `cluster`.
 *
 * Sources are tried in this order: `url` here, `cluster` here, the stack's configuration (`druid:url`, `username`,
 * `password`, `token`, `headers`, `caCert`, `clientCert`, `clientKey`, `insecureSkipVerify`, `requestTimeoutSeconds`),
 * the environment (`DRUID_URL`, … `DRUID_CA_CERT` …). Everything comes from the first source that has a url, so that
 * credentials are never sent to the url of another source. The whole object is stored as a secret. To log in, use one
 * of `username`, `token`, and an `Authorization` header.
 *
 * @example
 * ```ts
 * import { Config } from "@pulumi/pulumi";
 *
 * const password = new Config().requireSecret("druidPassword");
 * const connection = { url: "https://druid.example.com:9088", username: "loader", password };
 * ```
 */
export interface ConnectionArgs {
  /**
   * The Router's address, with its path where a proxy adds one: `https://druid.example.com/router`.
   * @default `druid:url` of the stack's configuration, then `DRUID_URL`
   * @errors `is not a URL; write it like "http://router:8888"`, `must begin with "http://" or "https://"`, `has a query
   * or fragment; use only the address`, `is the address of a page or an API; use only the Router's address`, `has a
   * username or a password but not both`, `contains a username, and "username" is set too; keep only one of them`
   */
  url?: Input<string | undefined>;
  /**
   * Name of a connection in the stack's configuration, instead of `url` and its credentials: `"prod"` is the key `prod`
   * of the JSON object in `druid:clusters`, whose values have the shape of this object.
   * @default none
   * @errors `cannot be combined with "cluster", which names a whole connection in the stack config; set only one of
   * them` (said of each other setting), and if `druid:clusters` has no such name
   */
  cluster?: Input<string | undefined>;
  /**
   * For HTTP basic authentication, together with `password`.
   * @default none
   * @errors `is set without "url"; set the url that it is for: it is never sent to a url from another source`, `is set
   * without "password"`, `contains a colon, which basic authentication does not allow`
   */
  username?: Input<string | undefined>;
  /**
   * Password of `username`. Druid 27 rejects a correct password if it contains a colon.
   * @default none
   * @errors `is set without "username"`, and as for `username`
   */
  password?: Input<string | undefined>;
  /**
   * Sent as `Authorization: Bearer …`.
   * @default none
   * @errors `is a second way to log in; keep only one of username, token and header`, `contains characters that are not
   * allowed in a header`
   */
  token?: Input<string | undefined>;
  /**
   * Sent with every request.
   * @default none
   * @errors `is not a valid header name`, `contains characters that are not allowed in a header`, `"connection" is set by
   * the client itself; remove it`
   */
  headers?: Input<Record<string, Input<string>> | undefined>;
  /**
   * How the connection is encrypted. Needed only if the system's certificate authorities are not enough.
   * @default none
   * @errors those of its fields
   */
  tls?: Input<TlsArgs | undefined>;
  /**
   * Limit for one HTTP request, at most 3600; it does not limit tasks. May be combined with `cluster`, or be set alone.
   * @default 60
   * @unit seconds
   * @errors `must be above 0`, `must be 3600 or less`
   */
  requestTimeoutSeconds?: Input<number | undefined>;
}
