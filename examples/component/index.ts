/** A component that loads a datasource and its rollup by day, for programs with many such pairs. */
import * as pulumi from "@pulumi/pulumi";
import { MsqIngestion, sql } from "pulumi-druid";

interface EventsArgs {
  /** JSON lines with `time`, `name` and `value`. */
  source: pulumi.Input<string>;
}

class Events extends pulumi.ComponentResource {
  readonly rows: pulumi.Output<number | undefined>;
  readonly days: pulumi.Output<number | undefined>;

  constructor(name: string, { source }: EventsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("acme:druid:Events", name, {}, opts);
    const events = new MsqIngestion(
      `${name}-events`,
      {
        query: sql`
          REPLACE INTO ${sql.id(name)} OVERWRITE ALL
          SELECT TIME_PARSE("time") AS __time, "name", "value"
          FROM ${sql.extern(
            { type: "http", uris: [source] },
            { type: "json" },
            { time: "VARCHAR", name: "VARCHAR", value: "DOUBLE" },
          )}
          PARTITIONED BY DAY`,
      },
      { parent: this },
    );
    const days = new MsqIngestion(
      `${name}-days`,
      {
        query: sql`
          REPLACE INTO ${sql.id(`${name}_days`)} OVERWRITE ALL
          SELECT TIME_FLOOR(__time, 'P1D') AS __time, "name", SUM("value") AS "value"
          FROM ${sql.id(name)}
          GROUP BY 1, 2
          PARTITIONED BY MONTH`,
        triggers: [events.taskId],
      },
      { parent: this, dependsOn: [events] },
    );
    this.rows = events.rowsWritten;
    this.days = days.rowsWritten;
    this.registerOutputs({ rows: this.rows, days: this.days });
  }
}

const config = new pulumi.Config();
const clicks = new Events(config.get("name") ?? "clicks", { source: config.require("source") });

export const { rows, days } = clicks;
