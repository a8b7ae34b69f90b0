/** The Coordinator's API of the fake Druid. */
import { empty, type FakeAnswer, json } from "./exchange";
import type { Nodes } from "./nodes";
import type { Timeline } from "./timeline";
import { ALL_TIME, type Warehouse } from "./warehouse";

export function loadStatus(
  warehouse: Warehouse,
  nodes: Nodes,
  dataSource: string,
  query: Record<string, string>,
  now: number,
): FakeAnswer {
  if (query.forceMetadataRefresh === undefined) return json(400, { error: "forceMetadataRefresh must be specified" });
  const asOf = nodes.knownAsOfMs(now);
  const used = warehouse.usedAsOf(dataSource, asOf).filter(({ overshadowedAtMs }) => overshadowedAtMs > asOf);
  if (used.length === 0) return empty(204);
  const loaded = used.filter(({ loadedAtMs }) => loadedAtMs <= now).length;
  return json(200, { [dataSource]: (100 * loaded) / used.length });
}

/** All that the fake has is of all time, so that every interval meets it. */
export function usedSegments(
  { warehouse, nodes, timeline }: { warehouse: Warehouse; nodes: Nodes; timeline: Timeline },
  dataSource: string,
  query: Record<string, string>,
  body: unknown,
): FakeAnswer {
  if (!Array.isArray(body) || body.length === 0) return json(500, { error: "null/empty intervals" });
  const used = warehouse.usedAsOf(dataSource, nodes.listedAsOfMs(timeline.now()));
  if (query.full === undefined)
    return json(
      200,
      used.map(({ id }) => id),
    );
  const inFull = used.map(({ id, version, partition, rows }) => ({
    dataSource,
    interval: ALL_TIME,
    version,
    loadSpec: {},
    dimensions: "n",
    metrics: "",
    shardSpec: { type: rows === 0 ? "tombstone" : "numbered", partitionNum: partition, partitions: 1 },
    binaryVersion: 9,
    size: rows * 50,
    identifier: id,
  }));
  return json(200, inFull);
}

export function rules(warehouse: Warehouse, dataSource: string, query: Record<string, string>): FakeAnswer {
  return json(200, query.full === undefined ? (warehouse.rules.get(dataSource) ?? []) : warehouse.rulesOf(dataSource));
}

export function setRules(warehouse: Warehouse, dataSource: string, body: unknown): FakeAnswer {
  warehouse.rules.set(dataSource, Array.isArray(body) ? body : []);
  return empty(200);
}

export function markUnused(warehouse: Warehouse, dataSource: string): FakeAnswer {
  return json(200, { numChangedSegments: warehouse.markUnused(dataSource) });
}
