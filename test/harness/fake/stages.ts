/** Stages and counters in a report of the fake Druid: reading and sorting, then (but for SELECT) writing segments. */
import type { FakeTask } from "./tasks";

/** The first stage's share of a run. */
const READING = 0.6;
const SORTING = 0.9 * READING;
const ROW_BYTES = 100;

export interface Progress {
  /** 0 to 1. */
  share: number;
  published: boolean;
  /** Over its query, not over publishing: the report tells no phase but that of the stage that failed. */
  failed: boolean;
}

export function stagesOf(task: FakeTask, progress: Progress): unknown[] {
  const { plan, ranAtMs, workersWanted } = task;
  const { share, failed } = progress;
  const phases = failed ? failedPhases(task, progress) : phasesOf(progress);
  const name = task.id.replace(/^query-/, "");
  const input = [{ type: "external", inputSource: { type: "inline" }, inputFormat: { type: "json" }, signature: [] }];
  const clock = (from: number, durationMs: number) => ({
    startTime: new Date(Math.round((ranAtMs ?? 0) + from)).toISOString(),
    duration: Math.round(durationMs),
  });
  const reading = {
    stageNumber: 0,
    definition: { id: `${name}_0`, input, processor: { type: "scan" }, signature: [], maxWorkerCount: workersWanted },
    ...phases[0],
    ...(share > 0 && { workerCount: workersWanted }),
    ...(share >= SORTING && { partitionCount: 1 }),
    ...(share > 0 && clock(0, plan.runMs * Math.min(share, READING))),
    sort: true,
  };
  if (task.statement?.kind === "SELECT") return [reading];
  const writes = { type: task.statement?.kind === "EXPORT" ? "export" : "segmentGenerator" };
  const from = [{ type: "stage", stage: 0 }];
  const writing = {
    stageNumber: 1,
    definition: { id: `${name}_1`, input: from, processor: writes, signature: [], maxWorkerCount: workersWanted },
    ...phases[1],
    ...(share >= READING && { workerCount: workersWanted, partitionCount: plan.segments }),
    ...(share >= READING && clock(plan.runMs * READING, plan.runMs * (share - READING))),
  };
  return [reading, writing];
}

function phasesOf({ share, published }: Progress): [object, object] {
  const reading = share >= READING ? "FINISHED" : share >= SORTING ? "POST_READING" : "READING_INPUT";
  return [
    share > 0 ? { phase: reading } : {},
    published ? { phase: "FINISHED" } : share >= READING ? { phase: "READING_INPUT" } : {},
  ];
}

function failedPhases({ plan, failure }: FakeTask, progress: Progress): [object, object] {
  const phase = plan.outcome === "success" ? undefined : plan.outcome.phase;
  const fell = (stage: number) => (failure?.stageNumber === stage ? { phase: "FAILED" } : {});
  if (phase !== undefined) return [{ phase: "FINISHED" }, { phase }];
  return progress.published ? phasesOf(progress) : [fell(0), fell(1)];
}

export function countersOf(task: FakeTask, share: number): unknown {
  const { rows, badLines } = task.plan;
  if (share === 0) return {};
  const read = Math.round(rows * Math.min(1, share / READING));
  const done = share >= READING;
  const channel = (count: number, more = {}) => ({
    type: "channel",
    rows: [count],
    bytes: [count * ROW_BYTES],
    ...more,
  });
  const levels = done ? { "0": 1, "1": 1, "2": 1 } : {};
  const reading = {
    input0:
      read === 0 ? { type: "channel", totalFiles: [1] } : channel(read, { files: [Number(done)], totalFiles: [1] }),
    ...(read > 0 && { output: channel(read, { frames: [1] }) }),
    ...(done && { shuffle: channel(rows, { frames: [1] }) }),
    sortProgress: {
      type: "sortProgress",
      totalMergingLevels: done ? 3 : -1,
      levelToTotalBatches: levels,
      levelToMergedBatches: levels,
      totalMergersForUltimateLevel: done ? 1 : -1,
      ...(done && { progressDigest: 1 }),
    },
    ...(badLines > 0 && { warnings: { type: "warnings", CannotParseExternalData: badLines } }),
  };
  if (!done || task.statement?.kind === "SELECT") return { "0": { "0": reading } };
  const written = Math.round(rows * ((share - READING) / (1 - READING)));
  const writing = {
    input0: channel(rows, { frames: [1] }),
    segmentGenerationProgress: {
      type: "segmentGenerationProgress",
      rowsProcessed: written,
      rowsPersisted: written,
      rowsMerged: written,
      rowsPushed: share === 1 ? rows : 0,
    },
  };
  return { "0": { "0": reading }, "1": { "0": writing } };
}
