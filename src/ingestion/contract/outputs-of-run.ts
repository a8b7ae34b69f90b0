/** What the outputs tell of one run: its segments, its report, its status. Types and their documentation, no code. */

/**
 * Which type of shards was written and why, in Druid's terms; not before about Druid 29.
 * @source `status.segmentReport` of Druid's report
 */
export interface SegmentReport {
  /** `NumberedShardSpec` or `DimensionRangeShardSpec`. */
  shardSpec?: string;
  /** Why Druid chose it, in words. */
  details?: string;
}

/**
 * How many segments were loaded, and how long that took; states and counts in Druid's words.
 * @source Druid's report if the task itself waited, otherwise the Coordinator and the Broker
 */
export interface SegmentLoad {
  /** `INIT`, `WAITING`, `SUCCESS`, `FAILED` or `TIMED_OUT`. */
  state: string;
  /** When the wait began; ISO 8601. */
  startTime?: string;
  /**
   * How long the wait took.
   * @unit milliseconds
   */
  durationMs?: number;
  /**
   * All segments that the run published.
   * @unit segments
   */
  totalSegments?: number;
  /**
   * Published segments that are in use. The others were removed or replaced meanwhile.
   * @unit segments
   */
  usedSegments?: number;
  /**
   * Used segments that servers load before a query needs them.
   * @unit segments
   */
  precachedSegments?: number;
  /**
   * Used segments that are loaded only when a query needs them.
   * @unit segments
   */
  onDemandSegments?: number;
  /**
   * Used segments that no server has loaded yet.
   * @unit segments
   */
  pendingSegments?: number;
  /**
   * Segments of which Druid did not know whether they have to be loaded.
   * @unit segments
   */
  unknownSegments?: number;
  /** `report`: from the task's own wait; `probe`: determined from Coordinator and Broker. */
  source: "report" | "probe";
}

/**
 * One stage of the run.
 * @source `stages` and `counters` of Druid's report
 */
export interface StageReport {
  /**
   * Druid's stage number; messages count from 1 and name this one too: `stage 2/3 (Druid's stage 1)`.
   * @unit Druid's count of stages, from 0
   */
  number: number;
  /** Druid's word: `NEW`, `READING_INPUT`, `POST_READING`, `RESULTS_READY`, `FINISHED` or `FAILED`. */
  phase?: string;
  /**
   * How many workers it ran on.
   * @unit workers
   */
  workers?: number;
  /**
   * How many parts its rows were divided into.
   * @unit partitions
   */
  partitions?: number;
  /**
   * How long it ran.
   * @unit milliseconds
   */
  durationMs?: number;
  /**
   * Rows that it produced.
   * @unit rows
   */
  rows?: number;
}

/**
 * Summary of the run; `getReport` returns Druid's whole report.
 * @source Druid's report of the task
 */
export interface RunReport {
  /** When the run began; ISO 8601. */
  startTime?: string;
  /**
   * How long it ran, without the wait for its segments.
   * @unit milliseconds
   */
  durationMs?: number;
  /**
   * Rows read from external sources and tables.
   * @unit rows
   */
  rowsRead?: number;
  /**
   * Rows in the segments that were written.
   * @unit rows
   */
  rowsWritten?: number;
  /**
   * Bytes read from external sources and tables, as far as Druid counts them.
   * @unit bytes
   */
  bytesRead?: number;
  /**
   * How many workers there were, the controller left out.
   * @unit workers
   */
  workers?: number;
  /** Druid's warnings, e.g. about unreadable rows, and how often they occurred; `getReport` returns their texts. */
  warnings?: {
    /** Druid's code, e.g. `CannotParseExternalData`. */
    errorCode: string;
    /**
     * How often it occurred.
     * @unit warnings
     */
    count: number;
  }[];
  /** The stages, in Druid's order. */
  stages?: StageReport[];
}

/**
 * Druid's task status.
 * @source `GET /druid/indexer/v1/task/{id}/status`
 */
export interface RunStatus {
  /** When the task was created; ISO 8601. */
  createdTime?: string;
  /**
   * How long the task ran.
   * @unit milliseconds
   */
  durationMs?: number;
  /** Cut by Druid to 100 characters; `error` has the full text. */
  errorMsg?: string;
  /** Where the controller ran; absent if it never started. */
  location?: {
    /** Name or address of the server. */
    host?: string;
    /** Port of the controller for HTTP; -1 if it has none. */
    port?: number;
    /** Port of the controller for HTTPS; -1 if it has none. */
    tlsPort?: number;
  };
  /** Druid's group of the controller and its workers. */
  groupId?: string;
}
