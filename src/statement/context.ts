/** The keys of Druid's query context that matter for SQL ingestion, and checks of their values. */
import { closest } from "../base/closest";

/** Query context of a SQL task. Other keys that Druid knows are allowed too and are passed on unchanged. */
export interface QueryContext {
  /** Maximum number of tasks, controller included; at least 2. @default 2 */
  maxNumTasks?: number;
  /** `max` uses all of `maxNumTasks`; `auto` only as many as the size of the files requires. @default "max" */
  taskAssignment?: "max" | "auto";
  /** False stores sketches and other complex aggregates, true their final values. @default true */
  finalizeAggregations?: boolean;
  /** How arrays are stored. @default "array" since Druid 31, "mvd" before */
  arrayIngestMode?: "array" | "mvd" | "none";
  /** @default "broadcast" */
  sqlJoinAlgorithm?: "broadcast" | "sortMerge";
  /** Rows a worker holds in memory before it writes them out. @default 100000 */
  rowsInMemory?: number;
  /** Another name for `rowsInMemory`, and overrides it; since Druid 36. @default 100000 */
  maxRowsInMemory?: number;
  /** Target number of rows per segment. @default 3000000 */
  rowsPerSegment?: number;
  /** Maximum number of segments to write; the task fails if there would be more. No limit by default. */
  maxNumSegments?: number;
  /** Columns to sort by before those of CLUSTERED BY, separated by commas; `__time` first. Empty by default. */
  segmentSortOrder?: string;
  /** False allows `segmentSortOrder` to begin with a column other than `__time`. @default true */
  forceSegmentSortByTime?: boolean;
  /** How many unreadable rows are skipped before the task fails; -1 means any number. @default 0 */
  maxParseExceptions?: number;
  /** `nonStrict` skips every unreadable row, like `maxParseExceptions: -1`. @default "strict" */
  mode?: "strict" | "nonStrict";
  /** Druid's index spec, as an object or as JSON. */
  indexSpec?: string | Record<string, unknown>;
  /** Keeps data between stages on durable storage, which the cluster must provide. @default false */
  durableShuffleStorage?: boolean;
  /** Restarts failed workers; uses durable storage. @default false */
  faultTolerance?: boolean;
  /** Where the rows of a SELECT go. @default "taskReport" */
  selectDestination?: "taskReport" | "durableStorage";
  /** Rows per page if a SELECT writes to durable storage. @default 100000 */
  rowsPerPage?: number;
  /**
   * Makes the task itself wait for its segments; since Druid 28. Not needed: see `waitForSegmentLoad`. @default false
   */
  waitUntilSegmentsLoad?: boolean;
  /** `REALTIME` also reads rows that streaming tasks have not published yet. @default "NONE" */
  includeSegmentSource?: "NONE" | "REALTIME";
  /** Fails a load that has no rows; since Druid 29. Older versions always fail it. @default false */
  failOnEmptyInsert?: boolean;
  /** Columns whose type may differ from the datasource's, separated by commas. Empty by default. */
  skipTypeVerification?: string;
  /** Records in the segments how they were made, for automatic compaction. @default false */
  storeCompactionState?: boolean;
  /** Removes null bytes from strings; otherwise they fail the task. @default false */
  removeNullBytes?: boolean;
  /** Includes all kinds of counters in the report; off by default in Druid 31, on in later versions. */
  includeAllCounters?: boolean;
  /** Size in bytes of a frame, the unit in which workers exchange rows; since Druid 35. @default 1000000 */
  maxFrameSize?: number;
  /** Maximum number of threads per worker; since Druid 35. Unset by default. */
  maxThreads?: number;
  /**
   * Maximum number of files or segments per worker; the task fails if more are needed. Since Druid 36. @default 10000
   */
  maxInputFilesPerWorker?: number;
  /**
   * Maximum number of partitions (hence segments) of a stage; the task fails above it. Since Druid 36. @default 25000
   */
  maxPartitions?: number;
  /** Maximum number of columns in CLUSTERED BY; since Druid 37, undocumented. @default 1500 */
  maxClusteredByColumns?: number;
  /** Combines rows of the same group while sorting; since Druid 37, undocumented. @default false */
  useCombiner?: boolean;
  /** False skips the checks against the catalog's definition of the target; since Druid 31. @default true */
  catalogValidationEnabled?: boolean;
  /**
   * Milliseconds after which Druid 34 and newer cancel the task; 0 means no limit, which cannot be combined with
   * `includeSegmentSource: "REALTIME"`. Without it the cluster's default applies, if there is one
   * (`druid.query.default.context.timeout`). Older versions ignore it.
   */
  timeout?: number;
  /** Prefetches external files in the background; since Druid 38. @default true */
  backgroundFetchExternalFiles?: boolean;
  /** Allows concurrent loads into the same interval; since Druid 29. @default false */
  useConcurrentLocks?: boolean;
  /** Type of lock on the target: EXCLUSIVE or REPLACE for REPLACE, SHARED or APPEND for INSERT. */
  taskLockType?: "EXCLUSIVE" | "REPLACE" | "SHARED" | "APPEND";
  /** Time zone for time functions that are not given one. @default "UTC" */
  sqlTimeZone?: string;
  [key: string]: unknown;
}

export interface ContextFault {
  /** The key in the context. */
  path: string;
  reason: string;
}

/** Returns why a value is wrong, or undefined if it is right. */
type Check = (value: unknown) => string | undefined;

const OWN_KEYS = ["sqlQueryId", "queryId", "pulumiDruid"];

const boolean: Check = (value) =>
  typeof value === "boolean" || /^(?:true|false)$/i.test(text(value)) ? undefined : "must be true or false";

const integer =
  (min: number): Check =>
  (value) => {
    const number =
      typeof value === "number" ? value : /^\s*[+-]?[0-9]+\s*$/.test(text(value)) ? Number(value) : Number.NaN;
    return Number.isSafeInteger(number) && number >= min ? undefined : `must be an integer of ${min} or more`;
  };

const oneOf =
  (...choices: string[]): Check =>
  (value) =>
    choices.some((choice) => choice.toUpperCase() === text(value).toUpperCase())
      ? undefined
      : `must be one of ${choices.map((choice) => `"${choice}"`).join(", ")}`;

/** No array: Druid 27 rejects it. */
const columns: Check = (value) =>
  typeof value === "string" ? undefined : "must be a string: column names separated by commas, or their JSON";

/**
 * Kept in step with `QueryContext` by hand. EXPLAIN checks none of these keys, so a mistake would show only when the
 * task is submitted, or never: Druid reads "yes" as false. No check may be stricter than Druid.
 */
const CHECKS: Readonly<Record<string, Check>> = {
  maxNumTasks: integer(2),
  numTasks: integer(2),
  taskAssignment: oneOf("max", "auto"),
  finalizeAggregations: boolean,
  arrayIngestMode: oneOf("array", "mvd", "none"),
  // The only value that is case-sensitive in Druid.
  sqlJoinAlgorithm: (value) =>
    value === "broadcast" || value === "sortMerge" ? undefined : 'must be one of "broadcast", "sortMerge"',
  rowsInMemory: integer(1),
  maxRowsInMemory: integer(1),
  rowsPerSegment: integer(1),
  maxNumSegments: integer(1),
  segmentSortOrder: columns,
  forceSegmentSortByTime: boolean,
  maxParseExceptions: integer(-1),
  mode: oneOf("strict", "nonStrict"),
  durableShuffleStorage: boolean,
  faultTolerance: boolean,
  selectDestination: oneOf("taskReport", "durableStorage"),
  rowsPerPage: integer(1),
  waitUntilSegmentsLoad: boolean,
  includeSegmentSource: oneOf("NONE", "REALTIME"),
  failOnEmptyInsert: boolean,
  storeCompactionState: boolean,
  removeNullBytes: boolean,
  includeAllCounters: boolean,
  maxFrameSize: integer(1),
  maxThreads: integer(1),
  maxInputFilesPerWorker: integer(1),
  maxPartitions: integer(1),
  maxClusteredByColumns: integer(1),
  useCombiner: boolean,
  catalogValidationEnabled: boolean,
  timeout: integer(0),
  backgroundFetchExternalFiles: boolean,
  useConcurrentLocks: boolean,
  taskLockType: oneOf("EXCLUSIVE", "REPLACE", "SHARED", "APPEND"),
};

/** Checks the known keys; unknown keys, null and undefined pass. */
export function contextFaults(context: Readonly<Record<string, unknown>>): ContextFault[] {
  return Object.entries(context).flatMap(([path, value]) => {
    if (OWN_KEYS.includes(path))
      return [{ path, reason: "is set by this resource, which needs it to find its task; remove it" }];
    const check = Object.hasOwn(CHECKS, path) ? CHECKS[path] : undefined;
    const reason = value === undefined || value === null ? undefined : check?.(value);
    return reason === undefined ? [] : [{ path, reason }];
  });
}

const KNOWN_KEYS = [...Object.keys(CHECKS), "indexSpec", "sqlTimeZone", "skipTypeVerification"];
/** Shorter keys resemble too many others; no key of Druid is longer. */
const SHORTEST_MISSPELLED = 6;
const LONGEST_MISSPELLED = 64;

/** Whether it is one of the keys above, whose name can be shown because it reveals nothing about the user. */
export function isKnownKey(key: string): boolean {
  return KNOWN_KEYS.includes(key);
}

/** Keys that resemble a known one, e.g. `maxNumTask`. Druid silently ignores unknown keys. */
export function misspelledKeys(context: Readonly<Record<string, unknown>>): { key: string; known: string }[] {
  return Object.keys(context).flatMap((key) => {
    if (isKnownKey(key) || key.length < SHORTEST_MISSPELLED || key.length > LONGEST_MISSPELLED) return [];
    const near = closest(key, KNOWN_KEYS);
    return near === undefined ? [] : [{ key, known: near }];
  });
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
