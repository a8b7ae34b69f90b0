/**
 * The next step after each failure that Druid's multi-stage query reference lists, for the reader of an error: what to
 * change in the query, the context or the cluster. Pure. A test holds the table to the list of codes.
 */
import { SINCE } from "../../druid/versions";
import type { TaskErrorReport, TaskReport } from "../../druid/wire/task";

type Fault = TaskErrorReport["error"];

const SLOTS = "lower maxNumTasks in the context, or add task slots (druid.worker.capacity)";
const PARSE =
  "correct those rows or the format and types in EXTERN, or set maxParseExceptions in the context to the number of bad " +
  "rows to skip (-1: any number)";
const SMALLER_LOAD = "split the load into several ingestions, e.g. by time range";
const TRANSIENT = "run `pulumi up` again: this usually passes";
const WORKER_LOGS = "look into the log of the worker task for the reason";

const STEPS: Readonly<Record<string, string | ((fault: Fault) => string)>> = {
  BroadcastTablesTooLarge: 'join a smaller table, or set sqlJoinAlgorithm to "sortMerge" in the context',
  Canceled: ({ reason }) =>
    reason === "QUERY_TIMEOUT"
      ? `Druid canceled it because its query timeout expired, which applies to SQL tasks since Druid ${SINCE.taskTimeouts}: ` +
        "\"timeout\" in the query's context, or the cluster's default (druid.query.default.context.timeout); set " +
        '"timeout" in the context to the milliseconds it needs, or to 0 for no limit'
      : "someone shut the task down, or the server that ran it was restarted; run `pulumi up` again to load",
  CannotParseExternalData: PARSE,
  ColumnNameRestricted: "give that column another name with AS: Druid uses this one itself",
  ColumnTypeNotSupported: "cast that column to VARCHAR, BIGINT, DOUBLE or an array of them, or leave it out",
  DruidException: "if Druid's message does not help, look into the log of the task",
  DurableStorageConfiguration:
    "configure durable storage on every service (druid.msq.intermediate.storage.*), or set durableShuffleStorage and " +
    "faultTolerance to false in the context",
  InsertCannotAllocateSegment:
    "use the granularity of the existing segments in PARTITIONED BY, or REPLACE the time range instead of adding to it",
  InsertCannotBeEmpty:
    "check the source and the WHERE: the query returned no rows; or set failOnEmptyInsert to false (Druid 29 and later)",
  InsertLockPreempted: "a task of higher priority took the time range; run `pulumi up` again when that has ended",
  InsertTimeNull:
    'some rows have no __time: add a filter like WHERE TIME_PARSE("t") IS NOT NULL to leave them out, COALESCE to give ' +
    "them a time, or correct the format in TIME_PARSE",
  InsertTimeOutOfBounds:
    "widen OVERWRITE WHERE to all rows that the query makes, or filter the query to the same range",
  InvalidField: "clean or cast the column that it names, in the query or in the source",
  InvalidNullByte:
    "set removeNullBytes to true in the context, or remove them in the query: REPLACE(\"column\", U&'\\0000', '')",
  NotEnoughMemory:
    "give the task's process the memory that it suggests (-Xmx of druid.indexer.runner.javaOptsArray; of an Indexer its " +
    "own), or lower maxNumTasks or druid.worker.capacity",
  NotEnoughTemporaryStorage: "raise druid.indexer.task.tmpStorageBytesPerTask to the minimum that it suggests",
  NotEnoughTemporaryStorageFault: "raise druid.indexer.task.tmpStorageBytesPerTask to the minimum that it suggests",
  QueryNotSupported:
    `this Druid's task engine cannot run such a statement: before Druid ${SINCE.unions} it cannot read a UNION ` +
    "ALL of tables, and no version supports GROUPING SETS; rewrite it, or split it into several ingestions",
  QueryRuntimeError: "an expression of the query failed on some row: correct it, or filter those rows out",
  RowTooLarge: "leave out or shorten the largest columns, or raise maxFrameSize in the context (newest versions)",
  TaskStartTimeout: `the workers found no task slot in time: ${SLOTS}`,
  TooManyAttemptsForJob: WORKER_LOGS,
  TooManyAttemptsForWorker: WORKER_LOGS,
  TooManyBuckets: `use a coarser PARTITIONED BY (e.g. MONTH instead of DAY), or ${SMALLER_LOAD}`,
  TooManyClusteredByColumns: "name fewer columns in CLUSTERED BY, GROUP BY or ORDER BY",
  TooManyColumns: "select fewer columns",
  TooManyInputFiles: `raise maxNumTasks in the context, or ${SMALLER_LOAD}`,
  TooManyPartitions: `raise rowsPerSegment in the context, use a coarser PARTITIONED BY, or ${SMALLER_LOAD}`,
  TooManyRowsInAWindow: "add columns to PARTITION BY of the window function, so that each window has fewer rows",
  TooManyRowsWithSameKey: 'join by more columns, or set sqlJoinAlgorithm to "broadcast" in the context',
  TooManySegmentsInTimeChunk: `raise rowsPerSegment in the context, use a finer PARTITIONED BY, or ${SMALLER_LOAD}`,
  TooManyWarnings: ({ rootErrorCode }) =>
    rootErrorCode === "CannotParseExternalData" || rootErrorCode === undefined
      ? PARSE
      : adviceOf({ errorCode: String(rootErrorCode) }),
  TooManyWorkers: "lower maxNumTasks in the context, or give each task more memory",
  UnknownError: ({ errorMessage }) => adviceOfText(errorMessage ?? ""),
  WorkerFailed: `${WORKER_LOGS}, e.g. memory that ran out; if the worker was only lost, run \`pulumi up\` again`,
  WorkerRpcFailed: TRANSIENT,
};

/** Druid's error codes that have a next step of their own. */
export const CODES: readonly string[] = Object.keys(STEPS);

/** Undefined without a report, and for codes of future Druid versions. */
export function nextStepAfter(report: TaskReport | undefined): string | undefined {
  const fault = report?.payload.status.errorReport?.error;
  return fault && (adviceOf(fault) || undefined);
}

function adviceOf(fault: Fault): string {
  const step = Object.hasOwn(STEPS, fault.errorCode) ? STEPS[fault.errorCode] : undefined;
  return (typeof step === "function" ? step(fault) : step) ?? "";
}

/** Advice for faults without a code of their own, by what Druid's text says. */
function adviceOfText(text: string): string {
  const known: [RegExp, string][] = [
    [
      /trying to read uri|FileNotFound|UnknownHost|Connection refused|Server returned HTTP response code|S3Exception/i,
      "check that the source is there, and that Druid's servers can reach and read it",
    ],
    [/No space left on device/i, "free or add disk space below druid.indexer.task.baseDir of the workers"],
    [/OutOfMemory|Java heap space/i, "give the task's process more memory, or lower maxNumTasks"],
    [/already exists/i, "run `pulumi up` again: Druid was restarted and ran the task a second time"],
  ];
  return (
    known.find(([pattern]) => pattern.test(text))?.[1] ?? "if the text does not help, look into the log of the task"
  );
}
