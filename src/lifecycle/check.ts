/**
 * Checks an ingestion before anything runs: collects all faults, reads the SQL and, if the content is new, lets Druid's
 * planner check it. Never throws for bad input, and does not contact Druid if the content is unchanged.
 */
import { excerptAt } from "../base/excerpt";
import { isRecord } from "../base/json";
import { hasOutputAsText } from "../base/output-text";
import { publicUrl } from "../base/redact";
import { type Fault, findConnection } from "../druid/connection/connection";
import { faultsOfChecks } from "../ingestion/checks/faults";
import { faultsOfInputs } from "../ingestion/contract/inputs";
import { Checks, checksHash } from "../ingestion/contract/inputs-checks";
import { hasUnknown, UNKNOWN_OBJECT } from "../ingestion/contract/unknown";
import { keyOf, nameOf } from "../ingestion/sequence/key";
import { contextFaults } from "../statement/context";
import { type ParsedStatement, publicFacts, type StatementFacts } from "../statement/facts";
import { knownStatement } from "../statement/known";
import { foretellChecks, planChecks } from "./checking";
import { clashFaults, planLoad } from "./moves";
import type { Parts } from "./parts";
import { atStake, tell, warnOf, warnOfLeft } from "./preview/foretell";
import { type Planned, planOf } from "./preview/plan";
import { sampleNew } from "./preview/sample";
import { CONTENT_INPUTS, contentOf, hiddenInputs, type Properties, passedInputs, userInputs } from "./state";
import { timeoutFaults } from "./timeouts";
import { warnOfTrust } from "./trust";

export interface Checked {
  inputs: Properties;
  failures: { property: string; reason: string }[];
}

export async function check(parts: Parts, olds: Properties, news: Properties): Promise<Checked> {
  const user = userInputs(news);
  const hidden = hiddenInputs(news);
  const faults = [...faultsOfInputs(passedInputs(news)), ...timeoutFaults(hidden.timeouts)];
  const isText = typeof user.query === "string" && !hasUnknown(user.query) && !hasOutputAsText(user.query);
  const query = isText ? (user.query as string) : undefined;
  const statement = query === undefined ? undefined : knownStatement(query);
  if (statement) faults.push(...statementFaults(statement, user, hidden.secretQuery ? "" : query));
  if (isRecord(user.context)) {
    const known = Object.fromEntries(Object.entries(user.context).filter(([, value]) => !hasUnknown(value)));
    faults.push(...contextFaults(known).map(({ path, reason }) => ({ path: `context.${path}`, reason })));
  }
  const found = hasUnknown(user.connection)
    ? undefined
    : findConnection(user.connection, await parts.config(), parts.env);
  faults.push(...(found?.faults ?? []));
  if (found?.connection !== undefined) warnOfTrust(parts, hidden.urn, found.connection);
  const isCreate = Object.keys(olds).length === 0;
  faults.push(...checksFaults(user, statement?.facts));
  if (isCreate) faults.push(...nameFaults(parts, hidden));
  else parts.neighbours.rememberFromState(hidden.urn);

  const isNew = contentOf(olds) !== contentOf(news);
  let plan: Planned = {};
  if (faults.length === 0 && statement) {
    planLoad(parts, hidden.urn, olds, user, statement.facts);
    faults.push(...clashFaults(parts, hidden.urn));
    const known = ![...CONTENT_INPUTS, "validate"].some((name) => hasUnknown(user[name]));
    if (isCreate) foretellChecks(parts, hidden.urn, news);
    const wantsPlan = isNew && known && user.validate !== "off" && found?.connection !== undefined;
    const isToBeAdopted = typeof user.adoptTaskId === "string" && user.adoptTaskId !== olds.adoptTaskId;
    plan = wantsPlan
      ? await planOf(parts, user, hidden, statement, { isCreate, isToBeAdopted })
      : await atStake(parts, hidden.urn, user, olds, statement, found?.connection);
    if (plan.fault) faults.push(plan.fault);
    const isAway = wantsPlan && plan.explained === undefined;
    if (!isAway && user.validate !== "off" && checksHash(olds.checks) !== checksHash(user.checks))
      await planChecks(parts, user, hidden, found?.connection);
    if (isNew || user.onDelete !== olds.onDelete)
      warnOf(parts, { user, olds, hidden, statement, plan, isCreate, isNew });
    if (!isCreate) await warnOfLeft(parts, hidden.urn, olds, statement, found?.connection);
    if (plan.fault === undefined) tell(parts, hidden.urn, statement.facts.dataSource, isCreate, isToBeAdopted, plan);
  }
  if (faults.length === 0 && isNew && user.validate === "sample")
    await sampleNew(parts, { user, hidden, isCreate, connection: found?.connection, statement, plan });
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

function checksFaults({ checks, waitForSegmentLoad }: Properties, facts: StatementFacts | undefined): Fault[] {
  if (hasUnknown(checks) || hasUnknown(waitForSegmentLoad)) return [];
  const parsed = Checks.nullish().safeParse(checks);
  return parsed.data ? faultsOfChecks(parsed.data, { facts, waitsForRows: waitForSegmentLoad !== false }) : [];
}

/** `shown`: the query, if parts of it may be shown. */
function statementFaults(statement: ParsedStatement, user: Properties, shown = ""): Fault[] {
  const faults = statement.faults.map(({ message, line, column }) => {
    const excerpt = excerptAt(shown, { line, column });
    const below = excerpt === undefined ? "" : `\n${excerpt}`;
    return { path: "query", reason: `is invalid: ${message} (line ${line}, column ${column})${below}` };
  });
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
  statement: ParsedStatement | undefined,
  isSecret: boolean,
): StatementFacts | string | undefined {
  if (statement) return isSecret ? publicFacts(statement.facts) : statement.facts;
  return hasUnknown(user.query) ? UNKNOWN_OBJECT : undefined;
}
