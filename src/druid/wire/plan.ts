/** Shape of what Druid's planner answers to EXPLAIN. */
import { z } from "zod";
import { isRecord, parseJson } from "../../base/json";
import { externsOf, type PlannedExtern } from "./extern";

/** A column that contains JSON as a string. */
const jsonText = <T>(schema: z.ZodType<T>) =>
  z
    .string()
    .transform((text, check): unknown => {
      const value = parseJson(text);
      if (value !== undefined) return value;
      check.addIssue({ code: "custom", message: "is not JSON" });
      return z.NEVER;
    })
    .pipe(schema);

/** One row. ATTRIBUTES since 27. */
const explainResponse = (plan: z.ZodType<ReadPlan>) =>
  z.array(
    z.object({
      PLAN: plan,
      // Not read, but rows of any other kind have none.
      RESOURCES: z.string(),
      ATTRIBUTES: jsonText(z.record(z.string(), z.unknown()))
        .optional()
        .transform((attributes) => attributes ?? {}),
    }),
  );

/** Of PLAN only the number of queries and the result columns are kept: it repeats input sources with their secrets. */
export const ExplainResponse = explainResponse(z.unknown().transform(readPlan));

/** The same with these input sources. */
export const ExplainResponseWithExterns = explainResponse(
  z.unknown().transform((plan) => ({ ...readPlan(plan), externs: externsOf(queriesIn(plan)) })),
);

interface ReadPlan {
  queries: number;
  unitesTables: boolean;
  columns: PlannedColumn[] | undefined;
  externs?: PlannedExtern[];
}

function queriesIn(plan: unknown): unknown[] {
  const list = typeof plan === "string" ? parseJson(plan) : undefined;
  return Array.isArray(list) ? list : [];
}

/**
 * Usually the plan is a list of native queries. With `useNativeQueryExplain` off it is text, in which a union that
 * Druid runs query by query can only be at the top.
 */
function readPlan(plan: unknown): ReadPlan {
  const text = typeof plan === "string" ? plan : "";
  const list = parseJson(text);
  const isList = Array.isArray(list);
  const several = /^\s*DruidUnionRel\(/.test(text) ? 2 : 1;
  const unites = isList ? readsUnion(list) : /"dataSource":\{"type":"union"/.test(text);
  const first = isList && list.length === 1 ? PlannedQuery.safeParse(list[0]).data : undefined;
  return { queries: isList ? list.length : several, unitesTables: unites, columns: first && columnsOf(first) };
}

/** A column that the query writes; `type` is Druid's own, e.g. `LONG`, and absent if the planner does not know it. */
export interface PlannedColumn {
  name: string;
  type?: string;
}

const PlannedQuery = z.object({
  signature: z.array(z.object({ name: z.string(), type: z.string().nullish() })),
  columnMappings: z.array(z.object({ queryColumn: z.string(), outputColumn: z.string() })),
});

function columnsOf({ signature, columnMappings }: z.infer<typeof PlannedQuery>): PlannedColumn[] {
  const types = new Map(signature.map(({ name, type }) => [name, type]));
  return columnMappings.map(({ queryColumn, outputColumn }) => {
    const type = types.get(queryColumn);
    return { name: outputColumn, ...(typeof type === "string" && { type }) };
  });
}

function readsUnion(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(readsUnion);
  if (!isRecord(node)) return false;
  return (isRecord(node.dataSource) && node.dataSource.type === "union") || Object.values(node).some(readsUnion);
}
