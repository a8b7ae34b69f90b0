/**
 * Reads and writes a resource's properties: the program's inputs, our hidden inputs, and the outputs. Reading accepts
 * the state of every older release: a missing value counts as unknown.
 */
import { z } from "zod";
import { contentHash, writeKindOf } from "../ingestion/contract/content";
import { INPUTS, typedParameter } from "../ingestion/contract/inputs";
import type { Before, RunCheckpoint } from "../ingestion/reconcile/goal";
import { OUTPUTS, type OutputFacts, outputsFrom } from "../ingestion/report/outputs";
import type { HideTexts } from "../ingestion/report/summary";
import type { Turns } from "../ingestion/run/turns";
import { knownStatement } from "../statement/known";

export type Properties = Record<string, unknown>;

/** The inputs that decide what is loaded. If only others change, nothing runs. */
export const CONTENT_INPUTS = ["query", "context", "parameters", "triggers"] as const;

/** The public inputs among the properties of a program or of a state. */
export function userInputs(properties: Properties): Properties {
  return withoutOurs(properties, (name) => INPUTS.includes(name) || !(name in OUTPUTS));
}

/** All that the program passes, even under the name of an output, so that unknown inputs can be reported. */
export function passedInputs(news: Properties): Properties {
  // Not passed by the program: `check` adds it to the inputs.
  return withoutOurs(news, (name) => name !== "statement");
}

function withoutOurs(properties: Properties, keeps: (name: string) => boolean): Properties {
  return Object.fromEntries(
    Object.entries(properties).filter(([name, value]) => value !== undefined && !name.startsWith("__") && keeps(name)),
  );
}

const Hidden = z.looseObject({
  __urn: z.string().optional(),
  // Unknown if the program computes one.
  __formerUrns: z.array(z.string()).optional().catch(undefined),
  __organization: z.string().nullish(),
  __timeouts: z.record(z.string(), z.unknown()).nullish(),
  __secretQuery: z.boolean().nullish(),
  __secretValues: z.boolean().nullish(),
  __secretChecks: z.boolean().nullish(),
  __turns: z.object({ name: z.string(), limit: z.number().int().positive() }).optional().catch(undefined),
});

export interface HiddenInputs {
  urn: string;
  /** Former URNs of the resource, from its own aliases and those of its parents. */
  aliases: string[];
  organization: string;
  timeouts: Record<string, unknown>;
  secretQuery: boolean;
  /** Whether nothing may repeat what Druid says of a run: the query, its parameters, context or triggers are secret. */
  secretTexts: HideTexts;
  secretChecks: boolean;
  /** For the ingestions of a backfill with `concurrency`. */
  turns: Turns | undefined;
}

export function hiddenInputs(properties: Properties): HiddenInputs {
  const hidden = Hidden.catch({}).parse(properties);
  return {
    urn: hidden.__urn ?? "",
    aliases: hidden.__formerUrns ?? [],
    organization: hidden.__organization ?? "organization",
    timeouts: hidden.__timeouts ?? {},
    // If it is unknown whether the query is secret, it is treated as secret.
    secretQuery: hidden.__secretQuery !== false,
    secretTexts: hidden.__secretQuery !== false || (hidden.__secretValues === true && "values"),
    secretChecks: hidden.__secretChecks === true,
    turns: hidden.__turns,
  };
}

const Stored = z.looseObject({
  key: z.string().optional().catch(undefined),
  number: z.number().int().nonnegative().catch(0),
  published: z.array(z.string()).catch([]),
  state: z.string().optional().catch(undefined),
  taskId: z.string().optional().catch(undefined),
  dataSource: z.string().optional().catch(undefined),
  url: z.string().optional().catch(undefined),
  adopted: z.boolean().catch(false),
  adoptedTaskId: z.string().optional().catch(undefined),
  rowsWritten: z.number().optional().catch(undefined),
  checked: z.string().optional().catch(undefined),
  segmentLoad: z.looseObject({ totalSegments: z.number().optional() }).optional().catch(undefined),
});

export type StoredState = Before & {
  key: string | undefined;
  dataSource: string | undefined;
  url: string | undefined;
  /** The checks that the rows have passed. */
  checked: string | undefined;
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
    rowsPublished: stored.rowsWritten ?? stored.segmentLoad?.totalSegments,
    dataSource: stored.dataSource,
    url: stored.url,
    checked: stored.checked,
  };
}

function kindOf({ query }: Properties): StoredState["kind"] {
  return typeof query === "string" ? writeKindOf(knownStatement(query).facts) : "REPLACE";
}

/** The hash of the content in these properties; undefined if the query is unknown. */
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

/** The inputs as outputs, except `checks`: the output of that name holds the results. */
export function echoOf(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([name, value]) => value !== undefined && name !== "checks"));
}

/** The outputs after a run, or after as much of it as was done; includes the inputs unchanged. */
export function outputsOf(
  inputs: Properties,
  run: Omit<RunCheckpoint, "state"> & Pick<OutputFacts, "state">,
  more: Pick<OutputFacts, "key" | "url" | "dataSource" | "segmentLoad" | "hide">,
): Properties {
  const { secretTexts } = hiddenInputs(inputs);
  const echo = echoOf(inputs);
  return { ...echo, ...outputsFrom({ ...run, ...more, statement: inputs.statement, secretTexts }) };
}
