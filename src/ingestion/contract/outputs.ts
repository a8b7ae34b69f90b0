/**
 * The outputs of an ingestion as plain values: types and their documentation, no code. Values that the server does not
 * report are absent, never null. `@source` says where a value comes from; on a type, where all of its values do.
 */
import type { Source } from "../../statement/address";
import type { StatementFacts } from "../../statement/facts";
import type { RunReport, RunStatus, SegmentLoad, SegmentReport } from "./outputs-of-run";

export type { RunReport, RunStatus, SegmentLoad, SegmentReport, StageReport } from "./outputs-of-run";

/**
 * `RUNNING`: when last seen, the task was running or its segments were loading. `SUCCESS`: the rows are published; with
 * `waitForSegmentLoad`, they can also be queried. `FAILED`: the run failed, see `error`. `STALE`: Druid may have run
 * tasks that state does not record. `DATA_MISSING`: the rows were published, but are no longer in the cluster. The next
 * `pulumi up` resolves every state but `SUCCESS`.
 */
export type IngestionState = "RUNNING" | "SUCCESS" | "FAILED" | "STALE" | "DATA_MISSING";

/**
 * Why a run failed.
 * @source Druid's report of the task; without one, its status
 */
export interface IngestionError {
  /** The full text, which Druid's status cuts to 100 characters. */
  message: string;
  /** Druid's error code, e.g. `InsertTimeNull`; see "Error codes" in Druid's SQL-based ingestion reference. */
  errorCode?: string;
  /**
   * The stage that failed, as in `report.stages`.
   * @unit Druid's count of stages, from 0
   */
  stageNumber?: number;
  /** ID of the worker or controller task that failed. */
  taskId?: string;
  /** Host on which it ran. */
  host?: string;
}

/**
 * Facts read from the SQL text alone: the same in preview and `pulumi up`, and available to policies.
 * @source the text of the query
 */
export interface Statement extends StatementFacts {}
/**
 * Something the query reads. `address` contains no credentials and is absent if the query is secret.
 * @source the text of the query
 */
export interface StatementSource extends Source {}

/**
 * Result rows of a SELECT: at most 1,000 rows and 256 kB.
 * @source `results` of Druid's report
 */
export interface QueryResults {
  /** The columns and their types within Druid, in order. */
  signature?: {
    /** The column's name. */
    name: string;
    /** Druid's type, e.g. `STRING` or `LONG`. */
    type?: string;
  }[];
  /** The SQL types of the columns, e.g. `VARCHAR`, in order. */
  sqlTypeNames?: string[];
  /** The rows as objects, by the names of the columns. */
  rows: Record<string, unknown>[];
  /** True if Druid or this package kept only some of the rows. */
  truncated: boolean;
}

/**
 * How one of the `checks` ended.
 * @source Druid's report for `minRows`, `maxRows` and `maxWarnings`, the Broker's answer for the others
 */
export interface CheckResult {
  /** `minRows`, `maxRows`, `maxWarnings`, `notNull <column>`, or the name of a check in SQL. */
  name: string;
  /** Whether the rows are as the check demands. */
  passed: boolean;
  /** What the check found, in words; quotes up to three rows, unless the query or the checks are secret. */
  found: string;
}

/** The outputs, without the inputs, which are outputs too. */
export interface MsqIngestionOutputs {
  /**
   * ID of the controller task that loaded the rows; absent if Druid has forgotten it but the rows are there.
   * @source `query-`, `key` and the number of the run; for adopted rows, `adoptTaskId`
   */
  taskId?: string;
  /**
   * `RUNNING`: when last seen, the task was running or its segments were loading. `SUCCESS`: the rows are published
   * and, with `waitForSegmentLoad`, can be queried. `FAILED`: see `error`. `STALE`: Druid may have run tasks that are
   * not recorded here. `DATA_MISSING`: the rows are gone. The next `pulumi up` resolves every state but `SUCCESS`.
   * @source Druid's task status (`RUNNING`, `SUCCESS`, `FAILED`), and this package (`STALE`, `DATA_MISSING`)
   */
  state: IngestionState;
  /**
   * The target datasource; absent for an export and a SELECT. Known in preview.
   * @source the text of the query
   */
  dataSource?: string;
  /**
   * True if the rows come from a task that this operation did not submit: adopted, or found from an earlier one.
   * @source this package
   */
  adopted: boolean;
  /**
   * Link to the task in Druid's web console; absent if `taskId` is.
   * @source `url` and `taskId`
   */
  consoleUrl?: string;
  /**
   * Druid's address, without credentials. Known in preview.
   * @source `connection`, the stack's configuration or the environment
   */
  url: string;
  /**
   * Why the run failed; absent unless `state` is `FAILED`.
   * @source Druid's report of the task; without one, its status
   */
  error?: IngestionError;
  /**
   * Facts read from the SQL: kind, target, what it overwrites, partitioning, sources. Known in preview.
   * @source the text of the query
   */
  statement: Statement;
  /**
   * Which type of shards was written and why; absent if the server does not report it, and if the report is gone.
   * @source Druid's report of the task
   */
  segmentReport?: SegmentReport;
  /**
   * How many segments were loaded, and how long that took; absent if neither the task nor the resource waited, and if
   * nothing was loaded.
   * @source Druid's report if the task itself waited, otherwise the Coordinator and the Broker
   */
  segmentLoad?: SegmentLoad;
  /**
   * Summary of the run; `getReport` returns Druid's whole report. Absent if Druid has no report of the task.
   * @source Druid's report of the task
   */
  report?: RunReport;
  /**
   * Number of rows written, as in `report`; absent for an export and a SELECT, and without a report.
   * @unit rows
   * @source Druid's report of the task
   */
  rowsWritten?: number;
  /**
   * Druid's task status; absent if Druid has forgotten the task.
   * @source `GET /druid/indexer/v1/task/{id}/status`
   */
  status?: RunStatus;
  /**
   * Result rows of a SELECT, as objects; absent for any other statement.
   * @source Druid's report of the task
   */
  results?: QueryResults;
  /**
   * Part of the IDs of this ingestion's tasks in Druid: `query-<key>-<number>`.
   * @source the resource's name, and a hash of organization and URN
   */
  key: string;
  /**
   * Number of the last task whose outcome is recorded.
   * @unit a count of this ingestion's tasks, from 1
   * @source this package
   */
  number: number;
  /**
   * Hashes of the loads that may be in the target, newest last. `+`: its rows were added to others; `?`: it is unknown
   * whether it was published. A secret.
   * @source query, context, parameters and triggers of each load
   */
  published: string[];
  /**
   * How the checks ended: a list of `{ name, passed, found }`. Absent without checks, and until they have run on the
   * rows of the last load. The input `checks` is not repeated as an output.
   * @source Druid's report, and the Broker's answers
   */
  checks?: CheckResult[];
  /**
   * Hash of the checks that the rows have passed; absent until all have passed. A secret.
   * @source the input `checks`
   */
  checked?: string;
  /**
   * The last `adoptTaskId` that was used; it is not used again.
   * @source the input `adoptTaskId`
   */
  adoptedTaskId?: string;
}
