/**
 * A resource's properties as they come and go: the program's inputs, our hidden ones, and the outputs. Reading
 * accepts the state of every older release: whatever is not there is taken for not known.
 */
import { z } from "zod";
import { compact } from "../base/json";
import { contentHash, writeKindOf } from "../ingestion/contract/content";
import { typedParameter } from "../ingestion/contract/inputs";
import type { MsqIngestionOutputs } from "../ingestion/contract/outputs";
import type { Before, Progressed } from "../ingestion/reconcile/goal";
import {
  consoleUrlOf,
  summarizeError,
  summarizeReport,
  summarizeResults,
  summarizeStatus,
} from "../ingestion/report/summary";
import { readStatement } from "../statement/facts";

export type Properties = Record<string, unknown>;

/** What a program may give; everything else in a resource's properties is ours. */
const INPUTS = [
  "query",
  "context",
  "parameters",
  "triggers",
  "waitForSegmentLoad",
  "segmentLoadTimeoutSeconds",
  "onDelete",
  "adoptTaskId",
  "validate",
  "connection",
] as const;

/** Those that decide what is loaded; a change of the others alone runs nothing. */
export const CONTENT_INPUTS = ["query", "context", "parameters", "triggers"] as const;

export function userInputs(properties: Properties): Properties {
  const known = new Set<string>([...INPUTS, ...Object.keys(OUTPUT_NAMES)]);
  // A name that is neither ours nor known is the user's mistake and has to be told.
  return Object.fromEntries(
    Object.entries(properties).filter(
      ([name, value]) => value !== undefined && !name.startsWith("__") && (isInput(name) || !known.has(name)),
    ),
  );
}

const isInput = (name: string): boolean => (INPUTS as readonly string[]).includes(name);

const OUTPUT_NAMES: Record<keyof MsqIngestionOutputs, true> = {
  taskId: true,
  state: true,
  dataSource: true,
  adopted: true,
  consoleUrl: true,
  url: true,
  error: true,
  statement: true,
  segmentReport: true,
  load: true,
  report: true,
  status: true,
  results: true,
  key: true,
  number: true,
  published: true,
  adoptedTaskId: true,
};

const Hidden = z.looseObject({
  __urn: z.string().optional(),
  // Not known yet where the program computes one.
  __formerUrns: z.array(z.string()).optional().catch(undefined),
  __organization: z.string().nullish(),
  __timeouts: z.record(z.string(), z.unknown()).nullish(),
  __secretQuery: z.boolean().nullish(),
});

export interface HiddenInputs {
  urn: string;
  /** URNs that the resource may have had before, by its own aliases and those of its parents. */
  aliases: string[];
  organization: string;
  timeouts: Record<string, unknown>;
  secretQuery: boolean;
}

export function hiddenInputs(properties: Properties): HiddenInputs {
  const hidden = Hidden.catch({}).parse(properties);
  return {
    urn: hidden.__urn ?? "",
    aliases: hidden.__formerUrns ?? [],
    organization: hidden.__organization ?? "organization",
    timeouts: hidden.__timeouts ?? {},
    // Unknown whether it is secret: as if it were.
    secretQuery: hidden.__secretQuery !== false,
  };
}

const Stored = z.looseObject({
  key: z.string().optional(),
  number: z.number().int().nonnegative().catch(0),
  published: z.array(z.string()).catch([]),
  state: z.string().optional().catch(undefined),
  taskId: z.string().optional().catch(undefined),
  dataSource: z.string().optional().catch(undefined),
  url: z.string().optional().catch(undefined),
  adopted: z.boolean().catch(false),
  adoptedTaskId: z.string().optional().catch(undefined),
  report: z.looseObject({ rowsWritten: z.number().optional() }).optional().catch(undefined),
  load: z.looseObject({ totalSegments: z.number().optional() }).optional().catch(undefined),
});

export type StoredState = Before & {
  key: string | undefined;
  dataSource: string | undefined;
  url: string | undefined;
};

export function readState(outputs: Properties): StoredState {
  const stored = Stored.parse(outputs);
  return {
    key: stored.key,
    number: stored.number,
    published: stored.published,
    state: stored.state,
    taskId: stored.taskId,
    content: contentOf(outputs),
    kind: kindOf(outputs),
    adopted: stored.adopted,
    adoptedTaskId: stored.adoptedTaskId,
    rowsPublished: stored.report?.rowsWritten ?? stored.load?.totalSegments,
    dataSource: stored.dataSource,
    url: stored.url,
  };
}

function kindOf({ query }: Properties): StoredState["kind"] {
  return typeof query === "string" ? writeKindOf(readStatement(query).facts) : "REPLACE";
}

/** The hash of the content in these properties; undefined where they hold none. */
export function contentOf(properties: Properties): string | undefined {
  const { query, context, parameters, triggers } = properties;
  if (typeof query !== "string") return undefined;
  return contentHash({
    query,
    context: (context as Record<string, unknown> | undefined) ?? {},
    parameters: Array.isArray(parameters) ? parameters.map(typedParameter) : [],
    triggers: Array.isArray(triggers) ? triggers : [],
  });
}

/** The outputs after a run, or as far as it has come; the inputs are echoed as they are. */
export function outputsOf(
  inputs: Properties,
  run: Omit<Progressed, "state"> & { state: MsqIngestionOutputs["state"] },
  more: {
    key: string;
    url: string;
    dataSource: string | undefined;
    load?: MsqIngestionOutputs["load"];
    /** Takes secrets out of what Druid said. */
    hide(text: string): string;
  },
): Properties {
  const { secretQuery } = hiddenInputs(inputs);
  const { status, report } = run;
  const error = run.state === "FAILED" && status ? summarizeError(status, report, secretQuery) : undefined;
  const summary = status && summarizeStatus(status, secretQuery);
  const outputs: Record<keyof MsqIngestionOutputs, unknown> = {
    key: more.key,
    number: run.number,
    published: [...run.published],
    state: run.state,
    taskId: run.taskId,
    dataSource: more.dataSource,
    adopted: run.adopted,
    adoptedTaskId: run.adoptedTaskId,
    consoleUrl: run.taskId && consoleUrlOf(more.url, run.taskId),
    url: more.url,
    error: error && { ...error, message: more.hide(error.message) },
    statement: inputs.statement,
    segmentReport: report?.payload.status.segmentReport,
    load: more.load,
    report: report && summarizeReport(report),
    status: summary && { ...summary, ...(summary.errorMsg && { errorMsg: more.hide(summary.errorMsg) }) },
    results: report && summarizeResults(report),
  };
  const echo = Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
  const { results, ...rest } = outputs;
  return { ...echo, ...compact(rest), ...(results !== undefined && { results }) };
}
