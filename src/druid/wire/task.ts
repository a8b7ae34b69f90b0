/**
 * Types of Druid's answers about tasks, from 24 to 38, as `getReport` and `getStatus` return them; other keys are kept
 * too. Quirks are noted with the version in which they were seen. No code: these types are in the declarations.
 */

/** A server omits unknown values, or sends null. */
type Nullable<T> = T | null | undefined;

/** A task's `statusCode`. */
export type TaskState = "RUNNING" | "SUCCESS" | "FAILED";

/** Address of a task's process; Druid sends host null and port -1 if there is none. */
export interface TaskLocation {
  host?: Nullable<string>;
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

/**
 * Druid's status of a task.
 * @source `status` of `GET /druid/indexer/v1/task/{id}/status`
 */
export interface TaskStatus {
  /** The task's id. */
  id: string;
  /** Druid's group of the controller and its workers. */
  groupId?: Nullable<string>;
  /** `query_controller` for SQL ingestion. */
  type?: Nullable<string>;
  /** When the task was created; ISO 8601. */
  createdTime?: Nullable<string>;
  /** Always 1970 in current versions. */
  queueInsertionTime?: Nullable<string>;
  /** The only field that decides whether the task has ended, and how. */
  statusCode: TaskState;
  /** The same under an older name. */
  status?: Nullable<TaskState>;
  /** WAITING, PENDING, RUNNING, NONE; meaningless after the task has ended. */
  runnerStatusCode?: Nullable<string>;
  /**
   * How long the task ran; -1 while it runs.
   * @unit milliseconds
   */
  duration?: Nullable<number>;
  /** Where the controller runs. */
  location?: Nullable<TaskLocation>;
  /** The datasource into which it loads; `__query_select` or `__query_export` if it loads into none. */
  dataSource?: Nullable<string>;
  /** Druid cuts it to 100 characters; the report has the full text. */
  errorMsg?: Nullable<string>;
  [more: string]: unknown;
}

/** An entry in a list of tasks. */
export interface TaskSummary {
  id: string;
  statusCode?: Nullable<TaskState>;
  createdTime?: Nullable<string>;
  location?: Nullable<TaskLocation>;
  [more: string]: unknown;
}

/** `error.errorCode` is one of the codes in Druid's multi-stage query reference. */
export interface TaskErrorReport {
  taskId?: Nullable<string>;
  host?: Nullable<string>;
  stageNumber?: Nullable<number>;
  error: { errorCode: string; errorMessage?: Nullable<string>; [more: string]: unknown };
  exceptionStackTrace?: Nullable<string>;
  [more: string]: unknown;
}

export interface WorkerStats {
  workerId: string;
  /** Since 37. */
  workerDesc?: Nullable<string>;
  state?: Nullable<string>;
  durationMs?: Nullable<number>;
  pendingMs?: Nullable<number>;
  [more: string]: unknown;
}

/** The task's own wait for its segments; since 28, only with `waitUntilSegmentsLoad` in the context. */
export interface SegmentLoadStatus {
  /** INIT, WAITING, SUCCESS, FAILED, TIMED_OUT. */
  state: string;
  startTime?: Nullable<string>;
  /** Milliseconds. */
  duration?: Nullable<number>;
  totalSegments?: Nullable<number>;
  usedSegments?: Nullable<number>;
  precachedSegments?: Nullable<number>;
  onDemandSegments?: Nullable<number>;
  pendingSegments?: Nullable<number>;
  unknownSegments?: Nullable<number>;
  [more: string]: unknown;
}

/** Which type of shards was written and why; since 2024. */
export interface SegmentReport {
  shardSpec?: Nullable<string>;
  details?: Nullable<string>;
  [more: string]: unknown;
}

/** One number per partition. */
export interface ChannelCounters {
  type?: Nullable<string>;
  rows?: Nullable<number[]>;
  bytes?: Nullable<number[]>;
  frames?: Nullable<number[]>;
  files?: Nullable<number[]>;
  totalFiles?: Nullable<number[]>;
  [more: string]: unknown;
}

/** Keys: input0, input1 …, output, shuffle (channels), sortProgress, segmentGenerationProgress, warnings, cpu … */
export interface WorkerCounters {
  output?: Nullable<ChannelCounters>;
  shuffle?: Nullable<ChannelCounters>;
  sortProgress?: Nullable<{
    progressDigest?: Nullable<number>;
    triviallyComplete?: Nullable<boolean>;
    [more: string]: unknown;
  }>;
  segmentGenerationProgress?: Nullable<{
    rowsProcessed?: Nullable<number>;
    rowsPersisted?: Nullable<number>;
    rowsMerged?: Nullable<number>;
    rowsPushed?: Nullable<number>;
    [more: string]: unknown;
  }>;
  [more: string]: unknown;
}

export interface TaskStage {
  /** From 0. */
  stageNumber: number;
  definition: {
    id?: Nullable<string>;
    input?: Nullable<{ type: string; stage?: Nullable<number>; [more: string]: unknown }[]>;
    broadcast?: Nullable<number[]>;
    processor?: Nullable<{ type: string; [more: string]: unknown }>;
    maxWorkerCount?: Nullable<number>;
    [more: string]: unknown;
  };
  /** NEW, READING_INPUT, MERGING_STATISTICS, POST_READING, RESULTS_READY, FINISHED, FAILED, RETRYING. */
  phase?: Nullable<string>;
  workerCount?: Nullable<number>;
  partitionCount?: Nullable<number>;
  shuffle?: Nullable<string>;
  output?: Nullable<string>;
  sort?: Nullable<boolean>;
  startTime?: Nullable<string>;
  /** Milliseconds. */
  duration?: Nullable<number>;
  [more: string]: unknown;
}

/** Rows of a SELECT. */
export interface TaskResults {
  signature?: Nullable<{ name: string; type?: Nullable<string>; [more: string]: unknown }[]>;
  sqlTypeNames?: Nullable<string[]>;
  results?: Nullable<unknown[][]>;
  /** Also what 27 writes as `resultsTruncted`. */
  resultsTruncated?: Nullable<boolean>;
  [more: string]: unknown;
}

/**
 * Druid's report of a SQL task.
 * @source `multiStageQuery` of `GET /druid/indexer/v1/task/{id}/reports`
 */
export interface TaskReport {
  /** `multiStageQuery`. */
  type?: Nullable<string>;
  /** The controller's id. */
  taskId?: Nullable<string>;
  /** The report itself. */
  payload: {
    /** How the run is going, or ended. */
    status: {
      /** The state of the task. */
      status: TaskState;
      /** Why it failed. */
      errorReport?: Nullable<TaskErrorReport>;
      /** Among others, about rows that could not be read. */
      warnings?: Nullable<TaskErrorReport[]>;
      /** When the run began; ISO 8601. */
      startTime?: Nullable<string>;
      /**
       * How long it has run.
       * @unit milliseconds
       */
      durationMs?: Nullable<number>;
      /** The workers by their number; several if one was started again. */
      workers?: Nullable<Record<string, WorkerStats[]>>;
      /**
       * Tasks that wait for a slot.
       * @unit tasks
       */
      pendingTasks?: Nullable<number>;
      /**
       * Tasks that run, the controller included.
       * @unit tasks
       */
      runningTasks?: Nullable<number>;
      /** The task's own wait for its segments. Also what a server writes as `segmentLoadStatus`. */
      segmentLoadWaiterStatus?: Nullable<SegmentLoadStatus>;
      /** Which type of shards was written and why. */
      segmentReport?: Nullable<SegmentReport>;
      [more: string]: unknown;
    };
    /** The stages, in Druid's order. */
    stages?: Nullable<TaskStage[]>;
    /** Counters by the number of the stage, then of the worker. */
    counters?: Nullable<Record<string, Record<string, WorkerCounters>>>;
    /** Rows of a SELECT. */
    results?: Nullable<TaskResults>;
    [more: string]: unknown;
  };
  [more: string]: unknown;
}

/** A task as submitted: `sqlQueryContext` is the context of a SQL task, `context` that of any other task. */
export interface TaskPayload {
  type: string;
  id?: Nullable<string>;
  dataSource?: Nullable<string>;
  sqlQueryContext?: Nullable<Record<string, unknown>>;
  context?: Nullable<Record<string, unknown>>;
  /** The text of a SQL task, and the SQL types of its result's columns, in the order of `spec.columnMappings`. */
  sqlQuery?: Nullable<string>;
  sqlTypeNames?: Nullable<string[]>;
  /** Definition of a SQL task, more or less complete by version. `replaceTimeChunks`: the intervals of a REPLACE. */
  spec?: Nullable<{
    columnMappings?: Nullable<{ outputColumn: string; [more: string]: unknown }[]>;
    destination?: Nullable<{ replaceTimeChunks?: Nullable<string[]>; [more: string]: unknown }>;
    [more: string]: unknown;
  }>;
  [more: string]: unknown;
}
