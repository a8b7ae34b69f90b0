/** `MsqBackfill`: one ingestion for each interval of a span of time. */
import * as pulumi from "@pulumi/pulumi";
import type { MsqIngestionArgs } from "../args";
import { MsqIngestion } from "../resource";
import { ValueFault } from "../sql/literal";
import { type BackfillInterval, intervalsOf, rerunsOf } from "./intervals";
import { faultOfQuery } from "./overwrite";

/** Inputs of {@link MsqBackfill}; those that it shares with an ingestion go to the ingestion of each interval. */
export interface MsqBackfillArgs extends Omit<MsqIngestionArgs, "query" | "onDelete" | "adoptTaskId"> {
  /** The beginning of the first interval: `2024-01-01`, in `timeZone` if it names no zone; or a Date. */
  from: string | Date;
  /** The end of the last interval, not in it. Has to be the end of one: what is half over is not loaded. */
  to: string | Date;
  /**
   * The length of an interval as an ISO 8601 period: `P1D`, `P1W`, `P1M`, `PT1H`. Days, weeks and months follow the
   * calendar of `timeZone`.
   */
  every: string;
  /**
   * Where days and months begin, e.g. `Europe/Zurich`. `PARTITIONED BY DAY` cuts at midnight UTC: for days of another
   * zone partition by `HOUR`.
   * @default "UTC"
   */
  timeZone?: string;
  /**
   * The statement for one interval: a `REPLACE` that overwrites just that interval. `sql.during(interval)` is the
   * condition for `OVERWRITE WHERE` and for the rows to read.
   */
  query: (interval: BackfillInterval) => pulumi.Input<string>;
  /**
   * How many intervals load at a time. Pulumi itself does at most `--parallel` things at a time, and ingestions wait for
   * task slots anyway.
   * @default as many as Pulumi and the cluster's task slots allow
   */
  concurrency?: number;
  /**
   * Intervals to load once more, by name: `["2024-01-03"]`; a day also names all hours that begin on it. Listed twice,
   * it is loaded a second time. Leave entries there: to take one out changes its interval again, which loads it again.
   * @default []
   */
  rerun?: string[];
}

/** How one interval of a backfill stands. */
export interface BackfillResult {
  from: string;
  to: string;
  /** Druid's state of its ingestion. */
  state: string;
  taskId?: string;
  rowsWritten?: number;
}

const TYPE = "druid:index:MsqBackfill";

/**
 * Loads a span of time interval by interval: an {@link MsqIngestion} for each, named `<name>-<interval>`. Each loads
 * exactly once, is resumed by itself, and is reviewed by itself.
 *
 * A moved window adds the new intervals and retires the others: what is retired leaves state, and its rows stay. The
 * intervals in both are not touched.
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
  /** The ingestion of each interval, by the interval's name; for `dependsOn`, and for all of its outputs. */
  readonly ingestions: Readonly<Record<string, MsqIngestion>>;
  /** How each interval stands, by its name. */
  readonly intervals: pulumi.Output<Record<string, BackfillResult>>;
  /** Rows of all intervals, as far as Druid has reports of them. */
  readonly rowsWritten: pulumi.Output<number>;

  /**
   * Declares the ingestions of all intervals.
   *
   * @param name - Unique in the stack; the names of the ingestions begin with it.
   * @param args - Which intervals, and how one is loaded.
   * @param opts - Pulumi's options. `customTimeouts` are those of each interval.
   * @throws pulumi.RunError if the intervals cannot be told, and if a query is no `REPLACE` of just its interval.
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
        void pulumi.log.warn(`"rerun" of MsqBackfill "${name}" names "${one}", which is no interval of it now`, this);
      }
      const hidden = concurrency === undefined ? {} : { __turns: { name, limit: concurrency } };
      const { customTimeouts } = opts;
      const declare = (interval: BackfillInterval): MsqIngestion => {
        const checked = pulumi.output(query(interval)).apply((text) => {
          const fault = faultOfQuery(text, interval);
          if (fault === undefined) return text;
          return fail(
            `the query of "${interval.name}" ${fault}; write REPLACE INTO … OVERWRITE WHERE \${sql.during(interval)}, with the interval that it is given`,
          );
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

/** For JavaScript, and for a context that would move the limits. */
function refuseOthers(args: MsqBackfillArgs): void {
  const { concurrency, context } = args;
  if (typeof args.query !== "function") throw new ValueFault('"query" is no function; write (interval) => sql`…`');
  if (concurrency !== undefined && !(Number.isInteger(concurrency) && concurrency > 0)) {
    throw new ValueFault('"concurrency" is no whole number above 0');
  }
  for (const name of ["onDelete", "adoptTaskId"]) {
    if (name in args)
      throw new ValueFault(`"${name}" would concern the rows of all intervals; use an MsqIngestion for it`);
  }
  const zone = (context as { sqlTimeZone?: unknown } | undefined)?.sqlTimeZone;
  if (typeof zone === "string" && !/^(Etc\/)?(UTC|GMT)$/.test(zone)) {
    throw new ValueFault(
      '"context" sets sqlTimeZone, in which Druid would read the limits of OVERWRITE; use "timeZone"',
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
