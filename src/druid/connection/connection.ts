/**
 * Resolves where Druid is and how to log in. Everything comes from the first source that has a url, so that credentials
 * are never sent to the url of another source.
 */
import { DruidIngestionError } from "../../base/errors";
import { type ConnectionInput, checkConnectionInput, type Fault } from "./input";
import { type ConfigSource, clusterSource, configSource, envSource } from "./sources";

export type { ConnectionInput, Fault } from "./input";

const DEFAULT_REQUEST_TIMEOUT_SECONDS = 60;

/** A validated connection. */
export interface ResolvedConnection {
  /** http or https, without userinfo, query, fragment and trailing slash. */
  url: string;
  username?: string;
  password?: string;
  token?: string;
  headers: Record<string, string>;
  tls: { ca?: string; cert?: string; key?: string; insecureSkipVerify?: boolean };
  requestTimeoutSeconds: number;
}

/** Reads the stack config by its full key, e.g. `druid:url`. */
export type ConfigLookup = (key: string) => string | undefined;
export type Environment = Readonly<Record<string, string | undefined>>;

type Found = { connection: ResolvedConnection; faults: [] } | { connection?: undefined; faults: Fault[] };

/** What most ingestions use, and each operation on each of them asks for. */
const ofStack = new WeakMap<ConfigLookup, { env: Environment; found: Found }>();

/**
 * Returns the connection, or all its faults with their paths. Order of the sources: `connection.url`,
 * `connection.cluster`, `druid:url` in the stack config, `DRUID_URL` in the environment.
 */
export function findConnection(input: unknown, config: ConfigLookup, env: Environment): Found {
  if (input !== undefined) return find(input, config, env);
  const known = ofStack.get(config);
  if (known?.env === env) return known.found;
  const found = find(undefined, config, env);
  ofStack.set(config, { env, found });
  return found;
}

function find(input: unknown, config: ConfigLookup, env: Environment): Found {
  const checked = checkConnectionInput(input);
  if (checked.input === undefined) return checked;
  const own = checked.input;
  if (own.url !== undefined) return { connection: toConnection(own), faults: [] };
  if (own.cluster !== undefined) {
    const source = clusterSource(config, own.cluster);
    if ("problem" in source)
      return { faults: [{ path: "connection.cluster", reason: `names "${own.cluster}", but ${source.problem}` }] };
    return fromSource(source, own, "connection.cluster");
  }
  const source = [configSource(config), envSource(env)].find(({ raw }) => raw !== undefined);
  if (source !== undefined) return fromSource(source, own, "connection");
  const reason =
    'has no url; set "connection.url" in the program, "druid:url" in the stack config or DRUID_URL in the environment';
  return { faults: [{ path: "connection", reason }] };
}

/** @throws DruidIngestionError of kind `invalidInput` that names every fault. */
export function resolveConnection(input: unknown, config: ConfigLookup, env: Environment): ResolvedConnection {
  const { connection, faults } = findConnection(input, config, env);
  if (connection !== undefined) return connection;
  const causes = faults.map(({ path, reason }) => `"${path}" ${reason}`).join("; ");
  throw new DruidIngestionError("invalidInput", `Cannot connect to Druid: ${causes}`);
}

/** Shorter parts of a header are names, numbers and flags. */
const PART_MIN = 6;
const SCHEME = /^(?:basic|bearer|digest|negotiate|token|apikey|no-cache|application\/json)$/i;

/** The secrets of a connection, for `redact`. */
export function connectionSecrets(connection: ResolvedConnection): string[] {
  const { username = "", password, token, headers, tls } = connection;
  const basic = username === "" ? [] : [Buffer.from(`${username}:${password ?? ""}`).toString("base64")];
  const values = Object.values(headers);
  const lines = (tls.key ?? "").split(/\s*\n\s*/).filter((line) => line.length > 20 && !line.startsWith("--"));
  const plain = [password, token, tls.key, ...values].filter((value) => value !== undefined);
  // `redact` decodes short texts only, so these forms are looked for in long ones too.
  const written = plain.flatMap((value) => [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]);
  const all = [...written, ...lines, ...values.flatMap(headerSecrets), ...basic];
  return [...new Set(all)].filter((value) => value !== "");
}

/** A server may quote only a part of a header: the token behind `Bearer`, the password in `Basic`, one cookie. */
function headerSecrets(value: string): string[] {
  const parts = value.split(/[\s;,=]+/).filter((part) => part.length >= PART_MIN && !SCHEME.test(part));
  const login = /^Basic\s+(\S+)/i.exec(value)?.[1];
  const pair = login === undefined ? "" : Buffer.from(login, "base64").toString("utf8");
  return [...parts, pair.slice(pair.indexOf(":") + 1)];
}

/** The connection of a source; only `requestTimeoutSeconds` may come from the program in addition. */
function fromSource(source: ConfigSource, own: ConnectionInput, path: string): Found {
  const checked = checkConnectionInput(source.raw, "");
  if (checked.input?.url !== undefined) {
    return { connection: toConnection({ ...checked.input, ...withoutCluster(own) }), faults: [] };
  }
  const faults = checked.input === undefined ? checked.faults : [{ path: ".url", reason: "is missing" }];
  return {
    faults: faults.map((fault) => ({
      path,
      reason: `cannot be used: ${source.nameOf(fault.path.replace(/^\./, ""))} ${fault.reason}`,
    })),
  };
}

function withoutCluster({ requestTimeoutSeconds }: ConnectionInput): Partial<ConnectionInput> {
  return requestTimeoutSeconds === undefined ? {} : { requestTimeoutSeconds };
}

function toConnection(input: ConnectionInput): ResolvedConnection {
  const url = new URL(input.url ?? "");
  const username = url.username === "" ? input.username : decodeURIComponent(url.username);
  const password = url.password === "" ? input.password : decodeURIComponent(url.password);
  const { ca, cert, key, insecureSkipVerify } = input.tls ?? {};
  return {
    url: `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, "")}`,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(input.token === undefined ? {} : { token: input.token }),
    headers: input.headers ?? {},
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(insecureSkipVerify === undefined ? {} : { insecureSkipVerify }),
    },
    requestTimeoutSeconds: input.requestTimeoutSeconds ?? DEFAULT_REQUEST_TIMEOUT_SECONDS,
  };
}
