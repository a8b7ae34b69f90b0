/** An ingestion whose changes are reviewed: .github/workflows/druid-review.yaml comments on each pull request. */
import * as pulumi from "@pulumi/pulumi";
import { MsqIngestion, sql } from "pulumi-druid";

const config = new pulumi.Config();

const pages = new MsqIngestion("pages", {
  query: sql`
    REPLACE INTO ${sql.id(config.get("target") ?? "pages")} OVERWRITE ALL
    SELECT TIME_PARSE("time") AS __time, "page"
    FROM ${sql.extern(
      { type: "http", uris: [config.get("source") ?? "https://druid.apache.org/data/wikipedia.json.gz"] },
      { type: "json" },
      { time: "VARCHAR", page: "VARCHAR" },
    )}
    PARTITIONED BY DAY`,
});

export const rows = pages.rowsWritten;
