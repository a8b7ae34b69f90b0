/** Loads months one by one, two at a time. Plain JavaScript (CommonJS); types come from the package all the same. */
const pulumi = require("@pulumi/pulumi");
const { MsqBackfill, sql } = require("pulumi-druid");

const config = new pulumi.Config();
const source = config.require("source");
const target = config.get("target") ?? "weather_months";

const backfill = new MsqBackfill("weather", {
  from: config.get("from") ?? "2012-01-01",
  to: config.get("to") ?? "2012-04-01",
  every: "P1M",
  concurrency: 2,
  query: (month) => sql`
    REPLACE INTO ${sql.id(target)} OVERWRITE WHERE ${sql.during(month)}
    SELECT * FROM (
      SELECT TIME_PARSE("date") AS __time, "weather", "precipitation"
      FROM ${sql.extern(
        { type: "http", uris: [source] },
        { type: "csv", findColumnsFromHeader: true },
        { date: "VARCHAR", weather: "VARCHAR", precipitation: "DOUBLE" },
      )}
    )
    WHERE ${sql.during(month)}
    PARTITIONED BY MONTH`,
});

exports.rows = backfill.rowsWritten;
exports.months = backfill.intervals;
