/**
 * Reviews an ingestion before anything runs: every fault at once, what the SQL says, and, where the content is new,
 * what Druid's own planner says of it. Never throws for bad input, and asks Druid nothing about what has not changed.
 */
import { type DruidHttpError, errorKind, isHttpError, isUnreachable, messageOf } from "../base/errors";
import { redact } from "../base/redact";
import { connectionSecrets, type Fault, findConnection } from "../druid/connection";
import { isTransient } from "../druid/retry";
import { writeKindOf } from "../ingestion/content";
import { faultsOfInputs, readIngestion } from "../ingestion/inputs";
import { keyOf, nameOf } from "../ingestion/key";
import { CONTEXT_KEY } from "../ingestion/marker";
import { faultOfPlan } from "../ingestion/one-task";
import { hasUnknown } from "../ingestion/unknown";
import { contextFaults } from "../statement/context";
import { type Explained, explainText, readExplain, refusalInQuery } from "../statement/explain";
import { describe, publicFacts, type Statement, type StatementFacts } from "../statement/facts";
import { warningsFor } from "../statement/warnings";
import type { Parts } from "./parts";
import { CONTENT_INPUTS, contentOf, hiddenInputs, type Properties, userInputs } from "./state";
import { timeoutFaults } from "./timeouts";

/** Stands for a statement that is not known yet; Pulumi shows it as an output. */
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** A preview must not hang on a cluster that is away. */
const EXPLAIN_PATIENCE_MS = 2_000;

export interface Checked {
  inputs: Properties;
  failures: { property: string; reason: string }[];
}

export async function check(parts: Parts, olds: Properties, news: Properties): Promise<Checked> {
  const user = userInputs(news);
  const hidden = hiddenInputs(news);
  const faults = [...faultsOfInputs(user), ...timeoutFaults(hidden.timeouts)];
  const query = typeof user.query === "string" && !hasUnknown(user.query) ? user.query : undefined;
  const statement = query === undefined ? undefined : describe(query);
  if (statement) faults.push(...statementFaults(statement, user));
  if (isRecord(user.context)) {
    const known = Object.fromEntries(Object.entries(user.context).filter(([, value]) => !hasUnknown(value)));
    faults.push(...contextFaults(known).map(({ path, reason }) => ({ path: `context.${path}`, reason })));
  }
  const found = hasUnknown(user.connection)
    ? undefined
    : findConnection(user.connection, await parts.config(), parts.env);
  faults.push(...(found?.faults ?? []));
  if (Object.keys(olds).length === 0) faults.push(...nameFaults(parts, hidden));

  const isNew = contentOf(olds) !== contentOf(news);
  if (faults.length === 0 && statement) {
    planLoad(parts, hidden.urn, olds, user, statement.facts);
    faults.push(...clashFaults(parts, hidden.urn));
    const known = ![...CONTENT_INPUTS, "validate"].some((name) => hasUnknown(user[name]));
    const wantsPlan = isNew && known && user.validate !== "off" && found?.connection !== undefined;
    const plan = wantsPlan ? await planOf(parts, user, hidden, statement) : {};
    if (plan.fault) faults.push(plan.fault);
    if (isNew || user.onDelete !== olds.onDelete)
      warn(parts, hidden.urn, user, olds, statement, hidden.secretQuery, plan.explained);
  }
  const facts = statementOf(user, statement, hidden.secretQuery);
  return {
    inputs: facts === undefined ? news : { ...news, statement: facts },
    // Pulumi prints the value of a named property with the reason, so that a query would stand in the open.
    failures: faults.map(({ path, reason }) => ({ property: "", reason: path ? `"${path}" ${reason}` : reason })),
  };
}

/** A new resource whose task ids another one has kept through a rename: each would take the other's tasks for its own. */
function nameFaults({ neighbours }: Parts, { urn, organization }: { urn: string; organization: string }): Fault[] {
  const holder = neighbours.holderOf(keyOf(urn, organization), urn);
  if (holder === undefined) return [];
  const [name, other] = [nameOf(urn), nameOf(holder)];
  const reason = `the name "${name}" is not free: "${other}" was renamed from it by an alias and keeps its task ids; give this ingestion another name`;
  return [{ path: "", reason }];
}

/** Remembers what is to be loaded where, and whence the ingestion comes where it moves to another datasource. */
function planLoad({ neighbours }: Parts, urn: string, olds: Properties, user: Properties, facts: StatementFacts): void {
  const { dataSource } = facts;
  if (dataSource === undefined) {
    neighbours.loadsInto(urn, undefined, false);
    return;
  }
  const from = typeof olds.query === "string" ? describe(olds.query).facts.dataSource : undefined;
  const leaves =
    from === undefined || from === dataSource
      ? undefined
      : { dataSource: from, drops: olds.onDelete === "dropDatasource" };
  const drops = user.onDelete === "dropDatasource";
  const plan = { dataSource, drops, kind: writeKindOf(facts) };
  // A replacement is checked a second time, as if it were new.
  if (Object.keys(olds).length === 0) neighbours.planNew(urn, plan);
  else neighbours.plan(urn, { ...plan, leaves });
}

function clashFaults({ neighbours }: Parts, urn: string): Fault[] {
  return neighbours.clashesOf(urn).map(({ dataSource, leaver, loader, drops }) => {
    const [from, into] = [nameOf(leaver), nameOf(loader)];
    const cause = drops
      ? `"${from}" moves away from "${dataSource}" and drops it, while "${into}" loads into it: the drop could take the rows of "${into}"`
      : `"${from}" moves away from "${dataSource}" and keeps its rows there, and "${into}" moves in: its rows would stand beside them`;
    const first = drops ? "" : `set onDelete "dropDatasource" on "${from}" and run \`pulumi up\`, then `;
    return {
      path: "",
      reason: `${cause}; do it in steps: ${first}take "${from}" out of the program and run \`pulumi up\`, make the other changes and run it again, then put "${from}" back`,
    };
  });
}

function statementFaults(statement: Statement, user: Properties): Fault[] {
  const faults = statement.faults.map(({ message, line, column }) => ({
    path: "query",
    reason: `is refused: ${message} (line ${line}, column ${column})`,
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
  return hasUnknown(user.query) ? UNKNOWN_TEXT : undefined;
}

/** What Druid's planner says; a cluster that cannot be asked is worth a warning, no more: it may come with this up. */
async function planOf(
  parts: Parts,
  user: Properties,
  { urn, secretQuery }: { urn: string; secretQuery: boolean },
  statement: Statement,
): Promise<{ explained?: Explained; fault?: Fault }> {
  // What stands beside the content may be unknown yet.
  const ingestion = readIngestion(Object.fromEntries(CONTENT_INPUTS.map((name) => [name, user[name]])));
  const { connection } = findConnection(user.connection, await parts.config(), parts.env);
  if (!connection) return {};
  const { client } = parts.druid(connection);
  const { query, context, parameters } = ingestion;
  try {
    const options = { signal: parts.host.signal, patienceMs: EXPLAIN_PATIENCE_MS };
    // With the key that a submit has too: where Druid checks keys, a missing permission shows now.
    const keys = { ...context, [CONTEXT_KEY]: "explain" };
    const row = await client.explain({ query: explainText(query), context: keys, parameters }, options);
    const fault = await faultOfPlan(client, row, options);
    return fault === undefined
      ? { explained: readExplain(row) }
      : { fault: { path: "query", reason: `is refused: ${fault}` } };
  } catch (error) {
    const warnOnly =
      isUnreachable(error) || isTransient(error) || (isHttpError(error) && isMissingTable(error, statement));
    const text = redact(textOf(error, query, secretQuery), connectionSecrets(connection));
    if (!warnOnly && errorKind(error) !== "interrupted") return { fault: { path: "", reason: text } };
    parts.host.log("warning", urn, `The query is not checked yet: ${text}`);
    return {};
  }
}

/** A table that another resource of the same up makes is not there in its preview. */
function isMissingTable(error: DruidHttpError, statement: Statement): boolean {
  return statement.reads.length > 0 && /Object '?[^' ]*'? not found/i.test(error.detail);
}

function textOf(error: unknown, query: string, secretQuery: boolean): string {
  if (!isHttpError(error)) return messageOf(error);
  const placed = refusalInQuery(query, error);
  return secretQuery ? placed.withoutDetail().message : placed.message;
}

function warn(
  parts: Parts,
  urn: string,
  user: Properties,
  olds: Properties,
  statement: Statement,
  isSecret: boolean,
  explained: Explained | undefined,
): void {
  const recorded = isRecord(olds.statement) ? (olds.statement as unknown as StatementFacts) : undefined;
  const onDelete = user.onDelete === "dropDatasource" ? "dropDatasource" : "keepData";
  const warnings = warningsFor(statement, {
    onDelete,
    isSecret,
    ...(isRecord(user.context) && { context: user.context }),
    ...(Array.isArray(user.parameters) && { parameters: user.parameters }),
    ...(recorded && { recorded }),
    ...(explained && { explained }),
  });
  const dataSource = statement.facts.dataSource;
  if (dataSource !== undefined && parts.neighbours.others(urn, dataSource).length > 0) {
    const droppers = parts.neighbours.droppers(dataSource);
    if (droppers.length > 0) {
      warnings.push(
        `Several ingestions load into "${dataSource}" and ${droppers.length} of them drop(s) it on delete: a drop takes the rows of all`,
      );
    }
  }
  for (const warning of warnings) parts.host.log("warning", urn, warning);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
