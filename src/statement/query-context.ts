/** The keys of Druid's query context that matter for SQL ingestion: types and their documentation, no code. */

/** Query context of a SQL task. Other keys that Druid knows are allowed too and are passed on unchanged. */
export interface QueryContext {
  /**
   * Maximum number of tasks, controller included; at least 2.
   * @default 2
   * @unit tasks
   */
  maxNumTasks?: number;
  /**
   * `max` uses all of `maxNumTasks`; `auto` only as many as the size of the files requires.
   * @default "max"
   */
  taskAssignment?: "max" | "auto";
  /**
   * False stores sketches and other complex aggregates, true their final values.
   * @default true
   */
  finalizeAggregations?: boolean;
  /**
   * How arrays are stored.
   * @default "array" since Druid 31, "mvd" before
   */
  arrayIngestMode?: "array" | "mvd" | "none";
  /**
   * How joins are carried out.
   * @default "broadcast"
   */
  sqlJoinAlgorithm?: "broadcast" | "sortMerge";
  /**
   * Rows a worker holds in memory before it writes them out.
   * @default 100000
   * @unit rows
   */
  rowsInMemory?: number;
  /**
   * Another name for `rowsInMemory`, and overrides it; since Druid 36.
   * @default 100000
   * @unit rows
   */
  maxRowsInMemory?: number;
  /**
   * Target number of rows per segment.
   * @default 3000000
   * @unit rows
   */
  rowsPerSegment?: number;
  /**
   * Maximum number of segments to write; the task fails if there would be more.
   * @default none
   * @unit segments
   */
  maxNumSegments?: number;
  /**
   * Columns to sort by before those of CLUSTERED BY, separated by commas; `__time` first.
   * @default none
   */
  segmentSortOrder?: string;
  /**
   * False allows `segmentSortOrder` to begin with a column other than `__time`.
   * @default true
   */
  forceSegmentSortByTime?: boolean;
  /**
   * How many unreadable rows are skipped before the task fails; -1 means any number.
   * @default 0
   * @unit rows
   */
  maxParseExceptions?: number;
  /**
   * `nonStrict` skips every unreadable row, like `maxParseExceptions: -1`.
   * @default "strict"
   */
  mode?: "strict" | "nonStrict";
  /**
   * Druid's index spec, as an object or as JSON.
   * @default Druid's own
   */
  indexSpec?: string | Record<string, unknown>;
  /**
   * Keeps data between stages on durable storage, which the cluster must provide.
   * @default false
   */
  durableShuffleStorage?: boolean;
  /**
   * Restarts failed workers; uses durable storage.
   * @default false
   */
  faultTolerance?: boolean;
  /**
   * Where the rows of a SELECT go.
   * @default "taskReport"
   */
  selectDestination?: "taskReport" | "durableStorage";
  /**
   * Rows per page if a SELECT writes to durable storage.
   * @default 100000
   * @unit rows
   */
  rowsPerPage?: number;
  /**
   * Makes the task itself wait for its segments; since Druid 28. Not needed: see `waitForSegmentLoad`.
   * @default false
   */
  waitUntilSegmentsLoad?: boolean;
  /**
   * `REALTIME` also reads rows that streaming tasks have not published yet.
   * @default "NONE"
   */
  includeSegmentSource?: "NONE" | "REALTIME";
  /**
   * Fails a load that has no rows; since Druid 29. Older versions always fail it.
   * @default false
   */
  failOnEmptyInsert?: boolean;
  /**
   * Columns whose type may differ from the datasource's, separated by commas.
   * @default none
   */
  skipTypeVerification?: string;
  /**
   * Records in the segments how they were made, for automatic compaction.
   * @default false
   */
  storeCompactionState?: boolean;
  /**
   * Removes null bytes from strings; otherwise they fail the task.
   * @default false
   */
  removeNullBytes?: boolean;
  /**
   * Includes all kinds of counters in the report; off by default in Druid 31, on in later versions.
   * @default false in Druid 31, true in later versions
   */
  includeAllCounters?: boolean;
  /**
   * Size in bytes of a frame, the unit in which workers exchange rows; since Druid 35.
   * @default 1000000
   * @unit bytes
   */
  maxFrameSize?: number;
  /**
   * Maximum number of threads per worker; since Druid 35.
   * @default none
   * @unit threads
   */
  maxThreads?: number;
  /**
   * Maximum number of files or segments per worker; the task fails if more are needed. Since Druid 36.
   * @default 10000
   * @unit files or segments
   */
  maxInputFilesPerWorker?: number;
  /**
   * Maximum number of partitions (hence segments) of a stage; the task fails above it. Since Druid 36.
   * @default 25000
   * @unit partitions
   */
  maxPartitions?: number;
  /**
   * Maximum number of columns in CLUSTERED BY; since Druid 37, undocumented.
   * @default 1500
   * @unit columns
   */
  maxClusteredByColumns?: number;
  /**
   * Combines rows of the same group while sorting; since Druid 37, undocumented.
   * @default false
   */
  useCombiner?: boolean;
  /**
   * False skips the checks against the catalog's definition of the target; since Druid 31.
   * @default true
   */
  catalogValidationEnabled?: boolean;
  /**
   * Milliseconds after which Druid 34 and newer cancel the task; 0 means no limit, which cannot be combined with
   * `includeSegmentSource: "REALTIME"`. Without it the cluster's default applies, if there is one
   * (`druid.query.default.context.timeout`). Older versions ignore it.
   * @default the cluster's, if there is one
   * @unit milliseconds
   */
  timeout?: number;
  /**
   * Prefetches external files in the background; since Druid 38.
   * @default true
   */
  backgroundFetchExternalFiles?: boolean;
  /**
   * Allows concurrent loads into the same interval; since Druid 29.
   * @default false
   */
  useConcurrentLocks?: boolean;
  /**
   * Type of lock on the target: EXCLUSIVE or REPLACE for REPLACE, SHARED or APPEND for INSERT.
   * @default EXCLUSIVE for REPLACE, SHARED for INSERT
   */
  taskLockType?: "EXCLUSIVE" | "REPLACE" | "SHARED" | "APPEND";
  /**
   * Time zone for time functions that are not given one.
   * @default "UTC"
   */
  sqlTimeZone?: string;
  [key: string]: unknown;
}
