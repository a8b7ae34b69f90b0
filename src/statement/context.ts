/** Druid's query context as far as it concerns SQL ingestion: its known keys, and what can be wrong with them. */

/** Query context of a SQL task. Every other key of Druid's is allowed too and goes to Druid as it is. */
export interface QueryContext {
  /** Most tasks at a time, the controller included, so one worker fewer; 2 or more. @default 2 */
  maxNumTasks?: number;
  /** `max` uses all of `maxNumTasks`; `auto` as few as the size of the files asks for. @default "max" */
  taskAssignment?: "max" | "auto";
  /** False stores sketches and other complex aggregates, true their final values. @default true */
  finalizeAggregations?: boolean;
  /** How arrays are stored. @default "array" since Druid 31, "mvd" before */
  arrayIngestMode?: "array" | "mvd" | "none";
  /** @default "broadcast" */
  sqlJoinAlgorithm?: "broadcast" | "sortMerge";
  /** Rows a worker holds in memory before it writes them out. @default 100000 */
  rowsInMemory?: number;
  /** The same by another name, which comes over it; since Druid 36. @default 100000 */
  maxRowsInMemory?: number;
  /** Rows to aim for in each segment. @default 3000000 */
  rowsPerSegment?: number;
  /** Most segments that may be written; more fail the task. Unset by default. */
  maxNumSegments?: number;
  /** Columns that rows are sorted by before CLUSTERED BY, with commas between; `__time` first. Empty by default. */
  segmentSortOrder?: string;
  /** False lets `segmentSortOrder` begin with another column than `__time`. @default true */
  forceSegmentSortByTime?: boolean;
  /** Rows that may be unreadable, and so left out, before the task fails; -1 is any number. @default 0 */
  maxParseExceptions?: number;
  /** `nonStrict` leaves out every row that cannot be read, as `maxParseExceptions: -1` does. @default "strict" */
  mode?: "strict" | "nonStrict";
  /** Druid's index spec, an object or its JSON. */
  indexSpec?: string | Record<string, unknown>;
  /** Keeps data between stages on durable storage; the cluster must have one. @default false */
  durableShuffleStorage?: boolean;
  /** Starts failed workers again; uses durable storage. @default false */
  faultTolerance?: boolean;
  /** Where the rows of a SELECT go. @default "taskReport" */
  selectDestination?: "taskReport" | "durableStorage";
  /** Rows a page, where a SELECT writes to durable storage. @default 100000 */
  rowsPerPage?: number;
  /** Lets the task itself wait for its segments; since Druid 28. Not needed: see `waitForSegmentLoad`. @default false */
  waitUntilSegmentsLoad?: boolean;
  /** `REALTIME` also reads rows that streaming tasks have not published yet. @default "NONE" */
  includeSegmentSource?: "NONE" | "REALTIME";
  /** Fails a load of no rows; since Druid 29, before that such a load always failed. @default false */
  failOnEmptyInsert?: boolean;
  /** Columns whose type may change from what the datasource has, with commas between. Empty by default. */
  skipTypeVerification?: string;
  /** Lets automatic compaction see how the segments were made. @default false */
  storeCompactionState?: boolean;
  /** Takes null bytes out of texts, which else fail the task. @default false */
  removeNullBytes?: boolean;
  /** Counters of every kind in the report; off by default in Druid 31, on in later ones. */
  includeAllCounters?: boolean;
  /** Bytes of a frame, the unit in which workers pass rows on; since Druid 35. @default 1000000 */
  maxFrameSize?: number;
  /** Most threads of one worker; since Druid 35. Unset by default. */
  maxThreads?: number;
  /** Most files or segments that one worker may have to read; more fail the task. Since Druid 36. @default 10000 */
  maxInputFilesPerWorker?: number;
  /** Most partitions, and so segments, of any stage; more fail the task. Since Druid 36. @default 25000 */
  maxPartitions?: number;
  /** Most columns of CLUSTERED BY; since Druid 37, without a word in Druid's documentation. @default 1500 */
  maxClusteredByColumns?: number;
  /** Adds up rows of one group while they are sorted; since Druid 37, undocumented. @default false */
  useCombiner?: boolean;
  /** False leaves out the checks against the catalog's definition of the target; since Druid 31. @default true */
  catalogValidationEnabled?: boolean;
  /**
   * Milliseconds after which Druid 34 and newer cancel the task; 0 is no limit, which goes not together with
   * `includeSegmentSource: "REALTIME"`. Without it the cluster's own default binds, where it has one
   * (`druid.query.default.context.timeout`). Older versions let tasks run.
   */
  timeout?: number;
  /** Fetches external files ahead; since Druid 38. @default true */
  backgroundFetchExternalFiles?: boolean;
  /** Lets loads into one interval run side by side; since Druid 29. @default false */
  useConcurrentLocks?: boolean;
  /** Lock on the target: EXCLUSIVE or REPLACE for REPLACE, SHARED or APPEND for INSERT. */
  taskLockType?: "EXCLUSIVE" | "REPLACE" | "SHARED" | "APPEND";
  /** Time zone of time functions without one of their own. @default "UTC" */
  sqlTimeZone?: string;
  [key: string]: unknown;
}

export interface ContextFault {
  /** The key, as in the context. */
  path: string;
  reason: string;
}

/** Why a value is wrong; undefined where it is right. */
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

/** Druid 27 refuses an array. */
const columns: Check = (value) =>
  typeof value === "string" ? undefined : "must be a text: column names with commas between, or their JSON";

/**
 * Kept by hand beside `QueryContext`. EXPLAIN looks at none of these, so that without them a mistake shows first when
 * the task is submitted, or never: Druid takes "yes" for false. A check stricter than Druid would forbid what works.
 */
const CHECKS: Readonly<Record<string, Check>> = {
  maxNumTasks: integer(2),
  numTasks: integer(2),
  taskAssignment: oneOf("max", "auto"),
  finalizeAggregations: boolean,
  arrayIngestMode: oneOf("array", "mvd", "none"),
  // The one name whose case Druid minds.
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

/** Faults of the known keys; unknown keys, null and undefined pass. */
export function contextFaults(context: Readonly<Record<string, unknown>>): ContextFault[] {
  return Object.entries(context).flatMap(([path, value]) => {
    if (OWN_KEYS.includes(path))
      return [{ path, reason: "is set by this resource, which finds its task by it; leave it out" }];
    const check = Object.hasOwn(CHECKS, path) ? CHECKS[path] : undefined;
    const reason = value === undefined || value === null ? undefined : check?.(value);
    return reason === undefined ? [] : [{ path, reason }];
  });
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
