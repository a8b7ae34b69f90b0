/** One ingestion with its SQL in a file: .github/workflows/druid-review.yaml reviews each change of it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MsqIngestion } from "pulumi-druid";

const pages = new MsqIngestion("pages", { query: readFileSync(join(__dirname, "pages.sql"), "utf8") });

export const rows = pages.rowsWritten;
