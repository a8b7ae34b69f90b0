/** The Coordinator's API of the fake Druid. */
import { empty, type FakeAnswer, json } from "./exchange";
import type { Warehouse } from "./warehouse";

const ALL_TIME = "-146136543-09-08T08:23:32.096Z/146140482-04-24T15:36:27.903Z";

export function loadStatus(
  warehouse: Warehouse,
  dataSource: string,
  query: Record<string, string>,
  now: number,
): FakeAnswer {
  if (query.forceMetadataRefresh === undefined) return json(400, { error: "forceMetadataRefresh must be specified" });
  const used = warehouse.used(dataSource).filter(({ overshadowed }) => !overshadowed);
  if (used.length === 0) return empty(204);
  const loaded = used.filter(({ loadedAtMs }) => loadedAtMs <= now).length;
  return json(200, { [dataSource]: (100 * loaded) / used.length });
}

export function metadataSegments(warehouse: Warehouse, query: Record<string, string>, version: number): FakeAnswer {
  const only = query.datasources;
  const told = query.includeOvershadowedStatus !== undefined;
  const found = warehouse.segments
    .filter(({ used, dataSource }) => used && (only === undefined || only === dataSource))
    .map((segment) => ({ ...segment, wanted: warehouse.replicas(segment) }))
    .map(({ dataSource, wanted, version: segmentVersion, partition, rows, id, overshadowed }) => ({
      ...(told && { overshadowed }),
      ...(told && version >= 27 && { replicationFactor: wanted < 0 ? null : wanted }),
      dataSource,
      interval: ALL_TIME,
      version: segmentVersion,
      loadSpec: {},
      dimensions: "n",
      metrics: "",
      shardSpec: { type: "numbered", partitionNum: partition, partitions: 1 },
      binaryVersion: 9,
      size: rows * 50,
      identifier: id,
    }));
  return json(200, found);
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
