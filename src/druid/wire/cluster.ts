/** Shapes of Druid's answers about datasources, queries and the cluster; those about tasks are in `task.ts`. */

import { z } from "zod";
import { isRecord, parseJson } from "../../base/json";

/** -1 means unknown. */
export const TotalWorkerCapacityResponse = z.looseObject({
  currentClusterCapacity: z.number(),
  maximumCapacityWithAutoScale: z.number().nullish(),
});

export const WorkersResponse = z.array(
  z.looseObject({
    worker: z.looseObject({ host: z.string(), capacity: z.number() }),
    currCapacityUsed: z.number(),
  }),
);

export const SqlRows = z.array(z.record(z.string(), z.unknown()));

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

/**
 * One row. Of PLAN only the number of queries and the result columns are kept, because it repeats input sources with
 * their secrets. ATTRIBUTES since 27.
 */
export const ExplainResponse = z.array(
  z.object({
    PLAN: z.unknown().transform(readPlan),
    // Not read, but rows of any other kind have none.
    RESOURCES: z.string(),
    ATTRIBUTES: jsonText(z.record(z.string(), z.unknown()))
      .optional()
      .transform((attributes) => attributes ?? {}),
  }),
);

/**
 * Usually the plan is a list of native queries. With `useNativeQueryExplain` off it is text, in which a union that
 * Druid runs query by query can only be at the top.
 */
function readPlan(plan: unknown): { queries: number; unitesTables: boolean; columns: PlannedColumn[] | undefined } {
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

/** Percent by datasource. */
export const LoadStatusResponse = z.record(z.string(), z.number());

export const UsedSegmentsResponse = z.array(z.string());

/** All but the kind (load specs, columns) is dropped. */
export const UsedSegmentsInFullResponse = z.array(
  z
    .object({ identifier: z.string(), shardSpec: z.looseObject({ type: z.string() }).nullish() })
    .transform(({ identifier, shardSpec }) => ({ id: identifier, isTombstone: shardSpec?.type === "tombstone" })),
);

/** One entry per segment; the servers are dropped. */

export const QueryableResponse = z
  .array(z.object({ interval: z.string(), version: z.string(), partitionNumber: z.number() }))
  .transform((entries) => {
    const parts = new Map<string, { start: string; end: string; version: string; partitions: Set<number> }>();
    for (const { interval, version, partitionNumber } of entries) {
      const key = `${interval} ${version}`;
      const part = parts.get(key);
      const [start = "", end = ""] = interval.split("/");
      if (part) part.partitions.add(partitionNumber);
      else parts.set(key, { start, end, version, partitions: new Set([partitionNumber]) });
    }
    return [...parts.values()];
  });

export const RulesResponse = z.array(z.looseObject({ type: z.string() }));

export const SegmentIdRows = z
  .array(z.object({ segment_id: z.string() }))
  .transform((rows) => rows.map((row) => row.segment_id));

/** Columns and counted segments in one list, see `requests/holding-requests.ts`. */
export const HoldingRows = z.array(
  z.object({
    what: z.string(),
    name: z.string(),
    type: z.string(),
    segments: z.number(),
    rows: z.number(),
    bytes: z.number(),
    uncounted: z.number(),
  }),
);

export const IsLeaderResponse = z.looseObject({ leader: z.boolean() });
