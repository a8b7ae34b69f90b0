/**
 * Runs the same ingestion on the cluster of each stack. `druid:clusters` in the stack's configuration has the clusters,
 * with passwords as secrets: `pulumi config set --secret --path 'druid:clusters.main.password' …`
 */
import * as pulumi from "@pulumi/pulumi";
import { MsqIngestion, sql } from "pulumi-druid";

const config = new pulumi.Config();
const stack = pulumi.getStack();
// A query that holds a secret is a secret: it is encrypted in state, and no error quotes it.
const token = config.getSecret("sourceToken") ?? pulumi.secret("none");

const pages = new MsqIngestion("pages", {
  query: sql`
    REPLACE INTO ${sql.id(config.get("target") ?? `pages_${stack}`)} OVERWRITE ALL
    SELECT TIME_PARSE("time") AS __time, "page", ${stack} AS "stack"
    FROM ${sql.extern(
      { type: "http", uris: [pulumi.interpolate`${config.require("source")}?token=${token}`] },
      { type: "json" },
      { time: "VARCHAR", page: "VARCHAR" },
    )}
    PARTITIONED BY DAY`,
  connection: { cluster: config.get("cluster") ?? "main" },
  // In production, a delete keeps the rows; test stacks leave nothing behind.
  onDelete: stack === "prod" ? "keepData" : "dropDatasource",
});

export const { url, rowsWritten } = pages;
