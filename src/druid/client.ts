/**
 * What we need of Druid, in Druid's words. `http.ts` is the one implementation; everything else knows this interface.
 * Every method may throw DruidHttpError, DruidUnreachableError, or DruidIngestionError of kind `unexpectedResponse`
 * or `interrupted`. Reads retry by themselves within the given patience; nothing that changes Druid is ever retried
 * here: whether a lost answer may be asked again is for `ingestion/` to decide.
 */
import type { SubmitAnswer, TaskPayload, TaskReport, TaskStatus, TaskSummary } from "./wire/task";

export type DruidValue = string | number | boolean | null;

/** A value for a `?` in the query, as Druid's SQL API takes it. */
export interface SqlParameter {
  /** SQL type, e.g. `VARCHAR`, `BIGINT`, `TIMESTAMP`. */
  type: string;
  value: DruidValue | DruidValue[];
}

/** SQL types that Druid takes as a number only; as a text of its digits it would answer with an error of its own. */
export const INTEGER_TYPE = /^(BIGINT|INTEGER|INT|SMALLINT|TINYINT)$/i;

export interface SqlRequest {
  query: string;
  context?: Record<string, unknown>;
  parameters?: readonly SqlParameter[];
}

export interface CallOptions {
  /**
   * Aborting rejects with the signal's reason where that is an error of ours, else with kind `interrupted`; the
   * request may still have been carried out.
   */
  signal?: AbortSignal | undefined;
  /** How long a read goes on through refused connections, resets, 5xx and leader changes. Default 10 s. */
  patienceMs?: number | undefined;
}

/** One row of EXPLAIN; PLAN is only counted, since it echoes input sources with their secrets. */
export interface ExplainRow {
  /** Parsed `ATTRIBUTES`; its shape varies by version, see `statement/explain.ts`. Empty before 26. */
  attributes: Record<string, unknown>;
  /** Native queries in `PLAN`: each becomes a task of its own, all of them under one id. */
  nativeQueries: number;
  /** Whether one of them reads several tables as one; SQL tasks can since 28. */
  unitesTables: boolean;
}

/** How much of a datasource's used segments the historicals have. `undefined` from `loadStatus`: no used segment. */
export interface LoadStatus {
  /** 0 to 100. */
  percent: number;
}

/** A part of time at a Broker, and the segments that it answers with there; the parts do not overlap. */
export interface QueryablePart {
  /** ISO 8601. */
  start: string;
  end: string;
  version: string;
  partitions: ReadonlySet<number>;
}

/** What a Broker may know of a segment; `onDemand`: no rule wants a copy of it on a historical (told since 27). */
export type BrokerSegmentKind = "available" | "published" | "onDemand";

export interface DruidClient {
  /** Without userinfo, fit for messages. */
  readonly url: string;

  /** POST /druid/v2/sql/task. Not retried. */
  submit(request: SqlRequest, options?: CallOptions): Promise<SubmitAnswer>;
  /** POST /druid/v2/sql/task with a statement that begins with EXPLAIN PLAN FOR. Starts nothing. */
  explain(request: SqlRequest, options?: CallOptions): Promise<ExplainRow>;
  /** POST /druid/v2/sql, rows as objects. */
  sql(request: SqlRequest, options?: CallOptions): Promise<Record<string, unknown>[]>;
  /** GET /status: the server's version, e.g. `27.0.0`; undefined where forbidden (it needs STATE READ). */
  version(options?: CallOptions): Promise<string | undefined>;

  /** GET /druid/indexer/v1/task/{id}/status; undefined where Druid does not know the id. */
  status(taskId: string, options?: CallOptions): Promise<TaskStatus | undefined>;
  /**
   * POST /druid/indexer/v1/taskStatus, or one GET each where that is forbidden (it needs STATE READ). Ids that Druid
   * does not know are left out. In bulk only id, statusCode, duration, location and errorMsg are told.
   */
  statuses(taskIds: readonly string[], options?: CallOptions): Promise<Map<string, TaskStatus>>;
  /** GET /druid/indexer/v1/task/{id}/reports; undefined while there is none. */
  report(taskId: string, options?: CallOptions): Promise<TaskReport | undefined>;
  /** GET /druid/indexer/v1/tasks: the SQL tasks into a datasource, the newest first; at most 200 that have ended. */
  tasksInto(dataSource: string, options?: CallOptions): Promise<TaskSummary[]>;
  /** GET /druid/indexer/v1/task/{id}; undefined where Druid does not know the id. */
  payload(taskId: string, options?: CallOptions): Promise<TaskPayload | undefined>;
  /** POST /druid/indexer/v1/task/{id}/shutdown; false where Druid does not know the id. Not retried. */
  shutdown(taskId: string, options?: CallOptions): Promise<boolean>;
  /** POST /druid/indexer/v1/task with a noop task under this id. Not retried. */
  submitNoop(
    task: { id: string; dataSource: string; context: Record<string, unknown> },
    options?: CallOptions,
  ): Promise<void>;
  /** GET /druid/indexer/v1/totalWorkerCapacity; undefined where forbidden or not known. */
  capacity(options?: CallOptions): Promise<{ total: number } | undefined>;

  /**
   * GET /druid/coordinator/v1/datasources/{ds}/loadstatus, all of time; undefined: no used segment. Until 36 it makes
   * the Coordinator read its segments anew; from 37 on it waits for the Coordinator's next own look, up to a minute.
   */
  loadStatus(dataSource: string, options?: CallOptions): Promise<LoadStatus | undefined>;
  /**
   * POST /druid/coordinator/v1/metadata/datasources/{ds}/segments: ids of the used segments that have a part in these
   * intervals (default: all of time), hidden ones among them. Read from the metadata store as it is now, or from the
   * cache of an Overlord: see `isOverlordOfCoordinatorLeading`.
   */
  usedSegments(dataSource: string, intervals?: readonly string[], options?: CallOptions): Promise<string[]>;
  /** The same, in these intervals, with what they are: a tombstone hides what is older, and has no rows. */
  usedSegmentsInFull(
    dataSource: string,
    intervals: readonly string[],
    options?: CallOptions,
  ): Promise<{ id: string; isTombstone: boolean }[]>;
  /** GET /druid/v2/datasources/{ds}/candidates: what a Broker answers queries over these intervals with; no tombstones. */
  queryableSegments(dataSource: string, intervals: readonly string[], options?: CallOptions): Promise<QueryablePart[]>;
  /** Ids by the Broker's sys.segments: all of that kind, or those among some, or as many as `limit`. */
  brokerSegments(
    dataSource: string,
    kind: BrokerSegmentKind,
    options?: CallOptions & { among?: readonly string[] | undefined; limit?: number | undefined },
  ): Promise<string[]>;
  /**
   * GET /proxy/coordinator/druid/indexer/v1/isLeader: whether the Overlord that the leading Coordinator shares its
   * process with leads too; true where it shares it with none. Undefined where that is not told.
   */
  isOverlordOfCoordinatorLeading(options?: CallOptions): Promise<boolean | undefined>;
  /** GET /druid/coordinator/v1/rules/{ds}?full=true: the rules in force, those of `_default` behind. */
  rules(dataSource: string, options?: CallOptions): Promise<{ type: string }[]>;
  /** DELETE /druid/coordinator/v1/datasources/{ds}: marks all its segments unused. Not retried. */
  markUnused(dataSource: string, options?: CallOptions): Promise<void>;
}
