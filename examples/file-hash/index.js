/** Loads a file again only when its content has changed: the file's hash is a trigger. */
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const pulumi = require("@pulumi/pulumi");
const { MsqIngestion, sql } = require("pulumi-druid");

const config = new pulumi.Config();
const file = config.get("file") ?? "cities.csv";
const content = readFileSync(file, "utf8");

const cities = new MsqIngestion("cities", {
  // Keep a large file where Druid can read it, e.g. in a bucket: then only its hash is in the program.
  query: sql`
    REPLACE INTO ${sql.id(config.get("target") ?? "cities")} OVERWRITE ALL
    SELECT TIMESTAMP '2000-01-01' AS __time, "city", "people"
    FROM ${sql.extern(
      config.get("url") === undefined
        ? { type: "inline", data: content }
        : { type: "http", uris: [config.require("url")] },
      { type: "csv", findColumnsFromHeader: true },
      { city: "VARCHAR", people: "BIGINT" },
    )}
    PARTITIONED BY ALL`,
  triggers: [createHash("sha256").update(content).digest("hex")],
});

exports.taskId = cities.taskId;
exports.rows = cities.rowsWritten;
