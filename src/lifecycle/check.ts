/**
 * Checks an ingestion before anything runs: collects all faults, reads the SQL and, if the content is new, lets Druid's
 * planner check it. Never throws for bad input, and does not contact Druid if the content is unchanged.
 */
import { isRecord } from "../base/json";
import { type Fault, findConnection } from "../druid/connection/connection";
import { faultsOfChecks } from "../ingestion/checks/faults";
import { faultsOfInputs } from "../ingestion/contract/inputs";
import { Checks } from "../ingestion/contract/inputs-checks";
import { hasUnknown, UNKNOWN_OBJECT } from "../ingestion/contract/unknown";
import { keyOf, nameOf } from "../ingestion/sequence/key";
import { contextFaults } from "../statement/context";
import type { Explained } from "../statement/explain";
import { publicFacts, readStatement, type Statement, type StatementFacts } from "../statement/facts";
import { warningsFor } from "../statement/warnings";
import { foretellChecks } from "./checking";
import { clashFaults, planLoad } from "./moves";
import type { Parts } from "./parts";
import { planOf } from "./plan";
import { CONTENT_INPUTS, contentOf, hiddenInputs, type Properties, userInputs } from "./state";
import { timeoutFaults } from "./timeouts";

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
  if (faults.length === 0) faults.push(...checksFaults(user, statement?.facts));
  if (isCreate) faults.push(...nameFaults(parts, hidden));

  const isNew = contentOf(olds) !== contentOf(news);
  if (faults.length === 0 && statement) {
    planLoad(parts, hidden.urn, olds, user, statement.facts);
    faults.push(...clashFaults(parts, hidden.urn));
    const known = ![...CONTENT_INPUTS, "validate"].some((name) => hasUnknown(user[name]));
    if (isCreate) foretellChecks(parts, hidden.urn, news);
    const wantsPlan = isNew && known && user.validate !== "off" && found?.connection !== undefined;
    const plan = wantsPlan ? await planOf(parts, user, hidden, statement, isCreate) : {};
    if (plan.fault) faults.push(plan.fault);
    if (isNew || user.onDelete !== olds.onDelete)
      warn(parts, hidden.urn, user, olds, statement, hidden.secretQuery, plan.explained);
  }
  const facts = statementOf(user, statement, hidden.secretQuery);
  return {
    inputs: facts === undefined ? news : { ...news, statement: facts },
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

function checksFaults({ checks, waitForSegmentLoad }: Properties, facts: StatementFacts | undefined): Fault[] {
  if (hasUnknown(checks) || hasUnknown(waitForSegmentLoad)) return [];
  const parsed = Checks.nullish().safeParse(checks);
  return parsed.data ? faultsOfChecks(parsed.data, { facts, waitsForRows: waitForSegmentLoad !== false }) : [];
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
  return [
    {
      path: "parameters",
      reason: `has ${given} ${given === 1 ? "value" : "values"} for ${statement.parameters} "?" in the query`,
    },
  ];
}

function statementOf(
  user: Properties,
  statement: Statement | undefined,
  isSecret: boolean,
): StatementFacts | string | undefined {
  if (statement) return isSecret ? publicFacts(statement.facts) : statement.facts;
  return hasUnknown(user.query) ? UNKNOWN_OBJECT : undefined;
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
        `Several ingestions load into "${dataSource}", and ${droppers.length} of them ${droppers.length === 1 ? "drops" : "drop"} it on delete, which removes the rows of all`,
      );
    }
  }
  for (const warning of warnings) parts.host.log("warning", urn, warning);
}
