/**
 * Shapes of Druid's answers from 24 to 38: a schema and a type of the same name for each. Unknown keys are kept, so that
 * `getReport` also returns what newer servers add. Quirks are noted with the version in which they were seen.
 */
import { z } from "zod";

const taskState = z.enum(["RUNNING", "SUCCESS", "FAILED"]);

/** Address of a task's process; Druid sends host null and port -1 if there is none. */
const TaskLocation = z.looseObject({
  host: z.string().nullish(),
  port: z.number().optional(),
  tlsPort: z.number().optional(),
});

/** Answer of a submit: 202, in some versions 200. */
export const SubmitAnswer = z.looseObject({ taskId: z.string(), state: taskState });
export type SubmitAnswer = z.infer<typeof SubmitAnswer>;

export const TaskStatus = z.looseObject({
  id: z.string(),
  groupId: z.string().nullish(),
  /** `query_controller` for SQL ingestion. */
  type: z.string().nullish(),
  /** ISO 8601. */
  createdTime: z.string().nullish(),
  queueInsertionTime: z.string().nullish(),
  /** The only field that decides whether the task has ended, and how. */
  statusCode: taskState,
  status: taskState.nullish(),
  /** WAITING, PENDING, RUNNING, NONE; meaningless after the task has ended. */
  runnerStatusCode: z.string().nullish(),
  /** Milliseconds; -1 while it runs. */
  duration: z.number().nullish(),
  location: TaskLocation.nullish(),
  dataSource: z.string().nullish(),
  /** Druid cuts it to 100 characters; the report has the full text. */
  errorMsg: z.string().nullish(),
});
export type TaskStatus = z.infer<typeof TaskStatus>;

export const TaskStatusResponse = z.looseObject({ task: z.string(), status: TaskStatus });

/** An entry in a list of tasks. */
export const TaskSummary = z.looseObject({
  id: z.string(),
  statusCode: taskState.nullish(),
  createdTime: z.string().nullish(),
  location: TaskLocation.nullish(),
});
export type TaskSummary = z.infer<typeof TaskSummary>;
export const TaskListResponse = z.array(TaskSummary);

/** The bulk answer has `status` instead of `statusCode`. */
export const TaskStatusesResponse = z.record(
  z.string(),
  z
    .looseObject({
      id: z.string(),
      status: taskState,
      duration: z.number().nullish(),
      location: TaskLocation.nullish(),
      errorMsg: z.string().nullish(),
    })
    .transform((entry) => ({ ...entry, statusCode: entry.status })),
);

/** `error.errorCode` is one of the codes in Druid's multi-stage query reference. */
export const TaskErrorReport = z.looseObject({
  taskId: z.string().nullish(),
  host: z.string().nullish(),
  stageNumber: z.number().nullish(),
  error: z.looseObject({ errorCode: z.string(), errorMessage: z.string().nullish() }),
  exceptionStackTrace: z.string().nullish(),
});
export type TaskErrorReport = z.infer<typeof TaskErrorReport>;

const WorkerStats = z.looseObject({
  workerId: z.string(),
  /** Since 37. */
  workerDesc: z.string().nullish(),
  state: z.string().nullish(),
  durationMs: z.number().nullish(),
  pendingMs: z.number().nullish(),
});

/** The task's own wait for its segments; since 28, only with `waitUntilSegmentsLoad` in the context. */
export const SegmentLoadStatus = z.looseObject({
  /** INIT, WAITING, SUCCESS, FAILED, TIMED_OUT. */
  state: z.string(),
  startTime: z.string().nullish(),
  duration: z.number().nullish(),
  totalSegments: z.number().nullish(),
  usedSegments: z.number().nullish(),
  precachedSegments: z.number().nullish(),
  onDemandSegments: z.number().nullish(),
  pendingSegments: z.number().nullish(),
  unknownSegments: z.number().nullish(),
});
export type SegmentLoadStatus = z.infer<typeof SegmentLoadStatus>;

/** Which type of shards was written and why; since 2024. */
export const SegmentReport = z.looseObject({ shardSpec: z.string().nullish(), details: z.string().nullish() });
export type SegmentReport = z.infer<typeof SegmentReport>;

/** One number per partition. */
const numbers = z.array(z.number()).nullish();
const ChannelCounters = z.looseObject({
  type: z.string().nullish(),
  rows: numbers,
  bytes: numbers,
  frames: numbers,
  files: numbers,
  totalFiles: numbers,
});
export type ChannelCounters = z.infer<typeof ChannelCounters>;

/** Keys: input0, input1 …, output, shuffle (channels), sortProgress, segmentGenerationProgress, warnings, cpu … */
export const WorkerCounters = z
  .looseObject({
    output: ChannelCounters.nullish(),
    shuffle: ChannelCounters.nullish(),
    sortProgress: z
      .looseObject({ progressDigest: z.number().nullish(), triviallyComplete: z.boolean().nullish() })
      .nullish(),
    segmentGenerationProgress: z
      .looseObject({
        rowsProcessed: z.number().nullish(),
        rowsPersisted: z.number().nullish(),
        rowsMerged: z.number().nullish(),
        rowsPushed: z.number().nullish(),
      })
      .nullish(),
  })
  .catchall(z.unknown());
export type WorkerCounters = z.infer<typeof WorkerCounters>;

export const TaskStage = z.looseObject({
  stageNumber: z.number(),
  definition: z.looseObject({
    id: z.string().nullish(),
    input: z.array(z.looseObject({ type: z.string(), stage: z.number().nullish() })).nullish(),
    broadcast: z.array(z.number()).nullish(),
    processor: z.looseObject({ type: z.string() }).nullish(),
    maxWorkerCount: z.number().nullish(),
  }),
  /** NEW, READING_INPUT, MERGING_STATISTICS, POST_READING, RESULTS_READY, FINISHED, FAILED, RETRYING. */
  phase: z.string().nullish(),
  workerCount: z.number().nullish(),
  partitionCount: z.number().nullish(),
  shuffle: z.string().nullish(),
  output: z.string().nullish(),
  sort: z.boolean().nullish(),
  startTime: z.string().nullish(),
  /** Milliseconds. */
  duration: z.number().nullish(),
});
export type TaskStage = z.infer<typeof TaskStage>;

/** Rows of a SELECT. */
export const TaskResults = z
  .looseObject({
    signature: z.array(z.looseObject({ name: z.string(), type: z.string().nullish() })).nullish(),
    sqlTypeNames: z.array(z.string()).nullish(),
    results: z.array(z.array(z.unknown())).nullish(),
    resultsTruncated: z.boolean().nullish(),
    /** Misspelled by Druid 27. */
    resultsTruncted: z.boolean().nullish(),
  })
  .transform((results) => ({ ...results, resultsTruncated: results.resultsTruncated ?? results.resultsTruncted }));
export type TaskResults = z.infer<typeof TaskResults>;

export const TaskReport = z.looseObject({
  type: z.string().nullish(),
  taskId: z.string().nullish(),
  payload: z.looseObject({
    status: z
      .looseObject({
        status: taskState,
        errorReport: TaskErrorReport.nullish(),
        warnings: z.array(TaskErrorReport).nullish(),
        startTime: z.string().nullish(),
        durationMs: z.number().nullish(),
        workers: z.record(z.string(), z.array(WorkerStats)).nullish(),
        pendingTasks: z.number().nullish(),
        runningTasks: z.number().nullish(),
        segmentLoadWaiterStatus: SegmentLoadStatus.nullish(),
        /** The name in Druid's documentation; no release seen so far sends it. */
        segmentLoadStatus: SegmentLoadStatus.nullish(),
        segmentReport: SegmentReport.nullish(),
      })
      .transform((status) => ({
        ...status,
        segmentLoadWaiterStatus: status.segmentLoadWaiterStatus ?? status.segmentLoadStatus,
      })),
    stages: z.array(TaskStage).nullish(),
    counters: z.record(z.string(), z.record(z.string(), WorkerCounters)).nullish(),
    results: TaskResults.nullish(),
  }),
});
export type TaskReport = z.infer<typeof TaskReport>;

export const TaskReportsResponse = z.looseObject({ multiStageQuery: TaskReport });

/** A task as submitted: `sqlQueryContext` is the context of a SQL task, `context` that of any other task. */
export const TaskPayload = z.looseObject({
  type: z.string(),
  id: z.string().nullish(),
  dataSource: z.string().nullish(),
  sqlQueryContext: z.record(z.string(), z.unknown()).nullish(),
  context: z.record(z.string(), z.unknown()).nullish(),
  /** Definition of a SQL task, more or less complete by version. `replaceTimeChunks`: the intervals of a REPLACE. */
  spec: z
    .looseObject({ destination: z.looseObject({ replaceTimeChunks: z.array(z.string()).nullish() }).nullish() })
    .nullish()
    .catch(undefined),
});
export type TaskPayload = z.infer<typeof TaskPayload>;

export const TaskPayloadResponse = z.looseObject({ task: z.string(), payload: TaskPayload });

export const TaskActionResponse = z.looseObject({ task: z.string() });
