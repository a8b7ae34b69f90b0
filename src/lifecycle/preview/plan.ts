/**
 * In preview, asks Druid about new content: what its planner says, and which other ingestions loaded into the target.
 */
import { type DruidHttpError, errorKind, isHttpError, isUnreachable, messageOf } from "../../base/errors";
import { redact } from "../../base/redact";
import { connectionSecrets, type Fault, findConnection } from "../../druid/connection/connection";
import { isTransient } from "../../druid/transport/retry";
import type { PlannedExtern } from "../../druid/wire/extern";
import { writeKindOf } from "../../ingestion/contract/content";
import { readIngestion } from "../../ingestion/contract/inputs";
import { writeOf } from "../../ingestion/impact/write";
import { faultOfPlan } from "../../ingestion/reconcile/one-task";
import { aliasFor, loadedByOther, loadsOfOthers } from "../../ingestion/reconcile/others";
import { adds, standing } from "../../ingestion/rules/published";
import { account, type Entry, isRunOf, type Wanted } from "../../ingestion/rules/sequence";
import { keyOf, nameOf } from "../../ingestion/sequence/key";
import { CONTEXT_KEY } from "../../ingestion/sequence/marker";
import type { Session } from "../../ingestion/session";
import { credentialsIn } from "../../statement/credentials";
import { type Explained, explainText, namesMissingTable, readExplain, refusalInQuery } from "../../statement/explain";
import type { ParsedStatement } from "../../statement/facts";
import { type Warning, warningText } from "../../statement/warning";
import { sessionOf } from "../operation";
import type { Parts } from "../parts";
import { CONTENT_INPUTS, contentOf, type HiddenInputs, type Properties } from "../state";
import { entriesOf, type Forecast, forecastOf, ownRuns } from "./own-runs";
import { type Following, following, withMissing } from "./refused";
import { lookAtTarget, type Target, targetLines } from "./target";

/** Short, so that a preview does not hang if the cluster is down. */
const EXPLAIN_PATIENCE_MS = 2_000;

export interface Planned {
  explained?: Explained;
  fault?: Fault;
  target?: Target | undefined;
  /** What preview shows of the target if the ingestion runs. */
  lines?: string[] | undefined;
  /** The external sources of the query, if they are to be sampled. */
  externs?: PlannedExtern[] | undefined;
  /** What a create will do; absent if the ingestion has no earlier runs. */
  forecast?: Forecast | undefined;
}

/** An unreachable cluster causes only a warning, because the same `pulumi up` may create the cluster. */
export async function planOf(
  parts: Parts,
  user: Properties,
  hidden: HiddenInputs,
  statement: ParsedStatement,
  { isCreate, isToBeAdopted }: { isCreate: boolean; isToBeAdopted: boolean },
): Promise<Planned> {
  const { urn } = hidden;
  const isSecret = hidden.secretTexts !== false;
  // Only the content: other inputs may still be unknown.
  const ingestion = readIngestion(Object.fromEntries(CONTENT_INPUTS.map((name) => [name, user[name]])));
  const { connection } = findConnection(user.connection, await parts.config(), parts.env);
  if (!connection) return {};
  const { client } = parts.druid(connection);
  const { query, context, parameters } = ingestion;
  const options = { signal: parts.host.signal, patienceMs: EXPLAIN_PATIENCE_MS };
  try {
    // Includes the context key that a submit has, so that a missing permission for it shows in preview.
    const keys = { ...context, [CONTEXT_KEY]: "explain" };
    const keepExterns = user.validate === "sample";
    const request = { query: explainText(query), context: keys, parameters };
    const row = await client.explain(request, { ...options, keepExterns });
    const fault = await faultOfPlan(client, row, options);
    if (fault !== undefined) return { fault: { path: "query", reason: `is not supported: ${fault}` } };
    const explained = readExplain(row);
    const { session } = sessionOf(parts, hidden, connection, user, parts.host.signal, "create");
    const isFirstCheck = isCreate && !parts.neighbours.isInStack(urn);
    const second = await secondLoad(parts, session, user, hidden, statement, { isCreate, isFirstCheck });
    if (second.refusal !== undefined) return { explained, fault: { path: "", reason: second.refusal } };
    const { dataSource } = statement.facts;
    const { columns, externs } = row;
    if (isToBeAdopted) return { explained };
    if (dataSource === undefined) return { explained, externs };
    const aim = { key: keyOf(urn, hidden.organization), target: dataSource };
    const isAsked = adds(writeKindOf(statement.facts)) || !isFirstCheck;
    const own = isAsked ? second : await ownRuns(parts, session, aim, options);
    const followed: Following = own.mayRead ? { mayRead: true } : await following(client, dataSource, options);
    if (followed.fault !== undefined) return { explained, fault: followed.fault };
    const write = writeOf(statement.facts, explained);
    if (write === undefined) return { explained, externs };
    const target = await lookAtTarget(parts, urn, client, write, followed.mayRead === true);
    const wanted = { content: contentOf(user) ?? "", target: dataSource, kind: write.kind };
    const forecast = isFirstCheck && own.entries ? forecastOf(wanted, own.entries, target) : undefined;
    return { explained, externs, target, forecast, lines: target && targetLines(target, columns, isSecret) };
  } catch (error) {
    const maker = isHttpError(error) ? makerOfMissing(parts, urn, error) : undefined;
    if (maker !== undefined) {
      const text = `it reads "${maker.table}", which "${maker.name}" of this program loads`;
      const advice = `this ingestion has to wait for that load, so its options need "${maker.name}" in dependsOn`;
      parts.host.log("info", urn, `The query could not be checked yet: ${text}; ${advice}`);
      return {};
    }
    const warnOnly =
      isUnreachable(error) || isTransient(error) || (isHttpError(error) && isMissingTable(error, statement));
    const named = await withMissing(error, client, statement, { user, isSecret }, options);
    const secrets = [...connectionSecrets(connection), ...credentialsIn(user)];
    const text = redact(textOf(named, query, isSecret), secrets);
    if (!warnOnly && errorKind(error) !== "interrupted") return { fault: { path: "", reason: text } };
    warn(parts, urn, "not-checked", `The query could not be checked yet: ${text}`);
    return {};
  }
}

/** In preview, a table does not exist yet if another resource of the same `pulumi up` creates it. */
function isMissingTable(error: DruidHttpError, statement: ParsedStatement): boolean {
  return statement.reads.length > 0 && namesMissingTable(error);
}

/** Explains a missing table that another ingestion of the program loads; undefined for any other error. */
function makerOfMissing({ neighbours }: Parts, urn: string, { detail }: DruidHttpError) {
  const table = /Object '([^']*)' not found/i.exec(detail)?.[1];
  const maker = table === undefined ? undefined : neighbours.others(urn, table)[0];
  return maker === undefined ? undefined : { table, name: nameOf(maker) };
}

function textOf(error: unknown, query: string, isSecret: boolean): string {
  if (!isHttpError(error)) return messageOf(error);
  const placed = refusalInQuery(query, error);
  return isSecret ? placed.withoutDetail().message : placed.message;
}

/** For an INSERT with new content: rejects rows that another ingestion has loaded, and warns about its other rows. */
async function secondLoad(
  parts: Parts,
  session: Session,
  user: Properties,
  hidden: HiddenInputs,
  { facts }: ParsedStatement,
  { isCreate, isFirstCheck }: { isCreate: boolean; isFirstCheck: boolean },
): Promise<{ refusal?: string | undefined; mayRead: boolean; entries?: Entry[] }> {
  const kind = writeKindOf(facts);
  const { dataSource } = facts;
  const { neighbours } = parts;
  if (!adds(kind) || dataSource === undefined || typeof user.adoptTaskId === "string") return { mayRead: false };
  // The second check of a replacement.
  if (isCreate && !isFirstCheck) return { mayRead: false };
  const { urn, aliases, organization } = hidden;
  const wanted = { content: contentOf(user) ?? "", target: dataSource, kind };
  const key = keyOf(urn, organization);
  const comes = isCreate || neighbours.leftBy(urn) !== undefined;
  const listed = await loadsOfOthers(session, { key, names: [urn, ...aliases], wanted, onlySame: !comes });
  // Druid lists the tasks of a datasource only to those who may read it.
  if (listed === undefined) return { mayRead: false };
  const mayRead = true;
  const { others, hasOwn } = listed;
  const same = others.find(({ isSame }) => isSame);
  if (same === undefined && !comes) return { mayRead };
  if (others.length === 0 && !hasOwn) return { mayRead };
  const entries = await entriesOf(parts, session, key);
  if (entries === undefined) return { mayRead };
  if (isCreate && user.onDelete !== "dropDatasource") tellOfOwnLoad(session, wanted, entries);
  // What it has loaded itself it will find (it was destroyed, or its state is lost).
  if (entries.some((entry) => isRunOf(entry, wanted))) return { mayRead, entries };
  if (same) return { refusal: loadedByOther(same, urn, dataSource, session.client.url).message, mayRead };
  const isFirst = entries.every((entry) => !("content" in entry) || entry.target !== dataSource);
  for (const other of others.filter((one) => isFirst && !neighbours.knows(one.urn))) {
    const name = nameOf(other.urn);
    const text =
      `"${dataSource}" has rows loaded by "${name}" of this stack (task ${other.taskId}), and this ingestion adds its ` +
      `rows to them; if this is "${name}" under a new name or parent, add the resource option aliases: ` +
      `[${aliasFor(urn, other.urn)}]`;
    warn(parts, urn, "rows-of-another", text);
  }
  return { mayRead, entries };
}

export function warn({ host }: Parts, urn: string, id: Warning["id"], text: string): void {
  host.log("warning", urn, warningText({ id, text }));
}

/**
 * Pulumi asks for a forced replacement (`--replace`, `state taint`) just as for a new resource, so the warning covers
 * both: a replacement loads rows a second time that a new resource would find.
 */
function tellOfOwnLoad(session: Session, wanted: Wanted, entries: readonly Entry[]): void {
  const { published, run } = account({ wanted, recorded: { number: 0, published: [] }, entries });
  if (standing(published, wanted) !== "there") return;
  const by = run ? ` (task "${run.taskId}")` : "";
  const text =
    `This ingestion has already loaded these rows into "${wanted.target}"${by}: a new resource finds them and runs ` +
    "nothing, but a replacement that you ask for (`--replace`, `state taint`) loads them a second time, unless its " +
    'delete drops the datasource (onDelete "dropDatasource" in the last `pulumi up`)';
  session.log("warning", warningText({ id: "loaded-before", text }));
}
