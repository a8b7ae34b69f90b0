// Reports as Druid tells them: recorded ones, and ones of a few stages.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TaskReport } from "../../../../src/druid/wire/task";
import { TaskReportsResponse } from "../../../../src/druid/wire/task-schemas";

export const recorded = (name: string, release = "27.0.0"): TaskReport => {
  const file = join(__dirname, "..", "..", "..", "fixtures", "druid", release, `${name}.json`);
  return TaskReportsResponse.parse(JSON.parse(readFileSync(file, "utf8")).body).multiStageQuery;
};

interface StageTold {
  phase?: string;
  type?: string;
  input?: object[];
  broadcast?: number[];
  shuffle?: string;
  sort?: boolean;
  counters?: Record<string, object>;
}

export function live(stages: StageTold[], status: object = {}): TaskReport {
  const told = stages.map(
    ({ phase, type = "scan", input = [{ type: "external" }], broadcast, shuffle, sort }, number) => ({
      stageNumber: number,
      definition: { input, processor: { type }, ...(broadcast && { broadcast }) },
      ...(phase && { phase }),
      ...(shuffle && { shuffle }),
      ...(sort !== undefined && { sort }),
    }),
  );
  const counters = Object.fromEntries(stages.map(({ counters: of = {} }, number) => [number, of]));
  const payload = { status: { status: "RUNNING", ...status }, stages: told, counters };
  return TaskReportsResponse.parse({ multiStageQuery: { payload } }).multiStageQuery;
}

export const channel = (more: object) => ({ type: "channel", ...more });

export function failedWith(
  error: { errorCode: string; [more: string]: unknown },
  more: { exceptionStackTrace?: string; warnings?: object[] } = {},
): TaskReport {
  const { warnings, ...errorReport } = more;
  const status = { status: "FAILED", errorReport: { error, ...errorReport }, warnings };
  return TaskReportsResponse.parse({ multiStageQuery: { payload: { status } } }).multiStageQuery;
}
