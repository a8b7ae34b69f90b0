/** Checks of the keys of Druid's query context that matter for SQL ingestion. */
import { closest } from "../base/closest";

export type { QueryContext } from "./query-context";

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
