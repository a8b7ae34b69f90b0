/**
 * Schemas for Druid's answers about tasks: one for each type of `task.ts`, with the same name. Unknown keys are kept,
 * so that `getReport` also returns what newer servers add.
 */
import { z } from "zod";
import type * as told from "./task";

const taskState = z.enum(["RUNNING", "SUCCESS", "FAILED"]);

const TaskLocation = z.looseObject({
  host: z.string().nullish(),
  port: z.number().optional(),
  tlsPort: z.number().optional(),
});

export const SubmitAnswer: z.ZodType<told.SubmitAnswer> = z.looseObject({ taskId: z.string(), state: taskState });

export const TaskStatus: z.ZodType<told.TaskStatus> = z.looseObject({
  id: z.string(),
  groupId: z.string().nullish(),
  type: z.string().nullish(),
  createdTime: z.string().nullish(),
  queueInsertionTime: z.string().nullish(),
  statusCode: taskState,
  status: taskState.nullish(),
  runnerStatusCode: z.string().nullish(),
  duration: z.number().nullish(),
  location: TaskLocation.nullish(),
  dataSource: z.string().nullish(),
  errorMsg: z.string().nullish(),
});

export const TaskStatusResponse = z.looseObject({ task: z.string(), status: TaskStatus });

export const TaskSummary: z.ZodType<told.TaskSummary> = z.looseObject({
  id: z.string(),
  statusCode: taskState.nullish(),
  createdTime: z.string().nullish(),
  location: TaskLocation.nullish(),
});
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

export const TaskErrorReport: z.ZodType<told.TaskErrorReport> = z.looseObject({
  taskId: z.string().nullish(),
  host: z.string().nullish(),
  stageNumber: z.number().nullish(),
  error: z.looseObject({ errorCode: z.string(), errorMessage: z.string().nullish() }),
  exceptionStackTrace: z.string().nullish(),
});

const WorkerStats = z.looseObject({
  workerId: z.string(),
  workerDesc: z.string().nullish(),
  state: z.string().nullish(),
  durationMs: z.number().nullish(),
  pendingMs: z.number().nullish(),
});

export const SegmentLoadStatus: z.ZodType<told.SegmentLoadStatus> = z.looseObject({
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

const SegmentReport: z.ZodType<told.SegmentReport> = z.looseObject({
  shardSpec: z.string().nullish(),
  details: z.string().nullish(),
});

/** One number per partition. */
const numbers = z.array(z.number()).nullish();
const ChannelCounters: z.ZodType<told.ChannelCounters> = z.looseObject({
  type: z.string().nullish(),
  rows: numbers,
  bytes: numbers,
  frames: numbers,
  files: numbers,
  totalFiles: numbers,
});

export const WorkerCounters: z.ZodType<told.WorkerCounters> = z
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

export const TaskStage: z.ZodType<told.TaskStage> = z.looseObject({
  stageNumber: z.number(),
  definition: z.looseObject({
    id: z.string().nullish(),
    input: z.array(z.looseObject({ type: z.string(), stage: z.number().nullish() })).nullish(),
    broadcast: z.array(z.number()).nullish(),
    processor: z.looseObject({ type: z.string() }).nullish(),
    maxWorkerCount: z.number().nullish(),
  }),
  phase: z.string().nullish(),
  workerCount: z.number().nullish(),
  partitionCount: z.number().nullish(),
  shuffle: z.string().nullish(),
  output: z.string().nullish(),
  sort: z.boolean().nullish(),
  startTime: z.string().nullish(),
  duration: z.number().nullish(),
});

const TaskResults: z.ZodType<told.TaskResults> = z
  .looseObject({
    signature: z.array(z.looseObject({ name: z.string(), type: z.string().nullish() })).nullish(),
    sqlTypeNames: z.array(z.string()).nullish(),
    results: z.array(z.array(z.unknown())).nullish(),
    resultsTruncated: z.boolean().nullish(),
    /** Misspelled by Druid 27. */
    resultsTruncted: z.boolean().nullish(),
  })
  .transform((results) => ({ ...results, resultsTruncated: results.resultsTruncated ?? results.resultsTruncted }));

export const TaskReport: z.ZodType<told.TaskReport> = z.looseObject({
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

export const TaskReportsResponse = z.looseObject({ multiStageQuery: TaskReport });

export const TaskPayload: z.ZodType<told.TaskPayload> = z.looseObject({
  type: z.string(),
  id: z.string().nullish(),
  dataSource: z.string().nullish(),
  sqlQueryContext: z.record(z.string(), z.unknown()).nullish(),
  context: z.record(z.string(), z.unknown()).nullish(),
  sqlQuery: z.string().nullish().catch(undefined),
  sqlTypeNames: z.array(z.string()).nullish().catch(undefined),
  spec: z
    .looseObject({
      destination: z.looseObject({ replaceTimeChunks: z.array(z.string()).nullish() }).nullish(),
      columnMappings: z
        .array(z.looseObject({ outputColumn: z.string() }))
        .nullish()
        .catch(undefined),
    })
    .nullish()
    .catch(undefined),
});

export const TaskPayloadResponse = z.looseObject({ task: z.string(), payload: TaskPayload });

export const TaskActionResponse = z.looseObject({ task: z.string() });
