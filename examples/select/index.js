/** Queries Druid after a load and exports the answer. */
const pulumi = require("@pulumi/pulumi");
const { druidQueryOutput, MsqIngestion, sql } = require("pulumi-druid");

const config = new pulumi.Config();
const target = sql.id(config.get("target") ?? "weather_select");

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
});

// Made from an output of the ingestion, so that it runs after the load.
const question = weather.taskId.apply(
  () => sql`
  SELECT "weather", COUNT(*) AS "days" FROM ${target} WHERE "precipitation" > ${20} GROUP BY 1 ORDER BY 2 DESC`,
);

exports.wettest = druidQueryOutput(question);
