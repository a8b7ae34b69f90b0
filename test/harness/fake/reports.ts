/** The report of a task of the fake Druid, live and final. */
import { countersOf, stagesOf } from "./stages";
import type { FakeTask } from "./tasks";

const HOST = "localhost:8100";

/** Undefined while there is none, or where it is never to be had. */
export function reportOf(task: FakeTask, now: number, version: number): unknown {
  const { plan, launchedAtMs, endedAtMs, cancelled } = task;
  if (task.type === "noop" || launchedAtMs === undefined || now < launchedAtMs + plan.reportDelayMs) return undefined;
  if (endedAtMs === undefined) return reportAt(task, now, version, true);
  if (plan.noReport) return undefined;
  // A controller that is told to stop serves its live report until it has stopped.
  if (cancelled && now < endedAtMs + plan.cancelReportMs) return reportAt(task, endedAtMs, version, true);
  return cancelled || now >= endedAtMs + plan.reportDelayMs ? reportAt(task, endedAtMs, version, false) : undefined;
}

function reportAt(task: FakeTask, now: number, version: number, live: boolean): unknown {
  const { plan, launchedAtMs = now, publishedAtMs, context } = task;
  const published = !task.secondLife && publishedAtMs !== undefined && publishedAtMs <= now;
  const failed = task.failure !== undefined && (!live || (published && !task.cancelled));
  const status = failed ? "FAILED" : published ? "SUCCESS" : "RUNNING";
  const began = task.secondLife ? undefined : task.ranAtMs;
  const passed = began === undefined ? 0 : Math.min(1, (now - began) / Math.max(1, plan.runMs));
  const share = published ? 1 : passed * reachOf(task);
  const warnings = warningsOf(task, share);
  const payload = {
    status: {
      status,
      ...(failed && { errorReport: errorReportOf(task) }),
      ...(warnings.length > 0 && { warnings }),
      startTime: iso(launchedAtMs),
      durationMs: now - launchedAtMs,
      ...(version >= 28 && { workers: workersOf(task, now, version) }),
      pendingTasks: task.workersWanted - task.workersLaunched,
      runningTasks: task.workersLaunched + 1,
      ...(status === "SUCCESS" && segmentsStatusOf(task, version)),
    },
    stages: stagesOf(task, { share, published, failed }),
    counters: countersOf(task, share),
    ...(status === "SUCCESS" && task.statement?.kind === "SELECT" && { results: resultsOf(task, version) }),
  };
  const type = live ? {} : { type: "multiStageQuery" };
  return {
    multiStageQuery: { ...type, taskId: task.id, payload },
    ...(version >= 28 && !live && { taskContext: { type: "taskContext", taskId: task.id, payload: context } }),
  };
}

/** How far the run can come: what falls over its input comes to no second stage. */
function reachOf({ plan: { outcome } }: FakeTask): number {
  return outcome !== "success" && outcome.stageNumber === 0 ? 0.5 : 1;
}

function errorReportOf(task: FakeTask): unknown {
  const { fault = "UnknownError", message = "as planned", stageNumber, stackTrace } = task.failure ?? {};
  return {
    taskId: stageNumber === undefined ? task.id : `${task.id}-worker0_0`,
    host: HOST,
    ...(stageNumber !== undefined && { stageNumber }),
    error: { errorCode: fault, errorMessage: message },
    ...(stackTrace !== undefined && { exceptionStackTrace: stackTrace }),
  };
}

function warningsOf(task: FakeTask, share: number): unknown[] {
  const count = share > 0 ? Math.min(task.plan.badLines, 10) : 0;
  return Array.from({ length: count }, (_, index) => ({
    taskId: `${task.id}-worker0_0`,
    host: HOST,
    stageNumber: 0,
    error: { errorCode: "CannotParseExternalData", errorMessage: `Unable to parse row [{] (Line: ${index + 1})` },
  }));
}

function workersOf(task: FakeTask, now: number, version: number): unknown {
  const entries = Array.from({ length: task.workersWanted }, (_, number) => {
    const launched = number < task.workersLaunched;
    const state = launched ? (task.stage === "ENDED" ? task.statusCode : "RUNNING") : "PENDING";
    const durationMs = launched && task.ranAtMs !== undefined ? now - task.ranAtMs : -1;
    const worker = { workerId: `${task.id}-worker${number}_0`, state, durationMs, pendingMs: 0 };
    return [String(number), [version >= 37 ? { ...worker, workerDesc: HOST } : worker]];
  });
  return Object.fromEntries(entries);
}

function segmentsStatusOf(task: FakeTask, version: number): Record<string, unknown> {
  const { segments, loadDelayMs: duration } = task.plan;
  if (task.statement?.target === undefined) return {};
  const load = {
    state: "SUCCESS",
    startTime: iso(task.publishedAtMs ?? 0),
    duration,
    totalSegments: segments,
    usedSegments: segments,
    precachedSegments: segments,
    onDemandSegments: 0,
    pendingSegments: 0,
    unknownSegments: 0,
  };
  return {
    ...(version >= 28 && task.context.waitUntilSegmentsLoad === true && { segmentLoadWaiterStatus: load }),
    ...(version >= 30 && { segmentReport: { shardSpec: "NumberedShardSpec", details: "Using numbered shards." } }),
  };
}

function resultsOf(task: FakeTask, version: number): unknown {
  const results = task.plan.results ?? Array.from({ length: task.plan.rows }, (_, index) => [index]);
  const columns = (results[0] ?? []).map((value, index) => ({ name: `c${index}`, number: typeof value === "number" }));
  return {
    signature: columns.map(({ name, number }) => ({ name, type: number ? "LONG" : "STRING" })),
    sqlTypeNames: columns.map(({ number }) => (number ? "BIGINT" : "VARCHAR")),
    results,
    [version >= 28 ? "resultsTruncated" : "resultsTruncted"]: false,
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
