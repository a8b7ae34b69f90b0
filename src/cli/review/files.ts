/** Reviews a file of SQL from its text alone or, with a client, also with Druid's planner and the target's contents. */

import { isHttpError, messageOf } from "../../base/errors";
import { excerptAt } from "../../base/excerpt";
import type { DruidClient } from "../../druid/client";
import { impactOf, impactText, rowsText } from "../../ingestion/impact/impact";
import { lookAt } from "../../ingestion/impact/look";
import { otherPartitions, schemaText } from "../../ingestion/impact/schema";
import { writeOf } from "../../ingestion/impact/write";
import { explainText, readExplain, refusalInQuery } from "../../statement/explain";
import { type ParsedStatement, readStatement } from "../../statement/facts";
import { warningText } from "../../statement/warning";
import { type RowsThere, type WarningOptions, warningsFor } from "../../statement/warnings";
import type { Section } from "./section";

/** Longer than in a preview, because a review usually runs in CI, where nobody waits for each answer. */
const PATIENCE_MS = 5_000;

export async function reviewFile(name: string, sql: string, client: DruidClient | undefined): Promise<Section> {
  const statement = readStatement(sql);
  const { facts, faults } = statement;
  const section: Section = { name, warnings: [], errors: [], notes: [], newQuery: sql };
  section.kind = [facts.kind, facts.overwrite && `OVERWRITE ${facts.overwrite}`].filter(Boolean).join(" ");
  if (facts.dataSource !== undefined) section.target = facts.dataSource;
  if (facts.partitionedBy !== undefined) section.partitionedBy = facts.partitionedBy;
  for (const { message, line, column } of faults) {
    const excerpt = excerptAt(sql, { line, column });
    section.errors.push(`${message} (line ${line}, column ${column})${excerpt === undefined ? "" : `\n${excerpt}`}`);
  }
  const seen = faults.length === 0 && client ? await ask(client, sql, statement, section) : {};
  section.warnings.push(...warningsFor(statement, seen).map(warningText));
  return section;
}

async function ask(
  client: DruidClient,
  sql: string,
  { facts, parameters }: ParsedStatement,
  section: Section,
): Promise<WarningOptions> {
  section.url = client.url;
  if (parameters > 0) {
    section.notes.push("Druid was not asked, because the values for the parameters are in the program");
    return {};
  }
  try {
    const options = { patienceMs: PATIENCE_MS };
    const row = await client.explain({ query: explainText(sql) }, options);
    const explained = readExplain(row);
    const write = writeOf(facts, explained);
    const holding = write && (await lookAt(client, { ...write, mayRead: false }, options));
    if (holding === "forbidden")
      section.notes.push(`The rows in "${write?.dataSource}" are not known: this user may not read them`);
    if (write === undefined || holding === undefined || holding === "forbidden") return { explained };
    const impact = impactOf(write, holding);
    section.impact = impactText(impact);
    const schema = schemaText(row.columns, holding, write.kind);
    if (schema !== undefined) section.schema = schema;
    const rows: RowsThere = {
      isNone: impact.all.segments === 0,
      text: rowsText(impact.all),
      otherPartitions: otherPartitions(facts.partitionedBy ?? explained.partitionedBy, holding),
    };
    return { explained, rows };
  } catch (error) {
    section.errors.push(messageOf(isHttpError(error) ? refusalInQuery(sql, error) : error));
    return {};
  }
}
