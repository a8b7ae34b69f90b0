/**
 * Every output and what it is made of. A new one is a line here and its type, in `contract/outputs.ts` and for who
 * hovers over it in `resource.ts`; without either of them nothing compiles. Pure.
 */
import { compact } from "../../base/json";
import type { TaskReport, TaskStatus } from "../../druid/wire/task";
import type { IngestionState, MsqIngestionOutputs, SegmentLoad, SegmentReport, Statement } from "../contract/outputs";
import { rowsWritten } from "./progress";
import { consoleUrlOf, summarizeError, summarizeReport, summarizeResults, summarizeStatus } from "./summary";

/** What is known of an ingestion when its outputs are written. */
export interface Known {
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
  /** Whether what may quote the query is left out. */
  secretQuery: boolean;
  /** Takes secrets out of what Druid said. */
  hide(text: string): string;
}

type Table<Name extends keyof MsqIngestionOutputs> = {
  readonly [Each in Name]-?: (known: Known) => MsqIngestionOutputs[Each] | undefined;
};
type OfRun = "segmentReport" | "segmentLoad" | "report" | "rowsWritten" | "status" | "results";

/** What Druid told of the run: it stays as it was where Druid has forgotten it. */
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
  ...OUTPUTS_OF_RUN,
};

/** As they go into state: what is not known is left out. */
export function outputsOfKnown(known: Known): Record<string, unknown> {
  const told = Object.entries(OUTPUTS).map(([name, tell]) => [name, tell(known)] as const);
  // In the rows of a SELECT a null is a value.
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
