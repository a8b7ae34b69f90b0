/**
 * Validates the inputs from Pulumi: plain values, some still unknown. Reports all faults at once, each with its path.
 * An unknown value is never a fault; checks that depend on it are postponed.
 */
import { z } from "zod";
import { isRecord } from "../../base/json";
import { hasOutputAsText, OUTPUT_AS_TEXT_REASON } from "../../base/output-text";
import { INTEGER_TYPE, type SqlParameter } from "../../druid/client";
import type { Fault } from "../../druid/connection/connection";
import { Checks } from "./inputs-checks";
import { hasUnknown } from "./unknown";

const ScalarValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const PARAMETER_FORMS = "must be a string, number, boolean, null or { type, value }";
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
  segmentLoadTimeoutSeconds: z.number().positive("must be more than 0").nullish(),
  onDelete: z.enum(["keepData", "dropDatasource"], { error: 'must be "keepData" or "dropDatasource"' }).nullish(),
  adoptTaskId: z.string().min(1, "is empty; remove it to submit a task").nullish(),
  validate: z.enum(["explain", "sample", "off"], { error: 'must be "explain", "sample" or "off"' }).nullish(),
  checks: Checks.nullish(),
  retries: z.number().int().nonnegative("must not be negative").nullish(),
  /** Validated in `druid/connection/`. */
  connection: z.unknown().optional(),
});

/** The names of the public inputs. */
export const INPUTS: readonly string[] = Object.keys(Inputs.shape);

/** How often a failed run is repeated by default. */
const RETRIES = 2;

/** The wanted ingestion, with all defaults filled in. */
export interface Ingestion {
  query: string;
  context: Record<string, unknown>;
  parameters: SqlParameter[];
  triggers: unknown[];
  waitForSegmentLoad: boolean;
  segmentLoadTimeoutMs: number;
  onDelete: "keepData" | "dropDatasource";
  adoptTaskId: string | undefined;
  validate: "explain" | "sample" | "off";
  checks: Checks | undefined;
  retries: number;
  /** As given; `druid/connection/` takes the rest from config and environment. */
  connection: unknown;
}

/** Faults of the public inputs (without `statement` and `__…`). */
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
  const texts = INPUTS.filter((name) => hasOutputAsText(inputs[name]));
  return [...faults, ...faultsOfNumbers(inputs), ...texts.map((path) => ({ path, reason: OUTPUT_AS_TEXT_REASON }))];
}

/** Expects inputs without faults and unknown values. */
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
    checks: parsed.checks ?? undefined,
    retries: parsed.retries ?? RETRIES,
    connection: parsed.connection,
  };
}

/** Gives a plain value its SQL type. For null any type will do, because Druid ignores it. */
export function typedParameter(parameter: unknown): SqlParameter {
  if (isRecord(parameter)) return parameter as unknown as SqlParameter;
  const value = parameter as string | number | boolean | null;
  if (typeof value === "number") return { type: Number.isInteger(value) ? "BIGINT" : "DOUBLE", value };
  if (typeof value === "boolean") return { type: "BOOLEAN", value };
  return { type: "VARCHAR", value };
}

/** Approximate SQL types, for which rounding of large integers is no fault. */
const APPROXIMATE = /^(DOUBLE|FLOAT|REAL)$/i;

const BEYOND =
  "is an integer beyond 2^53, which JavaScript cannot represent exactly; write a bigint, e.g. 9007199254740993n, or " +
  '{ type: "VARCHAR", value: "…" } and CAST(? AS BIGINT) in the query';

/** Rejects integers that JavaScript has already rounded, or that do not fit into Druid's type. */
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
    if (!/^-?\d+$/.test(value)) return `of type ${type} must be a number, or a string of digits`;
    if (BigInt.asIntN(64, BigInt(value)) !== BigInt(value)) return "does not fit into the 64 bits of Druid's BIGINT";
  }
  const values: unknown[] = Array.isArray(value) ? value : [value];
  const isRounded = (item: unknown) =>
    typeof item === "number" && Number.isInteger(item) && !Number.isSafeInteger(item);
  return values.some(isRounded) ? BEYOND : undefined;
}

function reasonOf(issue: z.core.$ZodIssue): string {
  if (issue.code === "unrecognized_keys") {
    const keys = issue.keys.map((key) => `"${key}"`).join(", ");
    // Pulumi prints no name before a fault of the resource as a whole, so the text contains one.
    return issue.path.length === 0
      ? `MsqIngestion has no input ${keys}; its inputs are listed in the README`
      : `has no ${keys}; the keys are listed in the README`;
  }
  if (issue.code === "invalid_type") return `must be ${article(issue.expected)}`;
  return issue.message;
}

function article(type: string): string {
  if (type === "record") return "an object";
  if (type === "int") return "a whole number";
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
