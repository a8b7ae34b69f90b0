/** The inputs of an ingestion: types and their documentation, no code. */
import type { Input } from "@pulumi/pulumi";
import type { QueryContext } from "./statement/context";

/** `context` with a promise or an output allowed for each key. */
export type QueryContextArgs = { [Key in keyof QueryContext]: Input<QueryContext[Key] | undefined> };

/** A scalar as Druid's SQL API takes it in JSON. */
export type ParameterValue = string | number | boolean | null;

/**
 * A value for one `?` of the query with its SQL type, as in Druid's SQL API ("Dynamic parameters").
 *
 * @example
 * ```ts
 * const since = { type: "TIMESTAMP", value: "2024-01-01 00:00:00" };
 * ```
 */
export interface ParameterArgs {
  /** SQL type, e.g. `VARCHAR`, `BIGINT`, `DOUBLE`, `TIMESTAMP`, `DATE`, `ARRAY`. */
  type: Input<string>;
  /** In the form Druid expects for that type: a string or milliseconds for TIMESTAMP (not a Date), a list for ARRAY. */
  value: Input<ParameterValue | bigint | (ParameterValue | bigint)[]>;
}

/** How the connection is encrypted. Certificates and keys are PEM texts, not paths. */
export interface TlsArgs {
  /** Certificate authorities to trust instead of the system's. */
  ca?: Input<string | undefined>;
  /** Client certificate, together with `key`. */
  cert?: Input<string | undefined>;
  /** Private key of `cert`. */
  key?: Input<string | undefined>;
  /**
   * Accept any certificate. For tests only: credentials go to any server that answers.
   * @default false
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
  /** The Router's address, with its path where a proxy adds one: `https://druid.example.com/router`. */
  url?: Input<string | undefined>;
  /**
   * Name of a connection in the stack's configuration, instead of `url` and its credentials: `"prod"` is the key `prod`
   * of the JSON object in `druid:clusters`, whose values have the shape of this object.
   */
  cluster?: Input<string | undefined>;
  /** For HTTP basic authentication, together with `password`. */
  username?: Input<string | undefined>;
  /** Druid 27 rejects a correct password if it contains a colon. */
  password?: Input<string | undefined>;
  /** Sent as `Authorization: Bearer …`. */
  token?: Input<string | undefined>;
  /** Sent with every request. */
  headers?: Input<Record<string, Input<string>> | undefined>;
  /** Needed only if the system's certificate authorities are not enough. */
  tls?: Input<TlsArgs | undefined>;
  /**
   * Limit for one HTTP request, at most 3600; it does not limit tasks. May be combined with `cluster`, or be set alone.
   * @default 60
   */
  requestTimeoutSeconds?: Input<number | undefined>;
}

/** What a query of a check must return; see {@link SqlCheckArgs}. */
export type ExpectedValue = string | number | boolean | null;

/** A query to the Broker about the loaded rows. */
export interface SqlCheckArgs {
  /** Unique among the checks; messages and the output `checks` use it. */
  name: Input<string>;
  /** A SELECT. At most 100 rows of its answer are read, or as many as `expect` lists if those are more. */
  query: Input<string>;
  /**
   * `"no row"`, `"a row"` (at least one), a value (one row with one column), a row as an object, or a list of rows.
   * @default "no row"
   */
  expect?: Input<ExpectedValue | Record<string, unknown> | Record<string, unknown>[] | undefined>;
}

/** Checks of the rows that a run has loaded. */
export interface ChecksArgs {
  /** The run must have written at least this many rows. */
  minRows?: Input<number | undefined>;
  /** The run must have written at most this many rows. */
  maxRows?: Input<number | undefined>;
  /** Druid must have reported at most this many warnings, e.g. for bad lines that `maxParseExceptions` lets it skip. */
  maxWarnings?: Input<number | undefined>;
  /**
   * Columns that must not be null in any row that the run wrote. If the rows of an INSERT are in the same time
   * intervals as rows of earlier loads, those rows are checked too. Before Druid 28, a null number is stored as 0 by
   * default, and an empty string counts as null.
   */
  notNull?: Input<Input<string>[] | undefined>;
  /** Queries whose answer must be as expected. */
  sql?: Input<Input<SqlCheckArgs>[] | undefined>;
}

/**
 * Inputs of {@link MsqIngestion}. `pulumi preview` reports all faults at once, each with its path.
 *
 * `customTimeouts` (create, update, delete) in the resource's options are honoured; without them a task may run as long
 * as it needs.
 */
export interface MsqIngestionArgs {
  /**
   * One `INSERT`, `REPLACE`, `INSERT INTO EXTERN(…)` (export) or `SELECT` (experimental in Druid), with or without
   * `SET …;` statements before it. See "SQL-based ingestion" in Druid's documentation.
   *
   * If only comments, white space or line ends change, nothing runs. Any other change runs the ingestion again, except
   * that an `INSERT` or export never loads a second time what it has loaded before. Another target replaces the
   * resource.
   */
  query: Input<string>;

  /**
   * Druid's query context for this query; see "Context parameters" in Druid's SQL-based ingestion reference. Keys that
   * this type does not list are allowed. `sqlQueryId` and `queryId` are rejected, here and in `SET`: the resource
   * chooses the task's id, so that the ingestion runs exactly once.
   * @default {}
   */
  context?: Input<QueryContextArgs | undefined>;

  /**
   * Values for the `?` of the query, in order. A plain string is sent as `VARCHAR`, an integer as `BIGINT`,
   * another number as `DOUBLE`, a boolean as `BOOLEAN`. Integers beyond 2^53 are rejected, because JavaScript has
   * already rounded them: write a bigint, `9007199254740993n`. A Date is rejected, because it may mean a `TIMESTAMP` or
   * a `DATE`: write `{ type: "TIMESTAMP", value: date.getTime() }`. A null has no type in Druid: write
   * `CAST(? AS VARCHAR)`.
   * @default []
   */
  parameters?: Input<Input<ParameterArgs | ParameterValue | bigint>[] | undefined>;

  /**
   * Any values, e.g. a file's version or a date: if one changes, the ingestion runs again. An `INSERT` runs again only
   * with values that it has not had before, because its earlier rows stay: if you return to old values, nothing is
   * loaded.
   *
   * Values are compared as JSON, at any depth, also within outputs and secrets; a Date by its ISO string, a bigint by
   * its digits. Values that Pulumi cannot pass to the provider (Map, Set, RegExp, function, symbol, NaN, Infinity,
   * binary data, assets, resources, class instances) are rejected, and the error says what to write instead.
   * `pulumi.secret(new Date())` arrives as an empty object, which causes a warning: write
   * `pulumi.secret(date.toISOString())`.
   * @default []
   *
   * @example
   * ```ts
   * import { createHash } from "node:crypto";
   * import { readFileSync } from "node:fs";
   *
   * const triggers = [createHash("sha256").update(readFileSync("pages.csv")).digest("hex")];
   * ```
   */
  triggers?: Input<unknown[] | undefined>;

  /**
   * Wait until the rows can be queried at the Broker; `false` waits only until the task has succeeded.
   * @default true
   */
  waitForSegmentLoad?: Input<boolean | undefined>;

  /**
   * How long to wait for the segments before `pulumi up` fails. The rows are safe in that case, and the next
   * `pulumi up` continues to wait.
   * @default 600
   */
  segmentLoadTimeoutSeconds?: Input<number | undefined>;

  /**
   * What a delete does after it has cancelled a running task. `dropDatasource` removes all rows of the datasource,
   * including rows loaded by others.
   * @default "keepData"
   */
  onDelete?: Input<"keepData" | "dropDatasource" | undefined>;

  /**
   * Adopts an existing task (running or finished) instead of submitting one. Works once per value. Use it to bring rows
   * loaded without Pulumi under its management, and to answer when the provider stops and asks which task loaded the
   * rows.
   */
  adoptTaskId?: Input<string | undefined>;

  /**
   * `explain` lets Druid's planner check new queries in `pulumi preview`; this reads no data. `sample` also lets Druid
   * read the first 100 rows of each external source, and warns of lines that cannot be parsed, of times that look wrong
   * and of columns that the data does not have. It takes at most ten seconds and needs STATE WRITE. Preview then shows up
   * to three bad lines of each source, unless the query or the parameters are secret.
   * @default "explain"
   */
  validate?: Input<"explain" | "sample" | "off" | undefined>;

  /**
   * What must be true of the rows. The checks run when the rows can be queried. If one fails, the resource fails and
   * what depends on it does not run; the rows stay and are not loaded again, and the next `pulumi up` runs the checks
   * again. A changed check runs the checks and loads nothing. See docs/checks.md.
   *
   * @example
   * ```ts
   * const checks = {
   *   minRows: 1_000,
   *   notNull: ["user"],
   *   sql: [{ name: "no duplicates", query: 'SELECT "id" FROM "pages" GROUP BY 1 HAVING COUNT(*) > 1' }],
   * };
   * ```
   */
  checks?: Input<ChecksArgs | undefined>;

  /**
   * How often a failed run is repeated automatically. This happens only if the cause is likely to pass (a worker, the
   * network, a lock or a server was lost) and the run certainly published nothing. Otherwise, and after the last retry,
   * `pulumi up` fails.
   * @default 2
   */
  retries?: Input<number | undefined>;

  /** Where Druid is; {@link ConnectionArgs} tells what applies if this is omitted. */
  connection?: Input<ConnectionArgs | undefined>;
}
