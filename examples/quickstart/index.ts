/** Loads four years of Seattle's weather, a day a row, and says when they can be queried. */
import * as pulumi from "@pulumi/pulumi";
import { MsqIngestion } from "pulumi-druid";

const config = new pulumi.Config();
const source =
  config.get("source") ?? "https://raw.githubusercontent.com/vega/vega-datasets/v3.2.1/data/seattle-weather.csv";

const weather = new MsqIngestion("weather", {
  query: `
    REPLACE INTO "quickstart_weather" OVERWRITE ALL
    SELECT
      TIME_PARSE("date") AS __time,
      "weather",
      "precipitation",
      "temp_max",
      "temp_min",
      "wind"
    FROM TABLE(EXTERN(
      '${JSON.stringify({ type: "http", uris: [source] })}',
      '{"type":"csv","findColumnsFromHeader":true}'
    )) EXTEND (
      "date" VARCHAR, "precipitation" DOUBLE, "temp_max" DOUBLE, "temp_min" DOUBLE, "wind" DOUBLE, "weather" VARCHAR
    )
    PARTITIONED BY YEAR
    CLUSTERED BY "weather"`,
  context: { maxNumTasks: 2 },
  // A trial leaves nothing behind. The default keeps the rows.
  onDelete: "dropDatasource",
});

export const taskId = weather.taskId;
export const rowsWritten = weather.rowsWritten;
export const segmentLoad = weather.segmentLoad;
export const segmentReport = weather.segmentReport.apply(
  (report) => report ?? "not told by this Druid: 29 and later do",
);
