/** The inputs of an ingestion: types and their documentation, no code. */
import type { Input } from "@pulumi/pulumi";
import type { ChecksArgs } from "./args/checks";
import type { ConnectionArgs } from "./args/connection";
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
  /**
   * SQL type, e.g. `VARCHAR`, `BIGINT`, `DOUBLE`, `TIMESTAMP`, `DATE`, `ARRAY`.
   * @errors `is empty`
   */
  type: Input<string>;
  /**
   * In the form Druid expects for that type: a string or milliseconds for TIMESTAMP (not a Date), a list for ARRAY.
   * @errors `must be a string, number, boolean, null or { type, value }`
   */
  value: Input<ParameterValue | bigint | (ParameterValue | bigint)[]>;
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
   * @errors `is required`, `must be a string`, and each mistake in the statement, with its line and column
   */
  query: Input<string>;

  /**
   * Druid's query context for this query; see "Context parameters" in Druid's SQL-based ingestion reference. Keys that
   * this type does not list are allowed. `sqlQueryId` and `queryId` are rejected, here and in `SET`: the resource
   * chooses the task's id, so that the ingestion runs exactly once.
   * @default {}
   * @errors `must be an object`, and a value that Druid would not understand, with its key
   */
  context?: Input<QueryContextArgs | undefined>;

  /**
   * Values for the `?` of the query, in order. A plain string is sent as `VARCHAR`, an integer as `BIGINT`,
   * another number as `DOUBLE`, a boolean as `BOOLEAN`. Integers beyond 2^53 are rejected, because JavaScript has
   * already rounded them: write a bigint, `9007199254740993n`. A Date is rejected, because it may mean a `TIMESTAMP` or
   * a `DATE`: write `{ type: "TIMESTAMP", value: date.getTime() }`. A null has no type in Druid: write
   * `CAST(? AS VARCHAR)`.
   * @default []
   * @errors `must be an array`, `must be a string, number, boolean, null or { type, value }`, `is an integer beyond
   * 2^53, which JavaScript cannot represent exactly`, `of type BIGINT must be a number, or a string of digits`, `does
   * not fit into the 64 bits of Druid's BIGINT`, and another number of values than the query has `?`
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
   * @errors `must be an array`, and a value that cannot be passed, with what to write instead
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
   * @errors `must be a boolean`
   */
  waitForSegmentLoad?: Input<boolean | undefined>;

  /**
   * How long to wait for the segments before `pulumi up` fails. The rows are safe in that case, and the next
   * `pulumi up` continues to wait.
   * @default 600
   * @unit seconds
   * @errors `must be a number`, `must be more than 0`
   */
  segmentLoadTimeoutSeconds?: Input<number | undefined>;

  /**
   * What a delete does after it has cancelled a running task. `dropDatasource` removes all rows of the datasource,
   * including rows loaded by others.
   * @default "keepData"
   * @errors `must be "keepData" or "dropDatasource"`
   */
  onDelete?: Input<"keepData" | "dropDatasource" | undefined>;

  /**
   * Adopts an existing task (running or finished) instead of submitting one. Works once per value. Use it to bring rows
   * loaded without Pulumi under its management, and to answer when the provider stops and asks which task loaded the
   * rows.
   * @default none
   * @errors `must be a string`, `is empty; remove it to submit a task`, and in `pulumi up` a task that cannot have loaded
   * the rows, with the reason
   */
  adoptTaskId?: Input<string | undefined>;

  /**
   * `explain` lets Druid's planner check new queries in `pulumi preview`; this reads no data. `sample` also lets Druid
   * read the first 100 rows of each external source, and warns of lines that cannot be parsed, of times that look wrong
   * and of columns that the data does not have. It takes at most ten seconds and needs STATE WRITE. Preview then shows up
   * to three bad lines of each source, unless the query or the parameters are secret.
   * @default "explain"
   * @errors `must be "explain", "sample" or "off"`
   */
  validate?: Input<"explain" | "sample" | "off" | undefined>;

  /**
   * What must be true of the rows. The checks run when the rows can be queried. If one fails, the resource fails and
   * what depends on it does not run; the rows stay and are not loaded again, and the next `pulumi up` runs the checks
   * again. A changed check runs the checks and loads nothing. See docs/checks.md.
   * @default none
   * @errors `must be an object`, and those of its fields
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
   * @unit retries
   * @errors `must be a number`, `must be a whole number`, `must not be negative`
   */
  retries?: Input<number | undefined>;

  /**
   * Where Druid is; {@link ConnectionArgs} tells what applies if this is omitted.
   * @default the stack's configuration `druid:*`, then the environment `DRUID_*`
   * @errors `must be of type object`, and those of its fields
   */
  connection?: Input<ConnectionArgs | undefined>;
}
