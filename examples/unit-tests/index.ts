/** A program whose unit tests need neither Druid nor Pulumi's engine: see program.test.ts. */
import * as pulumi from "@pulumi/pulumi";
import { MsqIngestion, sql } from "pulumi-druid";

const config = new pulumi.Config();

export const pages = new MsqIngestion("pages", {
  query: sql`
    REPLACE INTO ${sql.id(config.get("target") ?? "pages")} OVERWRITE ALL
    SELECT TIME_PARSE("time") AS __time, "page"
    FROM ${sql.extern(
      { type: "http", uris: [config.get("source") ?? "https://example.com/pages.json"] },
      { type: "json" },
      { time: "VARCHAR", page: "VARCHAR" },
    )}
    PARTITIONED BY DAY`,
  context: { maxNumTasks: 3 },
});
