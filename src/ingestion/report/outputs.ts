/**
 * How each output is computed. A new output needs a line here and its type in `contract/outputs.ts` and `resource.ts`;
 * the code does not compile if one of them is missing. Pure.
 */
import { compact, isNothing, isRecord } from "../../base/json";
import type { TaskReport, TaskStatus } from "../../druid/wire/task";
import type {
  CheckResult,
  IngestionState,
  MsqIngestionOutputs,
  SegmentLoad,
  SegmentReport,
  Statement,
} from "../contract/outputs";
import { rowsWritten } from "./progress";
import {
  consoleUrlOf,
  type HideTexts,
  summarizeError,
  summarizeReport,
  summarizeResults,
  summarizeStatus,
} from "./summary";

/** Everything from which the outputs are computed. */
export interface OutputFacts {
  key: string;
  number: number;
  published: readonly string[];
  state: IngestionState;
  taskId: string | undefined;
  dataSource: string | undefined;
  adopted: boolean;
  adoptedTaskId: string | undefined;
  /** As resolved. */
  url: string;
  statement: unknown;
  status?: TaskStatus | undefined;
  report?: TaskReport | undefined;
  segmentLoad?: SegmentLoad | undefined;
  checks?: readonly CheckResult[] | undefined;
  checked?: string | undefined;
  /** Whether to remove text that may quote the query or its parameters. */
  secretTexts: HideTexts;
  /** Removes secrets from Druid's texts. */
  hide(text: string): string;
}

type Table<Name extends keyof MsqIngestionOutputs> = {
  readonly [Each in Name]-?: (known: OutputFacts) => MsqIngestionOutputs[Each] | undefined;
};
type OfRun = "segmentReport" | "segmentLoad" | "report" | "rowsWritten" | "status" | "results";

/** Outputs from Druid's answers about the run; they stay as they were if Druid has forgotten it. */
export const OUTPUTS_OF_RUN: Table<OfRun> = {
  segmentReport: ({ report, hide }) => hidden(report?.payload.status.segmentReport as SegmentReport | undefined, hide),
  segmentLoad: ({ segmentLoad, hide }) => hidden(segmentLoad, hide),
  report: ({ report, hide }) => report && hidden(summarizeReport(report), hide),
  rowsWritten: ({ report }) => report && rowsWritten(report),
  status: ({ status, secretTexts, hide }) => status && hidden(summarizeStatus(status, secretTexts), hide),
  results: ({ report }) => report && summarizeResults(report),
};

export const OUTPUTS: Table<keyof MsqIngestionOutputs> = {
  key: ({ key }) => key,
  number: ({ number }) => number,
  published: ({ published }) => [...published],
  state: ({ state }) => state,
  taskId: ({ taskId }) => taskId,
  dataSource: ({ dataSource }) => dataSource,
  adopted: ({ adopted }) => adopted,
  adoptedTaskId: ({ adoptedTaskId }) => adoptedTaskId,
  consoleUrl: ({ url, taskId }) => (taskId === undefined ? undefined : consoleUrlOf(url, taskId)),
  url: ({ url }) => url,
  error: ({ state, status, report, secretTexts, hide }) =>
    state === "FAILED" && status ? hidden(summarizeError(status, report, secretTexts), hide) : undefined,
  statement: ({ statement }) => statement as Statement | undefined,
  checks: ({ checks }) => checks && [...checks],
  checked: ({ checked }) => checked,
  ...OUTPUTS_OF_RUN,
};

/** The outputs for the state, without unknown values. */
export function outputsFrom(known: OutputFacts): Record<string, unknown> {
  const told = Object.entries(OUTPUTS).map(([name, tell]) => [name, tell(known)] as const);
  return Object.fromEntries(
    told
      .filter(([, value]) => !isNothing(value))
      .map(([name, value]) => [name, name === "results" ? asJson(value) : compact(value)]),
  );
}

/** In the rows of a SELECT null is a value, and stands for numbers that JSON does not have. */
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** All texts inside are Druid's. */
function hidden<T>(value: T, hide: (text: string) => string): T {
  if (typeof value === "string") return hide(value) as T;
  if (Array.isArray(value)) return value.map((item) => hidden(item, hide)) as T;
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hidden(item, hide)])) as T;
}
