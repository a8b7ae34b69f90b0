/** An ingestion that keeps the rules in policy-pack: `pulumi preview --policy-pack policy-pack`. */
import * as pulumi from "@pulumi/pulumi";
import { MsqIngestion, sql } from "pulumi-druid";

const config = new pulumi.Config();

const pages = new MsqIngestion("pages", {
  query: sql`
    REPLACE INTO ${sql.id(config.get("target") ?? "raw_pages")}
    OVERWRITE WHERE ${sql.during("2024-01-01", "2024-02-01")}
    SELECT TIME_PARSE("time") AS __time, "page"
    FROM ${sql.extern(
      { type: "http", uris: [config.get("source") ?? "https://druid.apache.org/data/pages.json"] },
      { type: "json" },
      { time: "VARCHAR", page: "VARCHAR" },
    )}
    PARTITIONED BY DAY`,
  context: { maxNumTasks: 3 },
});

export const rows = pages.rowsWritten;
