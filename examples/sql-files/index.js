/** Reads SQL from a file, with values from the program. This program is an ES module. */
import * as pulumi from "@pulumi/pulumi";
import { MsqIngestion, sql } from "pulumi-druid";

const config = new pulumi.Config();

const wet = new MsqIngestion("wet", {
  query: sql.file(new URL("wet.sql", import.meta.url), {
    target: sql.id(config.get("target") ?? "wet_days"),
    weather: sql.extern(
      { type: "http", uris: [config.require("source")] },
      { type: "csv", findColumnsFromHeader: true },
      { date: "VARCHAR", weather: "VARCHAR", precipitation: "DOUBLE" },
    ),
    kinds: ["rain", "drizzle"],
    least: 0.5,
  }),
});

export const rows = wet.rowsWritten;
