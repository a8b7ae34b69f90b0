/** What a program may say about an ingestion. Types and their documentation, no code. */
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
  /** As Druid reads it for that type: a TIMESTAMP is a string or milliseconds (no Date), an ARRAY a list. */
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
   * Accept any certificate: for tests only, it gives credentials to whoever answers.
   * @default false
   */
  insecureSkipVerify?: Input<boolean | undefined>;
}

/**
 * Where Druid is and who asks: `url` with what belongs to it, or `cluster`.
 *
 * Sources are looked at in this order: `url` here, `cluster` here, the stack's configuration (`druid:url`, `username`,
 * `password`, `token`, `headers`, `caCert`, `clientCert`, `clientKey`, `insecureSkipVerify`, `requestTimeoutSeconds`),
 * the environment (`DRUID_URL`, … `DRUID_CA_CERT` …). The first that gives a url gives everything, so that credentials
 * never go to another source's url. The whole object is kept as a secret. Log in by one of username, `token`, and an
 * `Authorization` header.
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
   * Name of a connection in the stack's configuration, in place of `url` and all that belongs to it: `"prod"` takes
   * the key `prod` of the JSON object in `druid:clusters`, whose values have the shape of this object.
   */
  cluster?: Input<string | undefined>;
  /** For HTTP basic authentication, together with `password`. */
  username?: Input<string | undefined>;
  /** Druid 27 refuses a right password that has a colon in it. */
  password?: Input<string | undefined>;
  /** Sent as `Authorization: Bearer …`. */
  token?: Input<string | undefined>;
  /** Sent with every request. */
  headers?: Input<Record<string, Input<string>> | undefined>;
  /** How the connection is encrypted, where the system's trust is not enough. */
  tls?: Input<TlsArgs | undefined>;
  /**
   * How long one request may take, at most 3600; it limits no task. May stand beside `cluster`, and alone.
   * @default 60
   */
  requestTimeoutSeconds?: Input<number | undefined>;
}

/**
 * Inputs of {@link MsqIngestion}. Faults are all reported at once by `pulumi preview`, each with its path.
 *
 * `customTimeouts` (create, update, delete) in the resource's options are honoured; without one a task may run as long
 * as it needs.
 */
export interface MsqIngestionArgs {
  /**
   * One `INSERT`, `REPLACE`, `INSERT INTO EXTERN(…)` (export) or `SELECT` (experimental in Druid), with or without
   * `SET …;` statements before it. See "SQL-based ingestion" in Druid's documentation.
   *
   * Changing comments, white space or line ends alone runs nothing; anything else runs the ingestion again, and another target
   * replaces the resource.
   */
  query: Input<string>;

  /**
   * Druid's query context for this query; see "Context parameters" in Druid's SQL-based ingestion reference. Keys that
   * Druid has and this type has not are allowed. `sqlQueryId` and `queryId` are rejected, here and in `SET`: the
   * task's id is what makes the ingestion run exactly once.
   * @default {}
   */
  context?: Input<QueryContextArgs | undefined>;

  /**
   * Values for the `?` of the query, in order. A plain string is sent as `VARCHAR`, an integer as `BIGINT`,
   * another number as `DOUBLE`, a boolean as `BOOLEAN`. Integers beyond 2^53 are rejected, as JavaScript has rounded
   * them: write a bigint, `9007199254740993n`. A Date is refused, as it may be a `TIMESTAMP` or a `DATE`: write
   * `{ type: "TIMESTAMP", value: date.getTime() }`. A null has no type for Druid: write `CAST(? AS VARCHAR)`.
   * @default []
   */
  parameters?: Input<Input<ParameterArgs | ParameterValue | bigint>[] | undefined>;

  /**
   * Any values: a change of one runs the ingestion again, e.g. a file's version or a date.
   *
   * Values are compared as JSON, in any depth and also in outputs and secrets. A Date counts by its ISO text, a bigint
   * by its digits. What Pulumi cannot carry (Map, Set, RegExp, function, symbol, NaN, Infinity, binary data, assets,
   * resources, instances of classes) is refused, with what to write instead. `pulumi.secret(new Date())` is an empty
   * object before it gets here, of which a warning tells: write `pulumi.secret(date.toISOString())`.
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
   * Return when the rows can be queried at the broker; `false` returns when Druid calls the task a success.
   * @default true
   */
  waitForSegmentLoad?: Input<boolean | undefined>;

  /**
   * How long the wait for the segments may take before `pulumi up` fails. The rows are safe then, and the next
   * `pulumi up` goes on waiting.
   * @default 600
   */
  segmentLoadTimeoutSeconds?: Input<number | undefined>;

  /**
   * What a delete does after it has cancelled a running task. `dropDatasource` takes everything in the datasource,
   * also what others have loaded into it.
   * @default "keepData"
   */
  onDelete?: Input<"keepData" | "dropDatasource" | undefined>;

  /**
   * Takes an existing task (running or finished) for this ingestion's run instead of submitting one. Used once: to
   * bring under Pulumi what was loaded without it, and to answer when the provider stops and asks.
   */
  adoptTaskId?: Input<string | undefined>;

  /**
   * `explain` has Druid's planner check new queries in `pulumi preview`; it reads no data.
   * @default "explain"
   */
  validate?: Input<"explain" | "off" | undefined>;

  /** Where Druid is; see {@link ConnectionArgs} for what applies without it. */
  connection?: Input<ConnectionArgs | undefined>;
}
