/**
 * Loads rows and says what must be true of them: a failed check fails `pulumi up`, and what depends on it does not run.
 */
import * as pulumi from "@pulumi/pulumi";
import { MsqIngestion, sql } from "pulumi-druid";

const config = new pulumi.Config();
const target = sql.id(config.get("target") ?? "weather_checked");

const weather = new MsqIngestion("weather", {
  query: sql`
    REPLACE INTO ${target} OVERWRITE ALL
    SELECT TIME_PARSE("date") AS __time, "weather", "precipitation"
    FROM ${sql.extern(
      { type: "http", uris: [config.require("source")] },
      { type: "csv", findColumnsFromHeader: true },
      { date: "VARCHAR", weather: "VARCHAR", precipitation: "DOUBLE" },
    )}
    PARTITIONED BY YEAR`,
  checks: {
    minRows: config.getNumber("leastRows") ?? 1_000,
    maxWarnings: 0,
    notNull: ["weather"],
    sql: [
      {
        name: "a row a day",
        query: sql`SELECT __time FROM ${target} GROUP BY 1 HAVING COUNT(*) > 1`,
      },
      {
        name: "no negative rain",
        query: sql`SELECT COUNT(*) FROM ${target} WHERE "precipitation" < 0`,
        expect: 0,
      },
    ],
  },
});

export const rows = weather.rowsWritten;
export const passed = weather.checks.apply((all) => all?.map(({ name, passed }) => `${name}: ${passed}`));
