/** What is deployed. `pulumi up` runs this program, and so does deploy.js. */
import * as pulumi from "@pulumi/pulumi";
import { MsqIngestion, sql } from "pulumi-druid";

export default async function program() {
  const config = new pulumi.Config();

  const weather = new MsqIngestion("weather", {
    query: sql`
      REPLACE INTO ${sql.id(config.get("target") ?? "weather_automation")} OVERWRITE ALL
      SELECT TIME_PARSE("date") AS __time, "weather", "precipitation"
      FROM ${sql.extern(
        { type: "http", uris: [config.require("source")] },
        { type: "csv", findColumnsFromHeader: true },
        { date: "VARCHAR", weather: "VARCHAR", precipitation: "DOUBLE" },
      )}
      PARTITIONED BY YEAR`,
  });

  return { rows: weather.rowsWritten, taskId: weather.taskId };
}
