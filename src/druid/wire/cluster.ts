/** Shapes of Druid's answers about datasources, queries and the cluster; those about tasks are in `task.ts`. */

import { z } from "zod";

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
