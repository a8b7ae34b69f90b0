/**
 * The outputs of an ingestion as plain values: types and their documentation, no code. Values that the server does not
 * report are absent, never null.
 */
import type { Source } from "../../statement/address";
import type { StatementFacts } from "../../statement/facts";

/** Druid's states, and our own `STALE` and `DATA_MISSING`. */
export type IngestionState =
  /** At the last check the task was still running, or its segments were still loading. */
  | "RUNNING"
  /** The rows are published; with `waitForSegmentLoad`, they can also be queried. */
  | "SUCCESS"
  | "FAILED"
  /** Druid may have run tasks that this state does not record; the next `pulumi up` checks them. */
  | "STALE"
  /** The rows were published, but no longer exist in the cluster. */
  | "DATA_MISSING";

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

/** Which type of shards was written and why, in Druid's terms; since 2024. */
export interface SegmentReport {
  shardSpec?: string;
  details?: string;
}

/** How the segments came to be queryable; states and counts in Druid's words. */
export interface SegmentLoad {
  /** INIT, WAITING, SUCCESS, FAILED or TIMED_OUT. */
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
  /** Druid's own, which begin at 0, as in every message. */
  number: number;
  phase?: string;
  workers?: number;
  partitions?: number;
  durationMs?: number;
  rows?: number;
}

/** The run in figures; `getReport` has all that Druid tells. */
export interface RunReport {
  /** ISO 8601. */
  startTime?: string;
  durationMs?: number;
  /** From external sources and tables. */
  rowsRead?: number;
  rowsWritten?: number;
  bytesRead?: number;
  workers?: number;
  /** What Druid warned of, e.g. rows it could not parse, and how often; `getReport` has the texts. */
  warnings?: { errorCode: string; count: number }[];
  stages?: StageReport[];
}

/** Druid's status of the task. */
export interface RunStatus {
  /** ISO 8601. */
  createdTime?: string;
  durationMs?: number;
  /** Cut by Druid at 100 characters; `error` has the whole. */
  errorMsg?: string;
  location?: { host?: string; port?: number; tlsPort?: number };
  groupId?: string;
}

/** Rows of a SELECT: at most 1,000 and 256 kB. */
export interface QueryResults {
  signature?: { name: string; type?: string }[];
  sqlTypeNames?: string[];
  rows: unknown[][];
  /** True where Druid or we kept only a part. */
  truncated: boolean;
}

/** The outputs besides the echoed inputs. */
export interface MsqIngestionOutputs {
  /** Druid's controller task whose rows these are; absent where the rows are there and Druid has forgotten the task. */
  taskId?: string;
  state: IngestionState;
  /** Absent for an export and a SELECT. */
  dataSource?: string;
  /** Whether the rows were there already (by `adoptTaskId`, or kept by an earlier delete) and nothing was run for them. */
  adopted: boolean;
  /** The task in Druid's web console; absent where `taskId` is. */
  consoleUrl?: string;
  /** The address in use, without credentials. */
  url: string;
  /** Only in state FAILED. */
  error?: IngestionError;
  statement: Statement;
  /** Absent before Druid 29 or so, and where the report is gone. */
  segmentReport?: SegmentReport;
  /** Absent without `waitForSegmentLoad`, and where nothing was loaded. */
  segmentLoad?: SegmentLoad;
  /** Absent where Druid has no report of the task. */
  report?: RunReport;
  /** Rows in the segments written, as in `report`; absent for an export and a SELECT, and without a report. */
  rowsWritten?: number;
  status?: RunStatus;
  /** For a SELECT only. */
  results?: QueryResults;
  /** Names this ingestion's tasks in Druid: `query-<key>-<number>`. */
  key: string;
  /** The last of them that is accounted for. */
  number: number;
  /**
   * Hashes of the loads that may be in the target, the latest last; `+`: added beside the others, `?`: Druid did not
   * tell whether it was published. A secret.
   */
  published: string[];
  /** The `adoptTaskId` that was last taken; it is not taken a second time. */
  adoptedTaskId?: string;
}
