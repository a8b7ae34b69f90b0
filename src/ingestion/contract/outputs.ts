/**
 * What an ingestion tells of itself, as plain values. Types and their documentation, no code. What a server does not
 * tell is absent, never null.
 */
import type { Source } from "../../statement/address";
import type { StatementFacts } from "../../statement/facts";

/** Druid's own states, and two of ours. */
export type IngestionState =
  /** The task was still running when we last looked, or its segments were still loading. */
  | "RUNNING"
  /** Done; with `waitForSegmentLoad`, also queryable. */
  | "SUCCESS"
  | "FAILED"
  /** Something ran that this state does not account for; the next `pulumi up` finds out. */
  | "STALE"
  /** The rows were published once and are gone from the cluster. */
  | "DATA_MISSING";

/** Why a run failed. */
export interface IngestionError {
  /** The whole text, which Druid's status cuts at 100 characters. */
  message: string;
  /** Druid's name for the fault, e.g. `InsertTimeNull`; "Error codes" in Druid's SQL-based ingestion reference. */
  errorCode?: string;
  /** As in `report.stages`. */
  stageNumber?: number;
  /** The worker's or controller's task. */
  taskId?: string;
  /** Where it ran. */
  host?: string;
}

/** What the SQL says, by its text alone: preview and up agree on it, and policies can read it. */
export interface Statement extends StatementFacts {}
/** Something the query reads; `address` has no credentials and is absent when the query is secret. */
export type StatementSource = Source;

/** Which kind of shards was written and why, in Druid's words; 2024 and later. */
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
  /** `report`: Druid's own wait told it; `probe`: we asked coordinator and broker. */
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
