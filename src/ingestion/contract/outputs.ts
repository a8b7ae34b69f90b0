/**
 * The outputs of an ingestion as plain values: types and their documentation, no code. Values that the server does not
 * report are absent, never null.
 */
import type { Source } from "../../statement/address";
import type { StatementFacts } from "../../statement/facts";

/**
 * `RUNNING`: when last seen, the task was running or its segments were loading. `SUCCESS`: the rows are published; with
 * `waitForSegmentLoad`, they can also be queried. `FAILED`: the run failed, see `error`. `STALE`: Druid may have run
 * tasks that state does not record. `DATA_MISSING`: the rows were published, but are no longer in the cluster. The next
 * `pulumi up` resolves every state but `SUCCESS`.
 */
export type IngestionState = "RUNNING" | "SUCCESS" | "FAILED" | "STALE" | "DATA_MISSING";

/** Why a run failed. */
export interface IngestionError {
  /** The full text, which Druid's status cuts to 100 characters. */
  message: string;
  /** Druid's error code, e.g. `InsertTimeNull`; see "Error codes" in Druid's SQL-based ingestion reference. */
  errorCode?: string;
  /** As in `report.stages`. */
  stageNumber?: number;
  /** ID of the worker or controller task that failed. */
  taskId?: string;
  /** Host on which it ran. */
  host?: string;
}

/** Facts read from the SQL text alone: the same in preview and `pulumi up`, and available to policies. */
export interface Statement extends StatementFacts {}
/** Something the query reads. `address` contains no credentials and is absent if the query is secret. */
export type StatementSource = Source;

/** Which type of shards was written and why, in Druid's terms; not before about Druid 29. */
export interface SegmentReport {
  shardSpec?: string;
  details?: string;
}

/** How many segments were loaded, and how long that took; states and counts in Druid's words. */
export interface SegmentLoad {
  /** `INIT`, `WAITING`, `SUCCESS`, `FAILED` or `TIMED_OUT`. */
  state: string;
  /** ISO 8601. */
  startTime?: string;
  durationMs?: number;
  totalSegments?: number;
  usedSegments?: number;
  precachedSegments?: number;
  onDemandSegments?: number;
  pendingSegments?: number;
  unknownSegments?: number;
  /** `report`: from the task's own wait; `probe`: determined from Coordinator and Broker. */
  source: "report" | "probe";
}

/** One stage of the run. */
export interface StageReport {
  /** Druid's stage number, from 0; messages count from 1 and name this one too: `stage 2/3 (Druid's stage 1)`. */
  number: number;
  /** Druid's word: `NEW`, `READING_INPUT`, `POST_READING`, `RESULTS_READY`, `FINISHED` or `FAILED`. */
  phase?: string;
  workers?: number;
  partitions?: number;
  durationMs?: number;
  rows?: number;
}

/** Summary of the run; `getReport` returns Druid's whole report. */
export interface RunReport {
  /** ISO 8601. */
  startTime?: string;
  durationMs?: number;
  /** Rows read from external sources and tables. */
  rowsRead?: number;
  rowsWritten?: number;
  bytesRead?: number;
  workers?: number;
  /** Druid's warnings, e.g. about unreadable rows, and how often they occurred; `getReport` returns their texts. */
  warnings?: { errorCode: string; count: number }[];
  stages?: StageReport[];
}

/** Druid's task status. */
export interface RunStatus {
  /** ISO 8601. */
  createdTime?: string;
  durationMs?: number;
  /** Cut by Druid to 100 characters; `error` has the full text. */
  errorMsg?: string;
  location?: { host?: string; port?: number; tlsPort?: number };
  groupId?: string;
}

/** Result rows of a SELECT: at most 1,000 rows and 256 kB. */
export interface QueryResults {
  signature?: { name: string; type?: string }[];
  sqlTypeNames?: string[];
  /** By the names of the columns. */
  rows: Record<string, unknown>[];
  /** True if Druid or this package kept only some of the rows. */
  truncated: boolean;
}

/** How one of the `checks` ended. */
export interface CheckResult {
  /** `minRows`, `maxRows`, `maxWarnings`, `notNull <column>`, or the name of a check in SQL. */
  name: string;
  passed: boolean;
  /** What the check found, in words; quotes up to three rows, unless the query or the checks are secret. */
  found: string;
}

/** The outputs, without the inputs, which are outputs too. */
export interface MsqIngestionOutputs {
  /** ID of the controller task that loaded the rows; absent if Druid has forgotten it but the rows are there. */
  taskId?: string;
  state: IngestionState;
  /** Absent for an export and a SELECT. */
  dataSource?: string;
  /** True if the rows come from a task that this operation did not submit: adopted, or found from an earlier one. */
  adopted: boolean;
  /** Link to the task in Druid's web console; absent if `taskId` is. */
  consoleUrl?: string;
  /** Druid's address, without credentials. */
  url: string;
  /** Only in state FAILED. */
  error?: IngestionError;
  statement: Statement;
  /** Absent if the server does not report it, and if the report is gone. */
  segmentReport?: SegmentReport;
  /** Absent if neither the task nor the resource waited, and if nothing was loaded. */
  segmentLoad?: SegmentLoad;
  /** Absent if Druid has no report of the task. */
  report?: RunReport;
  /** Number of rows written, as in `report`; absent for an export and a SELECT, and without a report. */
  rowsWritten?: number;
  status?: RunStatus;
  /** For a SELECT only. */
  results?: QueryResults;
  /** Part of the IDs of this ingestion's tasks in Druid: `query-<key>-<number>`. */
  key: string;
  /** Number of the last task whose outcome is recorded. */
  number: number;
  /**
   * Hashes of the loads that may be in the target, newest last. `+`: its rows were added to others; `?`: it is unknown
   * whether it was published. A secret.
   */
  published: string[];
  /** How the checks ended; absent without checks, and until they have run on the rows of the last load. */
  checks?: CheckResult[];
  /** Hash of the checks that the rows have passed; absent until all have passed. A secret. */
  checked?: string;
  /** The last `adoptTaskId` that was used; it is not used again. */
  adoptedTaskId?: string;
}
