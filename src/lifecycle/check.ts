/**
 * Checks an ingestion before anything runs: collects all faults, reads the SQL and, if the content is new, lets Druid's
 * planner check it. Never throws for bad input, and does not contact Druid if the content is unchanged.
 */
import { isRecord } from "../base/json";
import { publicUrl } from "../base/redact";
import { type Fault, findConnection, type ResolvedConnection } from "../druid/connection/connection";
import { writeKindOf } from "../ingestion/contract/content";
import { faultsOfInputs } from "../ingestion/contract/inputs";
import { hasUnknown, UNKNOWN_OBJECT } from "../ingestion/contract/unknown";
import { rowsText } from "../ingestion/impact/impact";
import { keyOf, nameOf } from "../ingestion/sequence/key";
import { contextFaults } from "../statement/context";
import { publicFacts, readStatement, type Statement, type StatementFacts } from "../statement/facts";
import type { Warning } from "../statement/warning";
import { warningsFor } from "../statement/warnings";
import { clashFaults, planLoad } from "./moves";
import type { Parts } from "./parts";
import { type Planned, planOf, warn } from "./plan";
import { CONTENT_INPUTS, contentOf, type HiddenInputs, hiddenInputs, type Properties, userInputs } from "./state";
import { lookAtTarget, rowsThere } from "./target";
import { timeoutFaults } from "./timeouts";
import { whyNew } from "./why";

export interface Checked {
  inputs: Properties;
  failures: { property: string; reason: string }[];
}

export async function check(parts: Parts, olds: Properties, news: Properties): Promise<Checked> {
  const user = userInputs(news);
  const hidden = hiddenInputs(news);
  const faults = [...faultsOfInputs(user), ...timeoutFaults(hidden.timeouts)];
  const query = typeof user.query === "string" && !hasUnknown(user.query) ? user.query : undefined;
  const statement = query === undefined ? undefined : readStatement(query);
  if (statement) faults.push(...statementFaults(statement, user));
  if (isRecord(user.context)) {
    const known = Object.fromEntries(Object.entries(user.context).filter(([, value]) => !hasUnknown(value)));
    faults.push(...contextFaults(known).map(({ path, reason }) => ({ path: `context.${path}`, reason })));
  }
  const found = hasUnknown(user.connection)
    ? undefined
    : findConnection(user.connection, await parts.config(), parts.env);
  faults.push(...(found?.faults ?? []));
  const isCreate = Object.keys(olds).length === 0;
  if (isCreate) faults.push(...nameFaults(parts, hidden));
  else parts.neighbours.rememberFromState(hidden.urn);

  const isNew = contentOf(olds) !== contentOf(news);
  if (faults.length === 0 && statement) {
    planLoad(parts, hidden.urn, olds, user, statement.facts);
    faults.push(...clashFaults(parts, hidden.urn));
    const known = ![...CONTENT_INPUTS, "validate"].some((name) => hasUnknown(user[name]));
    const wantsPlan = isNew && known && user.validate !== "off" && found?.connection !== undefined;
    const isToBeAdopted = typeof user.adoptTaskId === "string" && user.adoptTaskId !== olds.adoptTaskId;
    const plan: Planned = wantsPlan
      ? await planOf(parts, user, hidden, statement, { isCreate, isToBeAdopted })
      : await atStake(parts, hidden.urn, user, olds, statement, found?.connection);
    if (plan.fault) faults.push(plan.fault);
    if (isNew || user.onDelete !== olds.onDelete)
      warnOf(parts, { user, olds, hidden, statement, plan, isCreate, isNew });
    if (!isCreate) await warnOfLeft(parts, hidden.urn, olds, statement, found?.connection);
    if (plan.fault === undefined) tell(parts, hidden.urn, isCreate, isToBeAdopted, plan.lines ?? []);
  }
  const facts = statementOf(user, statement, hidden.secretQuery);
  return {
    // Pulumi shows in preview only inputs: these outputs are known already, and a reviewer wants to see them.
    inputs: {
      ...news,
      ...(facts !== undefined && { statement: facts }),
      ...(statement?.facts.dataSource !== undefined && { dataSource: statement.facts.dataSource }),
      ...(found?.connection !== undefined && { url: publicUrl(found.connection.url) }),
    },
    // If a property is named, Pulumi prints its value with the reason, which would expose the query.
    failures: faults.map(({ path, reason }) => ({ property: "", reason: path ? `"${path}" ${reason}` : reason })),
  };
}

/**
 * Rejects a new resource whose task ids are still used by a renamed one: they would mistake each other's tasks for
 * theirs.
 */
function nameFaults({ neighbours }: Parts, { urn, organization }: { urn: string; organization: string }): Fault[] {
  const holder = neighbours.holderOf(keyOf(urn, organization), urn);
  if (holder === undefined) return [];
  const [name, other] = [nameOf(urn), nameOf(holder)];
  const reason = `the name "${name}" is still in use: "${other}" was renamed from it by an alias and keeps its task ids; give this ingestion another name`;
  return [{ path: "", reason }];
}

function statementFaults(statement: Statement, user: Properties): Fault[] {
  const faults = statement.faults.map(({ message, line, column }) => ({
    path: "query",
    reason: `is invalid: ${message} (line ${line}, column ${column})`,
  }));
  const { parameters } = user;
  if (faults.length > 0 || hasUnknown(parameters)) return faults;
  const given = Array.isArray(parameters) ? parameters.length : 0;
  if (given === statement.parameters) return [];
  return [{ path: "parameters", reason: `has ${given} value(s) for ${statement.parameters} "?" in the query` }];
}

function statementOf(
  user: Properties,
  statement: Statement | undefined,
  isSecret: boolean,
): StatementFacts | string | undefined {
  if (statement) return isSecret ? publicFacts(statement.facts) : statement.facts;
  return hasUnknown(user.query) ? UNKNOWN_OBJECT : undefined;
}

/** Without new content, asks only how many rows a new `onDelete: "dropDatasource"` puts at stake. */
async function atStake(
  parts: Parts,
  urn: string,
  user: Properties,
  olds: Properties,
  { facts }: Statement,
  connection: ResolvedConnection | undefined,
): Promise<Planned> {
  const { dataSource } = facts;
  const isNewDrop = user.onDelete === "dropDatasource" && olds.onDelete !== "dropDatasource";
  if (!isNewDrop || dataSource === undefined || connection === undefined || user.validate === "off") return {};
  const write = { dataSource, kind: writeKindOf(facts), within: undefined };
  return { target: await lookAtTarget(parts, urn, parts.druid(connection).client, write, false) };
}

/** A move to another datasource drops the old one, and with it all that is there. */
async function warnOfLeft(
  parts: Parts,
  urn: string,
  olds: Properties,
  { facts }: Statement,
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

/** What an update does is told by `diff`, which knows whether it runs anything. */
function tell({ host, neighbours }: Parts, urn: string, isCreate: boolean, adopts: boolean, lines: string[]): void {
  if (!isCreate) {
    neighbours.keepImpact(urn, lines);
    return;
  }
  // Pulumi checks a replacement a second time, as if it were new.
  if (neighbours.isInStack(urn)) return;
  if (!adopts) host.log("info", urn, whyNew(neighbours.wasInState(urn)));
  for (const line of lines) host.log("info", urn, line);
}

function warnOf(
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
    statement: Statement;
    plan: Planned;
    isCreate: boolean;
    isNew: boolean;
  },
): void {
  const recorded = isRecord(olds.statement) ? (olds.statement as unknown as StatementFacts) : undefined;
  const onDelete = user.onDelete === "dropDatasource" ? "dropDatasource" : "keepData";
  const granularity = statement.facts.partitionedBy ?? explained?.partitionedBy;
  // A new ingestion of which the cluster tells nothing: usually the same `pulumi up` makes the cluster.
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
      const text = `Several ingestions load into "${dataSource}", and ${droppers.length} of them drop(s) it on delete, which removes the rows of all`;
      warnings.push({ id: "shared-drop", text });
    }
  }
  // Of unchanged content was warned before.
  const isAboutDelete = ({ id }: Warning) => id === "drop-datasource" || id === "shared-drop";
  for (const { id, text } of isNew ? warnings : warnings.filter(isAboutDelete)) warn(parts, urn, id, text);
}
