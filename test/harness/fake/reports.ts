/** The report of a task of the fake Druid, live and final: two stages, external read and segment generation. */
import type { FakeTask } from "./tasks";

const ROW_BYTES = 100;
/** The share of the first stage in the run. */
const READING = 0.6;

export function reportOf(task: FakeTask, now: number, version: number): unknown | undefined {
  const { plan } = task;
  if (task.type === "noop" || task.launchedAtMs === undefined) return undefined;
  if (now < task.launchedAtMs + plan.reportDelayMs) return undefined;
  if (task.endedAtMs !== undefined) {
    if (plan.noReport) return undefined;
    const lateMs = task.cancelled ? plan.cancelReportMs : plan.reportDelayMs;
    if (now < task.endedAtMs + lateMs) return task.cancelled ? report(task, task.endedAtMs, version, true) : undefined;
  }
  return report(task, now, version, false);
}

function report(task: FakeTask, now: number, version: number, live: boolean): unknown {
  const until = Math.min(now, task.endedAtMs ?? now);
  const published = task.publishedAtMs !== undefined && task.publishedAtMs <= until;
  const failed = !live && task.failure !== undefined && (task.endedAtMs !== undefined || published);
  const state = failed ? "FAILED" : published ? "SUCCESS" : "RUNNING";
  const began = task.secondLife ? undefined : task.ranAtMs;
  const share = began === undefined ? 0 : published ? 1 : Math.min(1, (until - began) / Math.max(1, task.plan.runMs));
  const stages = stagesOf(task, share, published, failed);
  return {
    multiStageQuery: {
      type: "multiStageQuery",
      taskId: task.id,
      payload: {
        status: {
          status: state,
          ...(failed && { errorReport: errorReport(task) }),
          warnings: warningsOf(task, share),
          startTime: iso(task.launchedAtMs ?? until),
          durationMs: until - (task.launchedAtMs ?? until),
          workers: workersOf(task, until, version),
          pendingTasks: task.workersWanted - task.workersLaunched,
          runningTasks: task.workersLaunched + 1,
          ...(state === "SUCCESS" && newerStatus(task, version)),
        },
        stages,
        counters: countersOf(task, share),
        ...(state === "SUCCESS" && task.statement?.kind === "SELECT" && { results: resultsOf(task, version) }),
      },
    },
    ...(version >= 28 && { taskContext: task.context }),
  };
}

function stagesOf(task: FakeTask, share: number, published: boolean, failed: boolean): unknown[] {
  const { plan, id, ranAtMs } = task;
  const reading = share >= READING ? "FINISHED" : share >= READING * 0.9 ? "POST_READING" : "READING_INPUT";
  const writing = published ? "FINISHED" : share >= READING ? "READING_INPUT" : "NEW";
  const last = failed && plan.outcome !== "success" && plan.outcome.phase !== undefined ? plan.outcome.phase : writing;
  const select = task.statement?.kind === "SELECT";
  const began = ranAtMs === undefined ? undefined : Math.round(ranAtMs + plan.runMs * READING);
  return [
    {
      stageNumber: 0,
      definition: {
        id: `${id.replace(/^query-/, "")}_0`,
        input: [{ type: "external", inputSource: { type: "inline" }, inputFormat: { type: "json" }, signature: [] }],
        processor: { type: "scan" },
        signature: [],
        maxWorkerCount: task.workersWanted,
      },
      phase: share === 0 ? "NEW" : reading,
      workerCount: task.workersWanted,
      partitionCount: 1,
      shuffle: "globalSort",
      output: "localStorage",
      sort: true,
      ...(ranAtMs !== undefined && {
        startTime: iso(ranAtMs),
        duration: Math.round(plan.runMs * Math.min(share, READING)),
      }),
    },
    {
      stageNumber: 1,
      definition: {
        id: `${id.replace(/^query-/, "")}_1`,
        input: [{ type: "stage", stage: 0 }],
        processor: { type: select ? "limit" : "segmentGenerator" },
        signature: [],
        maxWorkerCount: task.workersWanted,
      },
      phase: last,
      workerCount: task.workersWanted,
      partitionCount: plan.segments,
      output: "localStorage",
      ...(began !== undefined &&
        share >= READING && { startTime: iso(began), duration: Math.round(plan.runMs * (share - READING)) }),
    },
  ];
}

function countersOf(task: FakeTask, share: number): unknown {
  const total = task.plan.rows + task.plan.badLines;
  const read = Math.round(total * Math.min(1, share / READING));
  const written = Math.round(task.plan.rows * Math.max(0, (share - READING) / (1 - READING)));
  const channel = (rows: number, more = {}) => ({ type: "channel", rows: [rows], bytes: [rows * ROW_BYTES], ...more });
  if (share === 0) return {};
  return {
    "0": {
      "0": {
        input0: channel(read, { files: [read === total ? 1 : 0], totalFiles: [1] }),
        output: channel(read, { frames: [1] }),
        shuffle: channel(read, { frames: [1] }),
        sortProgress: {
          type: "sortProgress",
          totalMergingLevels: 3,
          levelToTotalBatches: { "0": 1, "1": 1, "2": 1 },
          levelToMergedBatches: { "0": 1, "1": 1, "2": 1 },
          totalMergersForUltimateLevel: 1,
          progressDigest: share >= READING ? 1 : 0,
        },
      },
    },
    ...(share >= READING && {
      "1": {
        "0": {
          input0: channel(task.plan.rows, { frames: [1] }),
          segmentGenerationProgress: {
            type: "segmentGenerationProgress",
            rowsProcessed: written,
            rowsPersisted: written,
            rowsMerged: written,
            rowsPushed: share === 1 ? task.plan.rows : 0,
          },
        },
      },
    }),
  };
}

function errorReport(task: FakeTask): unknown {
  const { fault = "UnknownError", message = "as planned", stageNumber } = task.failure ?? {};
  return {
    taskId: `${task.id}-worker0_0`,
    host: "localhost:8100",
    ...(stageNumber !== undefined && { stageNumber }),
    error: { errorCode: fault, errorMessage: `${fault}: ${message}` },
  };
}

function warningsOf(task: FakeTask, share: number): unknown[] {
  return Array.from({ length: share > 0 ? Math.min(task.plan.badLines, 10) : 0 }, (_, index) => ({
    taskId: `${task.id}-worker0_0`,
    host: "localhost:8100",
    stageNumber: 0,
    error: { errorCode: "CannotParseExternalData", errorMessage: `Unable to parse row [line ${index + 1}]` },
  }));
}

function workersOf(task: FakeTask, now: number, version: number): unknown {
  const entries = Array.from({ length: task.workersWanted }, (_, number) => {
    const launched = number < task.workersLaunched || task.stage === "ENDED";
    const state = !launched ? "PENDING" : task.stage === "ENDED" ? task.statusCode : "RUNNING";
    const workerId = `${task.id}-worker${number}_0`;
    const durationMs = launched && task.ranAtMs !== undefined ? now - task.ranAtMs : -1;
    return [String(number), [{ workerId, ...(version >= 37 && { workerDesc: "localhost:8100" }), state, durationMs }]];
  });
  return Object.fromEntries(entries);
}

function newerStatus(task: FakeTask, version: number): Record<string, unknown> {
  const { segments } = task.plan;
  const waited = version >= 28 && task.context.waitUntilSegmentsLoad === true;
  return {
    ...(waited && {
      segmentLoadWaiterStatus: {
        state: "SUCCESS",
        startTime: iso(task.publishedAtMs ?? 0),
        duration: task.plan.loadDelayMs,
        totalSegments: segments,
        usedSegments: segments,
        precachedSegments: segments,
        onDemandSegments: 0,
        pendingSegments: 0,
        unknownSegments: 0,
      },
    }),
    ...(version >= 30 && { segmentReport: { shardSpec: "NumberedShardSpec", details: "Using numbered shards." } }),
  };
}

function resultsOf(task: FakeTask, version: number): unknown {
  const rows = task.plan.results ?? Array.from({ length: task.plan.rows }, (_, index) => [index]);
  const columns = (rows[0] ?? []).map((value, index) => ({ name: `c${index}`, number: typeof value === "number" }));
  return {
    signature: columns.map(({ name, number }) => ({ name, type: number ? "LONG" : "STRING" })),
    sqlTypeNames: columns.map(({ number }) => (number ? "BIGINT" : "VARCHAR")),
    results: rows,
    [version >= 28 ? "resultsTruncated" : "resultsTruncted"]: false,
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
