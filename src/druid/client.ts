/**
 * The interface to Druid, in Druid's terms. `http-client.ts` implements it; all other code depends on this interface.
 * Every method may throw DruidHttpError, DruidUnreachableError, or DruidIngestionError of kind `unexpectedResponse`
 * or `interrupted`. Reads are retried within the given patience. Requests that change Druid are never retried here:
 * `ingestion/` decides whether one may be repeated after its answer was lost.
 */
import type { PlannedExtern } from "./wire/extern";
import type { PlannedColumn } from "./wire/plan";
import type { SubmitAnswer, TaskPayload, TaskReport, TaskStatus, TaskSummary } from "./wire/task";

export type DruidValue = string | number | boolean | null;

/** A value for a `?` in the query, in the form of Druid's SQL API. */
export interface SqlParameter {
  /** SQL type, e.g. `VARCHAR`, `BIGINT`, `TIMESTAMP`. */
  type: string;
  value: DruidValue | DruidValue[];
}

/** SQL types whose values Druid accepts only as numbers, not as strings. */
export const INTEGER_TYPE = /^(BIGINT|INTEGER|INT|SMALLINT|TINYINT)$/i;

export interface SqlRequest {
  query: string;
  context?: Record<string, unknown>;
  parameters?: readonly SqlParameter[];
}

export interface CallOptions {
  /**
   * Aborting rejects with the signal's reason if that is an error of ours, otherwise with kind `interrupted`. Druid may
   * still have carried out the request.
   */
  signal?: AbortSignal | undefined;
  /** How long a read is retried after refused connections, resets, 5xx and leader changes. Default 10 s. */
  patienceMs?: number | undefined;
}

/** One row of EXPLAIN. Most of PLAN is dropped, because it repeats input sources with their secrets. */
export interface ExplainRow {
  /** Parsed `ATTRIBUTES`; its shape varies by version, see `statement/explain.ts`. Empty before 26. */
  attributes: Record<string, unknown>;
  /** Native queries in `PLAN`: each becomes a separate task, all with the same id. */
  nativeQueries: number;
  /** Whether one of them reads a union of tables, which SQL tasks support since 28. */
  unitesTables: boolean;
  /** The columns that it writes; undefined if the plan does not tell. */
  columns?: PlannedColumn[] | undefined;
  /** What it reads by EXTERN, only if asked for: input sources may contain secrets, so this must never be shown. */
  externs?: PlannedExtern[] | undefined;
}

/** One row of an external source, or a line of which Druid could make no row. */
export type SampledRow =
  | {
      /** Names of the fields in the data. */
      fields: string[];
      /** The declared columns as text; null for an empty value. */
      values: Readonly<Record<string, string | null>>;
      /** `__time` as the query computes it, in milliseconds; undefined if that was not asked for. */
      time?: number | null | undefined;
    }
  | { error: string };

/** A server that runs tasks: how many at a time, and how many now. */
export interface Worker {
  host: string;
  capacity: number;
  used: number;
}

/** What a datasource holds, as a Broker sees it. */
export interface Holding {
  /** SQL types. Empty if the Broker does not know the table. */
  columns: { name: string; type: string }[];
  /** Its segments, grouped by their place in time and by their length. Realtime segments are not counted. */
  groups: HoldingGroup[];
}

export interface HoldingGroup {
  /** Relative to the intervals that were asked for. */
  place: "inside" | "partly" | "outside";
  /**
   * The coarsest of `ALL`, `YEAR`, `MONTH`, `DAY`, `HOUR`, `MINUTE` to which both ends of these segments are aligned.
   */
  period: string;
  segments: number;
  rows: number;
  bytes: number;
  /** Number of segments whose rows the Broker has not counted yet, or which it does not yet know to be published. */
  uncounted: number;
}

/** Share of a datasource's used segments that are loaded. `loadStatus` returns undefined if there are none. */
export interface LoadStatus {
  /** 0 to 100. */
  percent: number;
}

/** A time interval at a Broker, and the segments from which it answers there. These intervals do not overlap. */
export interface QueryablePart {
  /** ISO 8601. */
  start: string;
  end: string;
  version: string;
  partitions: ReadonlySet<number>;
}

/** State of a segment at a Broker. `onDemand`: no rule wants a copy on a Historical (reported since 27). */
export type BrokerSegmentKind = "available" | "published" | "onDemand";

export interface DruidClient {
  /** Without userinfo, safe for messages. */
  readonly url: string;

  /** POST /druid/v2/sql/task. Not retried. */
  submit(request: SqlRequest, options?: CallOptions): Promise<SubmitAnswer>;
  /** POST /druid/v2/sql/task with a statement that begins with EXPLAIN PLAN FOR, which starts no task. */
  explain(request: SqlRequest, options?: CallOptions & { keepExterns?: boolean }): Promise<ExplainRow>;
  /**
   * POST /druid/indexer/v1/sampler: the first rows of an external source, read by the Overlord itself. If it cannot reach
   * the source it keeps trying for minutes, even if the request is aborted: the caller limits the time and the number.
   */
  sample(extern: PlannedExtern, rows: number, options?: CallOptions): Promise<SampledRow[]>;
  /** POST /druid/v2/sql, rows as objects. */
  sql(request: SqlRequest, options?: CallOptions): Promise<Record<string, unknown>[]>;
  /** GET /status: the server's version, e.g. `27.0.0`; undefined if forbidden (needs READ on STATE). */
  version(options?: CallOptions): Promise<string | undefined>;

  /** GET /druid/indexer/v1/task/{id}/status; undefined if Druid does not know the id. */
  status(taskId: string, options?: CallOptions): Promise<TaskStatus | undefined>;
  /**
   * POST /druid/indexer/v1/taskStatus, or one GET per task if that is forbidden (needs READ on STATE). Unknown ids are
   * missing from the result. The bulk answer has only id, statusCode, duration, location and errorMsg.
   */
  statuses(taskIds: readonly string[], options?: CallOptions): Promise<Map<string, TaskStatus>>;
  /** GET /druid/indexer/v1/task/{id}/reports; undefined while there is none. */
  report(taskId: string, options?: CallOptions): Promise<TaskReport | undefined>;
  /** GET /druid/indexer/v1/tasks: the SQL tasks into a datasource, newest first; at most 200 finished ones. */
  tasksInto(dataSource: string, options?: CallOptions): Promise<TaskSummary[]>;
  /**
   * GET /druid/indexer/v1/tasks for one task at most: whether this user may read the tasks into a datasource, which may
   * not exist yet.
   */
  mayReadTasksInto(dataSource: string, options?: CallOptions): Promise<boolean>;
  /** GET /druid/indexer/v1/task/{id}; undefined if Druid does not know the id. */
  payload(taskId: string, options?: CallOptions): Promise<TaskPayload | undefined>;
  /** POST /druid/indexer/v1/task/{id}/shutdown; false if Druid does not know the id. Not retried. */
  shutdown(taskId: string, options?: CallOptions): Promise<boolean>;
  /** POST /druid/indexer/v1/task with a noop task of this id. Not retried. */
  submitNoop(
    task: { id: string; dataSource: string; context: Record<string, unknown> },
    options?: CallOptions,
  ): Promise<void>;
  /** GET /druid/indexer/v1/workers: the places for tasks now; undefined if forbidden, or if Druid lists no workers. */
  workers(options?: CallOptions): Promise<Worker[] | undefined>;
  /** GET /druid/indexer/v1/totalWorkerCapacity, or the sum of `workers`; undefined if forbidden or unknown. */
  capacity(options?: CallOptions): Promise<{ total: number } | undefined>;

  /**
   * GET /druid/coordinator/v1/datasources/{ds}/loadstatus for all of time; undefined if there is no used segment. Up to
   * 36 it makes the Coordinator refresh its segments; since 37 it waits up to a minute for the next periodic refresh.
   */
  loadStatus(dataSource: string, options?: CallOptions): Promise<LoadStatus | undefined>;
  /**
   * POST /druid/coordinator/v1/metadata/datasources/{ds}/segments: ids of the used segments that overlap these
   * intervals (default: all of time), overshadowed ones included. Comes from the current metadata store or from an
   * Overlord's cache: see `isOverlordOfCoordinatorLeading`.
   */
  usedSegments(dataSource: string, intervals?: readonly string[], options?: CallOptions): Promise<string[]>;
  /** The same for these intervals, with tombstones marked: they hide older segments and have no rows. */
  usedSegmentsInFull(
    dataSource: string,
    intervals: readonly string[],
    options?: CallOptions,
  ): Promise<{ id: string; isTombstone: boolean }[]>;
  /** GET /druid/v2/datasources/{ds}/candidates: the segments a Broker uses for these intervals, without tombstones. */
  queryableSegments(dataSource: string, intervals: readonly string[], options?: CallOptions): Promise<QueryablePart[]>;
  /** Segment ids of this kind from the Broker's sys.segments, restricted to `among` and to `limit` rows if given. */
  brokerSegments(
    dataSource: string,
    kind: BrokerSegmentKind,
    options?: CallOptions & { among?: readonly string[] | undefined; limit?: number | undefined },
  ): Promise<string[]>;
  /**
   * GET /proxy/coordinator/druid/indexer/v1/isLeader: whether the Overlord in the leading Coordinator's process is the
   * leading Overlord; true if that process has no Overlord. Undefined if the server does not tell.
   */
  isOverlordOfCoordinatorLeading(options?: CallOptions): Promise<boolean | undefined>;
  /**
   * POST /druid/v2/sql: columns and segments of a datasource, counted by the Broker, so that the answer stays small for
   * any number of segments. `within` divides them into inside, partly inside and outside (default: all are inside).
   * Empty if there is nothing, and also without READ on the datasource: `isReadable` tells the two apart.
   */
  holding(dataSource: string, within?: readonly string[], options?: CallOptions): Promise<Holding>;
  /** POST /druid/v2/sql: whether this user may read the table; undefined if the Broker does not know it. */
  isReadable(dataSource: string, options?: CallOptions): Promise<boolean | undefined>;
  /** GET /druid/coordinator/v1/rules/{ds}?full=true: the rules that apply, those of `_default` last. */
  rules(dataSource: string, options?: CallOptions): Promise<{ type: string }[]>;
  /** DELETE /druid/coordinator/v1/datasources/{ds}: marks all its segments unused. Not retried. */
  markUnused(dataSource: string, options?: CallOptions): Promise<void>;
}
