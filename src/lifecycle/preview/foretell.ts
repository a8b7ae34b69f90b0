/**
 * What preview says about an ingestion apart from faults: warnings, why a new one runs, and what happens to the rows in
 * its target. Lines about an update are kept for `diff`, which knows whether it runs anything.
 */
import { isRecord } from "../../base/json";
import type { ResolvedConnection } from "../../druid/connection/connection";
import { writeKindOf } from "../../ingestion/contract/content";
import { rowsText } from "../../ingestion/impact/impact";
import type { ParsedStatement, StatementFacts } from "../../statement/facts";
import type { Warning } from "../../statement/warning";
import { warningsFor } from "../../statement/warnings";
import type { Parts } from "../parts";
import type { HiddenInputs, Properties } from "../state";
import { type Planned, warn } from "./plan";
import { lookAtTarget, rowsThere } from "./target";
import { whyNew } from "./why";

/** For unchanged content: reads how many rows a newly set `onDelete: "dropDatasource"` puts at stake. */
export async function atStake(
  parts: Parts,
  urn: string,
  user: Properties,
  olds: Properties,
  { facts }: ParsedStatement,
  connection: ResolvedConnection | undefined,
): Promise<Planned> {
  const { dataSource } = facts;
  const isNewDrop = user.onDelete === "dropDatasource" && olds.onDelete !== "dropDatasource";
  if (!isNewDrop || dataSource === undefined || connection === undefined || user.validate === "off") return {};
  const write = { dataSource, kind: writeKindOf(facts), within: undefined };
  return { target: await lookAtTarget(parts, urn, parts.druid(connection).client, write, false) };
}

/** Warns if a move to another datasource drops the old one with all its rows. */
export async function warnOfLeft(
  parts: Parts,
  urn: string,
  olds: Properties,
  { facts }: ParsedStatement,
  connection: ResolvedConnection | undefined,
): Promise<void> {
  const left = parts.neighbours.leftBy(urn);
  if (!left?.drops || left.dataSource === facts.dataSource || connection === undefined || olds.validate === "off")
    return;
  const { dataSource } = left;
  const write = { dataSource, kind: "REPLACE" as const, within: undefined };
  const target = await lookAtTarget(parts, urn, parts.druid(connection).client, write, false);
  if (target?.impact.all.segments === 0) return;
  const rows = target ? `, now ${rowsText(target.impact.all)}` : "";
  const text = `The ingestion moves away from "${dataSource}" and drops it with every row${rows}, including rows loaded by others`;
  warn(parts, urn, "drop-datasource", text);
}

/** Logs the lines about a new ingestion. Those about an update are kept for `diff`. */
export function tell(
  { host, neighbours }: Parts,
  urn: string,
  dataSource: string | undefined,
  isCreate: boolean,
  adopts: boolean,
  { lines = [], forecast }: Planned,
): void {
  if (!isCreate) {
    neighbours.keepImpact(urn, lines);
    return;
  }
  // Pulumi checks a replacement a second time, as if it were new.
  if (neighbours.isInStack(urn)) return;
  const why = whyNew(neighbours.wasInState(urn), forecast, dataSource);
  if (!adopts) host.log(why.severity, urn, why.text);
  if (why.runs) for (const line of lines) host.log("info", urn, line);
}

export function warnOf(
  parts: Parts,
  {
    user,
    olds,
    hidden: { urn, secretQuery },
    statement,
    plan: { explained, target },
    isCreate,
    isNew,
  }: {
    user: Properties;
    olds: Properties;
    hidden: HiddenInputs;
    statement: ParsedStatement;
    plan: Planned;
    isCreate: boolean;
    isNew: boolean;
  },
): void {
  const recorded = isRecord(olds.statement) ? (olds.statement as unknown as StatementFacts) : undefined;
  const onDelete = user.onDelete === "dropDatasource" ? "dropDatasource" : "keepData";
  const granularity = statement.facts.partitionedBy ?? explained?.partitionedBy;
  // If the cluster does not answer for a new ingestion, the same `pulumi up` usually creates the cluster.
  const rows = target
    ? rowsThere(target, granularity)
    : isCreate && !explained
      ? { isNone: true, text: "" }
      : undefined;
  const warnings = warningsFor(statement, {
    onDelete,
    isNewOnDelete: onDelete !== olds.onDelete,
    isSecret: secretQuery,
    ...(isRecord(user.context) && { context: user.context }),
    ...(Array.isArray(user.parameters) && { parameters: user.parameters }),
    ...(recorded && { recorded }),
    ...(explained && { explained }),
    ...(rows && { rows }),
  });
  const dataSource = statement.facts.dataSource;
  if (dataSource !== undefined && parts.neighbours.others(urn, dataSource).length > 0) {
    const droppers = parts.neighbours.droppers(dataSource);
    if (droppers.length > 0) {
      const text = `Several ingestions load into "${dataSource}", and ${droppers.length} of them ${droppers.length === 1 ? "drops" : "drop"} it on delete, which removes the rows of all`;
      warnings.push({ id: "shared-drop", text });
    }
  }
  // An earlier `pulumi up` has already warned of unchanged content.
  const isAboutDelete = ({ id }: Warning) => id === "drop-datasource" || id === "shared-drop";
  for (const { id, text } of isNew ? warnings : warnings.filter(isAboutDelete)) warn(parts, urn, id, text);
}
