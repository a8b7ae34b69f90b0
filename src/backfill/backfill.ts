/** `MsqBackfill`: splits a span of time into intervals and declares one ingestion for each. */
import * as pulumi from "@pulumi/pulumi";
import type { MsqIngestionArgs } from "../args";
import { MsqIngestion } from "../resource";
import { ValueFault } from "../sql/literal";
import { type BackfillInterval, intervalsOf, rerunsOf } from "./intervals";
import { faultOfQuery } from "./overwrite";

/** Inputs of {@link MsqBackfill}. Those that an ingestion also has are passed to the ingestion of each interval. */
export interface MsqBackfillArgs extends Omit<MsqIngestionArgs, "query" | "onDelete" | "adoptTaskId"> {
  /**
   * Where the first interval begins: a Date, or a text such as `2024-01-01`, in `timeZone` if it names no zone.
   * @errors `is not a time`
   */
  from: string | Date;
  /**
   * Where the last interval ends (exclusive). Must be where an interval ends, since none is loaded in part.
   * @errors `is not a time`, `is not later than "from"`, `is not the end of an interval`
   */
  to: string | Date;
  /**
   * The length of an interval as an ISO 8601 period: `P1D`, `P1W`, `P1M`, `PT1H`. Days, weeks and months follow the
   * calendar of `timeZone`.
   * @errors `is not a period`, and a period that makes more than 5,000 intervals
   */
  every: string;
  /**
   * The zone in whose midnight days and months begin, e.g. `Europe/Zurich`. `PARTITIONED BY DAY` cuts at midnight UTC,
   * so partition by `HOUR` if you load days of another zone.
   * @default "UTC"
   * @errors `is not a time zone`
   */
  timeZone?: string;
  /**
   * Returns the statement for one interval: a `REPLACE` that overwrites exactly that interval. Use
   * `sql.during(interval)` as the condition, both after `OVERWRITE WHERE` and to select the rows.
   * @errors `is not a function`, and a query that is not a `REPLACE` of exactly its interval
   */
  query: (interval: BackfillInterval) => pulumi.Input<string>;
  /**
   * How many intervals may load at the same time. Pulumi's `--parallel` and the cluster's task slots are limits too.
   * @default as many as Pulumi and the cluster's task slots allow
   * @unit ingestions
   * @errors `is not a whole number above 0`
   */
  concurrency?: number;
  /**
   * Intervals to load again, by name: `["2024-01-03"]`. A date also stands for every hour that begins on it. To load an
   * interval yet again later, list it once more. Do not remove entries: that is a change too, and loads the interval
   * again.
   * @default []
   * @errors none; a name that is no interval's causes a warning
   */
  rerun?: string[];
}

/**
 * The state of one interval of a backfill.
 * @source the outputs of its ingestion
 */
export interface BackfillResult {
  /** The first moment in it, ISO 8601 in UTC. */
  from: string;
  /** The first moment after it, ISO 8601 in UTC. */
  to: string;
  /** The output `state` of its ingestion. */
  state: string;
  /** The output `taskId` of its ingestion. */
  taskId?: string;
  /**
   * The output `rowsWritten` of its ingestion.
   * @unit rows
   */
  rowsWritten?: number;
}

const TYPE = "druid:index:MsqBackfill";

/**
 * Loads a span of time interval by interval, each with its own {@link MsqIngestion} named `<name>-<interval>`. Each
 * interval is loaded exactly once, and is resumed and reviewed independently of the others.
 *
 * If `from` and `to` move, new intervals are loaded. Intervals that are no longer in the span are removed from state,
 * but their rows stay in Druid. Intervals that are still in the span are left alone.
 *
 * @example
 * ```ts
 * import { MsqBackfill, sql } from "pulumi-druid";
 *
 * const weather = new MsqBackfill("weather", {
 *   from: "2024-01-01",
 *   to: "2024-02-01",
 *   every: "P1D",
 *   concurrency: 4,
 *   query: (day) => sql`
 *     REPLACE INTO "weather" OVERWRITE WHERE ${sql.during(day)}
 *     SELECT TIME_PARSE("time") AS __time, "rain"
 *     FROM ${sql.extern(
 *       { type: "http", uris: [`https://example.com/weather/${day.name}.json`] },
 *       { type: "json" },
 *       { time: "VARCHAR", rain: "DOUBLE" },
 *     )}
 *     PARTITIONED BY DAY`,
 * });
 *
 * export const rows = weather.rowsWritten;
 * ```
 */
export class MsqBackfill extends pulumi.ComponentResource {
  /**
   * The ingestion of each interval, by the interval's name: gives access to its outputs, and can go into `dependsOn`.
   * @source the program
   */
  readonly ingestions: Readonly<Record<string, MsqIngestion>>;
  /**
   * The state of each interval, by its name.
   * @source the outputs of the ingestions
   */
  readonly intervals: pulumi.Output<Record<string, BackfillResult>>;
  /**
   * Sum of the rows written for all intervals. An interval of which Druid has no report counts as 0.
   * @unit rows
   * @source the outputs of the ingestions
   */
  readonly rowsWritten: pulumi.Output<number>;

  /**
   * Declares the ingestions of all intervals.
   *
   * @param name - Unique in the stack; the names of the ingestions begin with it.
   * @param args - Which intervals to load, and how.
   * @param opts - Pulumi's options. `customTimeouts` apply to each interval.
   * @throws pulumi.RunError if the inputs do not make whole intervals, or a query is not a `REPLACE` of exactly its
   * interval.
   */
  constructor(name: string, args: MsqBackfillArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super(TYPE, name, {}, opts);
    const { from, to, every, timeZone = "UTC", query, concurrency, rerun = [], ...shared } = args;
    const fail = (reason: string): never => {
      throw new pulumi.RunError(`Cannot declare MsqBackfill "${name}": ${reason}`);
    };
    try {
      refuseOthers(args);
      const intervals = intervalsOf({ from, to, every, timeZone });
      const { times, unmatched } = rerunsOf(intervals, rerun);
      for (const one of unmatched) {
        void pulumi.log.warn(
          `"rerun" of MsqBackfill "${name}" names "${one}", which is not one of its intervals`,
          this,
        );
      }
      const hidden = concurrency === undefined ? {} : { __turns: { name, limit: concurrency } };
      const { customTimeouts } = opts;
      const declare = (interval: BackfillInterval): MsqIngestion => {
        const checked = pulumi.output(query(interval)).apply((text) => {
          const fault = faultOfQuery(text, interval);
          if (fault === undefined) return text;
          return fail(`the query of "${interval.name}" ${fault}`);
        });
        const again = times.get(interval.name);
        const triggers = again === undefined ? shared.triggers : withRerun(shared.triggers, again);
        const own = { ...shared, ...(triggers === undefined ? {} : { triggers }), ...hidden, query: checked };
        const options = { parent: this, ...(customTimeouts && { customTimeouts }) };
        return new MsqIngestion(`${name}-${interval.name}`, own, options);
      };
      this.ingestions = Object.fromEntries(intervals.map((interval) => [interval.name, declare(interval)]));
      const results = intervals.map((interval) => resultOf(interval, this.ingestions[interval.name] as MsqIngestion));
      this.intervals = pulumi.all(results).apply((all) => Object.fromEntries(all));
      this.rowsWritten = this.intervals.apply((all) =>
        Object.values(all).reduce((sum, { rowsWritten = 0 }) => sum + rowsWritten, 0),
      );
    } catch (error) {
      throw error instanceof ValueFault ? fail(error.message) : error;
    }
    this.registerOutputs({ intervals: this.intervals, rowsWritten: this.rowsWritten });
  }
}

/** Rejects what types do not: values from JavaScript, and a context that would shift the limits of the intervals. */
function refuseOthers(args: MsqBackfillArgs): void {
  const { concurrency, context } = args;
  if (typeof args.query !== "function") throw new ValueFault('"query" is not a function; write (interval) => sql`…`');
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency > 0)) {
    throw new ValueFault('"concurrency" is not a whole number above 0');
  }
  for (const name of ["onDelete", "adoptTaskId"]) {
    if (name in args)
      throw new ValueFault(`"${name}" would affect the rows of all intervals; set it on an MsqIngestion of your own`);
  }
  const zone = (context as { sqlTimeZone?: unknown } | undefined)?.sqlTimeZone;
  if (typeof zone === "string" && !/^(Etc\/)?(UTC|GMT)$/.test(zone)) {
    throw new ValueFault(
      '"context" sets sqlTimeZone, which would shift the limits in OVERWRITE; remove it and use "timeZone"',
    );
  }
}

function withRerun(triggers: MsqIngestionArgs["triggers"], times: number): pulumi.Input<unknown[]> {
  const rerun = { rerun: times };
  if (triggers === undefined || Array.isArray(triggers)) return [...(triggers ?? []), rerun];
  return pulumi.output(triggers as pulumi.Input<unknown[] | undefined>).apply((all) => [...(all ?? []), rerun]);
}

function resultOf({ name, from, to }: BackfillInterval, { state, taskId, rowsWritten }: MsqIngestion) {
  return pulumi.all([state, taskId, rowsWritten]).apply(([now, id, rows]): [string, BackfillResult] => [
    name,
    {
      from,
      to,
      state: now,
      ...(id !== undefined && { taskId: id }),
      ...(rows !== undefined && { rowsWritten: rows }),
    },
  ]);
}
