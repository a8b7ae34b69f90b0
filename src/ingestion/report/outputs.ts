/**
 * How each output is computed. A new output needs a line here and its type in `contract/outputs.ts` and `resource.ts`;
 * the code does not compile if one of them is missing. Pure.
 */
import { compact } from "../../base/json";
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
import { consoleUrlOf, summarizeError, summarizeReport, summarizeResults, summarizeStatus } from "./summary";

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
  /** Whether to remove text that may quote the query. */
  secretQuery: boolean;
  /** Removes secrets from Druid's texts. */
  hide(text: string): string;
}

type Table<Name extends keyof MsqIngestionOutputs> = {
  readonly [Each in Name]-?: (known: OutputFacts) => MsqIngestionOutputs[Each] | undefined;
};
type OfRun = "segmentReport" | "segmentLoad" | "report" | "rowsWritten" | "status" | "results";

/** Outputs from Druid's answers about the run; they stay as they were if Druid has forgotten it. */
export const OUTPUTS_OF_RUN: Table<OfRun> = {
  segmentReport: ({ report }) => report?.payload.status.segmentReport as SegmentReport | undefined,
  segmentLoad: ({ segmentLoad }) => segmentLoad,
  report: ({ report }) => report && summarizeReport(report),
  rowsWritten: ({ report }) => report && rowsWritten(report),
  status: ({ status, secretQuery, hide }) => status && hidden(summarizeStatus(status, secretQuery), "errorMsg", hide),
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
  error: ({ state, status, report, secretQuery, hide }) =>
    state === "FAILED" && status ? hidden(summarizeError(status, report, secretQuery), "message", hide) : undefined,
  statement: ({ statement }) => statement as Statement | undefined,
  checks: ({ checks }) => checks && [...checks],
  checked: ({ checked }) => checked,
  ...OUTPUTS_OF_RUN,
};

/** The outputs for the state, without unknown values. */
export function outputsFrom(known: OutputFacts): Record<string, unknown> {
  const told = Object.entries(OUTPUTS).map(([name, tell]) => [name, tell(known)] as const);
  // Not `results`: in the rows of a SELECT null is a value.
  return Object.fromEntries(
    told
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => [name, name === "results" ? value : compact(value)]),
  );
}

function hidden<T extends { [Field in Name]?: string }, Name extends string>(
  value: T,
  name: Name,
  hide: (text: string) => string,
): T {
  const text = value[name];
  return text ? { ...value, [name]: hide(text) } : value;
}
