/**
 * The inputs as they cross from Pulumi: plain values, some of them not known yet. Every fault is found at once, with
 * its path; what is unknown postpones what depends on it and is never a fault.
 */
import { z } from "zod";
import { isRecord } from "../../base/json";
import { INTEGER_TYPE, type SqlParameter } from "../../druid/client";
import type { Fault } from "../../druid/connection/connection";
import { hasUnknown } from "./unknown";

const ScalarValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const PARAMETER_FORMS = "has to be a string, number, boolean, null or { type, value }";
const Parameter = z.union(
  [
    ScalarValue,
    z.strictObject({ type: z.string().min(1, "is empty"), value: z.union([ScalarValue, z.array(ScalarValue)]) }),
  ],
  { error: PARAMETER_FORMS },
);

const Inputs = z.strictObject({
  query: z.string(),
  context: z.record(z.string(), z.unknown()).nullish(),
  parameters: z.array(Parameter).nullish(),
  triggers: z.array(z.unknown()).nullish(),
  waitForSegmentLoad: z.boolean().nullish(),
  segmentLoadTimeoutSeconds: z.number().positive("has to be more than 0").nullish(),
  onDelete: z.enum(["keepData", "dropDatasource"], { error: 'has to be "keepData" or "dropDatasource"' }).nullish(),
  adoptTaskId: z.string().min(1, "is empty; leave it out to submit a task").nullish(),
  validate: z.enum(["explain", "off"], { error: 'has to be "explain" or "off"' }).nullish(),
  /** Has rules and sources of its own, in `druid/connection.ts`. */
  connection: z.unknown().optional(),
});

/** What is wanted, with every default in place. */
export interface Ingestion {
  query: string;
  context: Record<string, unknown>;
  parameters: SqlParameter[];
  triggers: unknown[];
  waitForSegmentLoad: boolean;
  segmentLoadTimeoutMs: number;
  onDelete: "keepData" | "dropDatasource";
  adoptTaskId: string | undefined;
  validate: "explain" | "off";
  /** As given; `druid/connection.ts` finds the rest in config and environment. */
  connection: unknown;
}

/** Faults of the inputs without our own (`statement`, `__…`). */
export function faultsOfInputs(inputs: Record<string, unknown>): Fault[] {
  const parsed = Inputs.safeParse(inputs);
  const issues = parsed.success ? [] : parsed.error.issues;
  const faults = issues
    .map((issue) => ({ issue, value: valueAt(inputs, issue.path) }))
    .filter(({ value }) => !hasUnknown(value))
    .map(({ issue, value }) => ({
      path: pathText(issue.path),
      reason: value === undefined ? "is required" : reasonOf(issue),
    }));
  return [...faults, ...faultsOfNumbers(inputs)];
}

/** Call with inputs that have no fault and nothing unknown. */
export function readIngestion(inputs: Record<string, unknown>): Ingestion {
  const parsed = Inputs.parse(inputs);
  return {
    query: parsed.query,
    context: parsed.context ?? {},
    parameters: (parsed.parameters ?? []).map(typedParameter),
    triggers: parsed.triggers ?? [],
    waitForSegmentLoad: parsed.waitForSegmentLoad ?? true,
    segmentLoadTimeoutMs: (parsed.segmentLoadTimeoutSeconds ?? 600) * 1_000,
    onDelete: parsed.onDelete ?? "keepData",
    adoptTaskId: parsed.adoptTaskId ?? undefined,
    validate: parsed.validate ?? "explain",
    connection: parsed.connection,
  };
}

/** A plain value gets the SQL type that fits it; null has none, and Druid passes over the one that is sent with it. */
export function typedParameter(parameter: unknown): SqlParameter {
  if (isRecord(parameter)) return parameter as unknown as SqlParameter;
  const value = parameter as string | number | boolean | null;
  if (typeof value === "number") return { type: Number.isInteger(value) ? "BIGINT" : "DOUBLE", value };
  if (typeof value === "boolean") return { type: "BOOLEAN", value };
  return { type: "VARCHAR", value };
}

/** SQL types that are no exact numbers: a large one of these is what it seems. */
const APPROXIMATE = /^(DOUBLE|FLOAT|REAL)$/i;

const BEYOND =
  "is an integer beyond 2^53, which JavaScript cannot hold exactly; write a bigint, e.g. 9007199254740993n, or " +
  '{ type: "VARCHAR", value: "…" } and CAST(? AS BIGINT) in the query';

/** An integer that has been changed before it reached us, or that Druid would change: nobody may load that. */
function faultsOfNumbers(inputs: Record<string, unknown>): Fault[] {
  const parameters = Array.isArray(inputs.parameters) ? inputs.parameters : [];
  return parameters.flatMap((parameter: unknown, index) => {
    const reason = faultOfNumber(typedParameter(parameter));
    return reason === undefined ? [] : [{ path: `parameters[${index}]`, reason }];
  });
}

function faultOfNumber({ type, value }: SqlParameter): string | undefined {
  if (hasUnknown(type) || hasUnknown(value) || APPROXIMATE.test(type)) return undefined;
  if (INTEGER_TYPE.test(type) && typeof value === "string") {
    if (!/^-?\d+$/.test(value)) return `of type ${type} has to be a number, or a text of its digits`;
    if (BigInt.asIntN(64, BigInt(value)) !== BigInt(value)) return "is beyond 64 bits, more than Druid's BIGINT holds";
  }
  const values: unknown[] = Array.isArray(value) ? value : [value];
  const isRounded = (item: unknown) =>
    typeof item === "number" && Number.isInteger(item) && !Number.isSafeInteger(item);
  return values.some(isRounded) ? BEYOND : undefined;
}

function reasonOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") {
    return `has no ${issue.keys.map((key) => `"${key}"`).join(", ")}; the keys are listed in the documentation of MsqIngestion`;
  }
  if (issue.code === "invalid_type") return `has to be ${article(issue.expected)}`;
  return issue.message;
}

function article(type: string): string {
  if (type === "record") return "an object";
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function valueAt(value: unknown, path: PropertyKey[]): unknown {
  let current = value;
  for (const key of path) {
    if (hasUnknown(current) && typeof current === "string") return current;
    current =
      typeof current === "object" && current !== null ? (current as Record<PropertyKey, unknown>)[key] : undefined;
  }
  return current;
}

function pathText(path: PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text ? `${text}.${String(key)}` : String(key)),
    "",
  );
}
