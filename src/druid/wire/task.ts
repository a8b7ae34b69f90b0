/**
 * Types of Druid's answers about tasks, from 24 to 38, as `getReport` and `getStatus` return them. Other keys are kept
 * too. Quirks are noted with the version in which they were seen. No code, because these types are part of the
 * package's declarations.
 */

/** A server omits unknown values, or sends null. */
type Told<T> = T | null | undefined;

export type TaskState = "RUNNING" | "SUCCESS" | "FAILED";

/** Address of a task's process; Druid sends host null and port -1 if there is none. */
export interface TaskLocation {
  host?: Told<string>;
  port?: number | undefined;
  tlsPort?: number | undefined;
  [more: string]: unknown;
}

/** Answer of a submit: 202, in some versions 200. */
export interface SubmitAnswer {
  taskId: string;
  state: TaskState;
  [more: string]: unknown;
}

export interface TaskStatus {
  id: string;
  groupId?: Told<string>;
  /** `query_controller` for SQL ingestion. */
  type?: Told<string>;
  /** ISO 8601. */
  createdTime?: Told<string>;
  queueInsertionTime?: Told<string>;
  /** The only field that decides whether the task has ended, and how. */
  statusCode: TaskState;
  status?: Told<TaskState>;
  /** WAITING, PENDING, RUNNING, NONE; meaningless after the task has ended. */
  runnerStatusCode?: Told<string>;
  /** Milliseconds; -1 while it runs. */
  duration?: Told<number>;
  location?: Told<TaskLocation>;
  dataSource?: Told<string>;
  /** Druid cuts it to 100 characters; the report has the full text. */
  errorMsg?: Told<string>;
  [more: string]: unknown;
}

/** An entry in a list of tasks. */
export interface TaskSummary {
  id: string;
  statusCode?: Told<TaskState>;
  createdTime?: Told<string>;
  location?: Told<TaskLocation>;
  [more: string]: unknown;
}

/** `error.errorCode` is one of the codes in Druid's multi-stage query reference. */
export interface TaskErrorReport {
  taskId?: Told<string>;
  host?: Told<string>;
  stageNumber?: Told<number>;
  error: { errorCode: string; errorMessage?: Told<string>; [more: string]: unknown };
  exceptionStackTrace?: Told<string>;
  [more: string]: unknown;
}

export interface WorkerStats {
  workerId: string;
  /** Since 37. */
  workerDesc?: Told<string>;
  state?: Told<string>;
  durationMs?: Told<number>;
  pendingMs?: Told<number>;
  [more: string]: unknown;
}

/** The task's own wait for its segments; since 28, only with `waitUntilSegmentsLoad` in the context. */
export interface SegmentLoadStatus {
  /** INIT, WAITING, SUCCESS, FAILED, TIMED_OUT. */
  state: string;
  startTime?: Told<string>;
  /** Milliseconds. */
  duration?: Told<number>;
  totalSegments?: Told<number>;
  usedSegments?: Told<number>;
  precachedSegments?: Told<number>;
  onDemandSegments?: Told<number>;
  pendingSegments?: Told<number>;
  unknownSegments?: Told<number>;
  [more: string]: unknown;
}

/** Which type of shards was written and why; since 2024. */
export interface SegmentReport {
  shardSpec?: Told<string>;
  details?: Told<string>;
  [more: string]: unknown;
}

/** One number per partition. */
export interface ChannelCounters {
  type?: Told<string>;
  rows?: Told<number[]>;
  bytes?: Told<number[]>;
  frames?: Told<number[]>;
  files?: Told<number[]>;
  totalFiles?: Told<number[]>;
  [more: string]: unknown;
}

/** Keys: input0, input1 …, output, shuffle (channels), sortProgress, segmentGenerationProgress, warnings, cpu … */
export interface WorkerCounters {
  output?: Told<ChannelCounters>;
  shuffle?: Told<ChannelCounters>;
  sortProgress?: Told<{ progressDigest?: Told<number>; triviallyComplete?: Told<boolean>; [more: string]: unknown }>;
  segmentGenerationProgress?: Told<{
    rowsProcessed?: Told<number>;
    rowsPersisted?: Told<number>;
    rowsMerged?: Told<number>;
    rowsPushed?: Told<number>;
    [more: string]: unknown;
  }>;
  [more: string]: unknown;
}

export interface TaskStage {
  /** From 0. */
  stageNumber: number;
  definition: {
    id?: Told<string>;
    input?: Told<{ type: string; stage?: Told<number>; [more: string]: unknown }[]>;
    broadcast?: Told<number[]>;
    processor?: Told<{ type: string; [more: string]: unknown }>;
    maxWorkerCount?: Told<number>;
    [more: string]: unknown;
  };
  /** NEW, READING_INPUT, MERGING_STATISTICS, POST_READING, RESULTS_READY, FINISHED, FAILED, RETRYING. */
  phase?: Told<string>;
  workerCount?: Told<number>;
  partitionCount?: Told<number>;
  shuffle?: Told<string>;
  output?: Told<string>;
  sort?: Told<boolean>;
  startTime?: Told<string>;
  /** Milliseconds. */
  duration?: Told<number>;
  [more: string]: unknown;
}

/** Rows of a SELECT. */
export interface TaskResults {
  signature?: Told<{ name: string; type?: Told<string>; [more: string]: unknown }[]>;
  sqlTypeNames?: Told<string[]>;
  results?: Told<unknown[][]>;
  /** Also what 27 writes as `resultsTruncted`. */
  resultsTruncated?: Told<boolean>;
  [more: string]: unknown;
}

export interface TaskReport {
  type?: Told<string>;
  taskId?: Told<string>;
  payload: {
    status: {
      status: TaskState;
      errorReport?: Told<TaskErrorReport>;
      warnings?: Told<TaskErrorReport[]>;
      startTime?: Told<string>;
      durationMs?: Told<number>;
      /** By number. */
      workers?: Told<Record<string, WorkerStats[]>>;
      pendingTasks?: Told<number>;
      runningTasks?: Told<number>;
      /** Also what a server writes as `segmentLoadStatus`. */
      segmentLoadWaiterStatus?: Told<SegmentLoadStatus>;
      segmentReport?: Told<SegmentReport>;
      [more: string]: unknown;
    };
    stages?: Told<TaskStage[]>;
    /** By the number of the stage, then of the worker. */
    counters?: Told<Record<string, Record<string, WorkerCounters>>>;
    results?: Told<TaskResults>;
    [more: string]: unknown;
  };
  [more: string]: unknown;
}

/** A task as submitted: `sqlQueryContext` is the context of a SQL task, `context` that of any other task. */
export interface TaskPayload {
  type: string;
  id?: Told<string>;
  dataSource?: Told<string>;
  sqlQueryContext?: Told<Record<string, unknown>>;
  context?: Told<Record<string, unknown>>;
  /** Definition of a SQL task, more or less complete by version. `replaceTimeChunks`: the intervals of a REPLACE. */
  spec?: Told<{
    /** The columns that the query makes. */
    columnMappings?: Told<{ outputColumn: string; [more: string]: unknown }[]>;
    destination?: Told<{ replaceTimeChunks?: Told<string[]>; [more: string]: unknown }>;
    [more: string]: unknown;
  }>;
  [more: string]: unknown;
}
