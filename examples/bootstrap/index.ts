/**
 * Fills a new Druid: raw rows first, then two datasources that are computed from them. With another `druid:url`, the
 * same program fills another cluster in the same order.
 */
import * as pulumi from "@pulumi/pulumi";
import { MsqIngestion, sql } from "pulumi-druid";

const source = new pulumi.Config().require("source");
const prefix = new pulumi.Config().get("prefix") ?? "weather";

const raw = new MsqIngestion("raw", {
  query: sql`
    REPLACE INTO ${sql.id(`${prefix}_raw`)} OVERWRITE ALL
    SELECT TIME_PARSE("date") AS __time, "weather", "precipitation", "temp_max"
    FROM ${sql.extern(
      { type: "http", uris: [source] },
      { type: "csv", findColumnsFromHeader: true },
      { date: "VARCHAR", weather: "VARCHAR", precipitation: "DOUBLE", temp_max: "DOUBLE" },
    )}
    PARTITIONED BY YEAR`,
});

// If `raw` runs again, its task id changes, so these run again too.
const after = { dependsOn: [raw] };
const triggers = [raw.taskId];

const months = new MsqIngestion(
  "months",
  {
    query: sql`
      REPLACE INTO ${sql.id(`${prefix}_months`)} OVERWRITE ALL
      SELECT TIME_FLOOR(__time, 'P1M') AS __time, SUM("precipitation") AS "rain", MAX("temp_max") AS "hottest"
      FROM ${sql.id(`${prefix}_raw`)}
      GROUP BY 1
      PARTITIONED BY YEAR`,
    triggers,
  },
  after,
);

const kinds = new MsqIngestion(
  "kinds",
  {
    query: sql`
      REPLACE INTO ${sql.id(`${prefix}_kinds`)} OVERWRITE ALL
      SELECT TIME_FLOOR(__time, 'P1Y') AS __time, "weather", COUNT(*) AS "days"
      FROM ${sql.id(`${prefix}_raw`)}
      GROUP BY 1, 2
      PARTITIONED BY YEAR`,
    triggers,
  },
  after,
);

export const rows = { raw: raw.rowsWritten, months: months.rowsWritten, kinds: kinds.rowsWritten };
