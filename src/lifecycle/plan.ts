/**
 * In preview, asks Druid about new content: what its planner says, and which other ingestions loaded into the target.
 */
import { type DruidHttpError, errorKind, isHttpError, isUnreachable, messageOf } from "../base/errors";
import { withinTime } from "../base/limit";
import { redact } from "../base/redact";
import { connectionSecrets, type Fault, findConnection, type ResolvedConnection } from "../druid/connection/connection";
import { isTransient } from "../druid/transport/retry";
import { writeKindOf } from "../ingestion/contract/content";
import { readIngestion } from "../ingestion/contract/inputs";
import { writeOf } from "../ingestion/impact/write";
import { faultOfPlan } from "../ingestion/reconcile/one-task";
import { aliasFor, loadedByOther, loadsOfOthers } from "../ingestion/reconcile/others";
import { adds, standing } from "../ingestion/rules/published";
import { account, type Wanted } from "../ingestion/rules/sequence";
import { keyOf, nameOf, taskIdOf } from "../ingestion/sequence/key";
import { CONTEXT_KEY } from "../ingestion/sequence/marker";
import { observe } from "../ingestion/sequence/observe";
import type { Session } from "../ingestion/session";
import { credentialsIn } from "../statement/credentials";
import { type Explained, explainText, namesMissingTable, readExplain, refusalInQuery } from "../statement/explain";
import type { ParsedStatement } from "../statement/facts";
import { type Warning, warningText } from "../statement/warning";
import { sessionOf } from "./operation";
import type { Parts } from "./parts";
import { CONTENT_INPUTS, contentOf, type HiddenInputs, type Properties } from "./state";
import { lookAtTarget, type Target, targetLines } from "./target";

/** Short, so that a preview does not hang if the cluster is down. */
const EXPLAIN_PATIENCE_MS = 2_000;
/** Of all requests that only inform about earlier loads. */
const INFORM_LIMIT_MS = 5_000;

export interface Planned {
  explained?: Explained;
  fault?: Fault;
  target?: Target | undefined;
  /** What preview shows of the target if the ingestion runs. */
  lines?: string[] | undefined;
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
  try {
    const options = { signal: parts.host.signal, patienceMs: EXPLAIN_PATIENCE_MS };
    // Includes the context key that a submit has, so that a missing permission for it shows in preview.
    const keys = { ...context, [CONTEXT_KEY]: "explain" };
    const row = await client.explain({ query: explainText(query), context: keys, parameters }, options);
    const fault = await faultOfPlan(client, row, options);
    if (fault !== undefined) return { fault: { path: "query", reason: `is not supported: ${fault}` } };
    const explained = readExplain(row);
    const second = isCreate ? await secondLoad(parts, user, hidden, connection, statement) : undefined;
    if (second?.refusal !== undefined) return { explained, fault: { path: "", reason: second.refusal } };
    const write = writeOf(statement.facts, explained);
    if (write === undefined || isToBeAdopted) return { explained };
    const target = await lookAtTarget(parts, urn, client, write, second?.mayRead === true);
    return { explained, target, lines: target && targetLines(target, row.columns, isSecret) };
  } catch (error) {
    const maker = isHttpError(error) ? makerOfMissing(parts, urn, error) : undefined;
    if (maker !== undefined) {
      parts.host.log("info", urn, `The query could not be checked yet: ${maker}; \`pulumi up\` checks it then`);
      return {};
    }
    const warnOnly =
      isUnreachable(error) || isTransient(error) || (isHttpError(error) && isMissingTable(error, statement));
    const text = redact(textOf(error, query, isSecret), [...connectionSecrets(connection), ...credentialsIn(user)]);
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
function makerOfMissing({ neighbours }: Parts, urn: string, { detail }: DruidHttpError): string | undefined {
  const table = /Object '([^']*)' not found/i.exec(detail)?.[1];
  const maker = table === undefined ? undefined : neighbours.others(urn, table)[0];
  return maker && `it reads "${table}", which "${nameOf(maker)}" of this program loads first`;
}

function textOf(error: unknown, query: string, isSecret: boolean): string {
  if (!isHttpError(error)) return messageOf(error);
  const placed = refusalInQuery(query, error);
  return isSecret ? placed.withoutDetail().message : placed.message;
}

/** For a new INSERT into a target of another ingestion: rejects the same rows, and warns about other rows. */
async function secondLoad(
  parts: Parts,
  user: Properties,
  hidden: HiddenInputs,
  connection: ResolvedConnection,
  { facts }: ParsedStatement,
): Promise<{ refusal?: string | undefined; mayRead: boolean }> {
  const kind = writeKindOf(facts);
  const { dataSource } = facts;
  if (!adds(kind) || dataSource === undefined || typeof user.adoptTaskId === "string") return { mayRead: false };
  if (parts.neighbours.isInStack(hidden.urn)) return { mayRead: false };
  const { urn, aliases, organization } = hidden;
  const { session } = sessionOf(parts, hidden, connection, user, parts.host.signal, "create");
  const wanted = { content: contentOf(user) ?? "", target: dataSource, kind };
  const key = keyOf(urn, organization);
  const listed = await loadsOfOthers(session, { key, names: [urn, ...aliases], wanted });
  // Druid lists the tasks of a datasource only to those who may read it.
  if (listed === undefined) return { mayRead: false };
  const mayRead = true;
  const { others, hasOwn } = listed;
  if (others.length === 0 && !hasOwn) return { mayRead };
  // An ingestion with runs is not new (it was destroyed, or its state is lost) and will find its own rows.
  const ids = [1, 2, 3, 4].map((number) => taskIdOf(key, number));
  const isNew = await informing(parts, session, async (bounded) => {
    if ((await bounded.client.statuses(ids, { signal: bounded.signal })).size === 0) return true;
    if (user.onDelete !== "dropDatasource") await tellOfOwnLoad(bounded, key, wanted);
    return false;
  });
  if (isNew !== true) return { mayRead };
  const same = others.find(({ isSame }) => isSame);
  if (same) return { refusal: loadedByOther(same, urn, dataSource, session.client.url).message, mayRead };
  for (const other of others.filter((one) => !parts.neighbours.knows(one.urn))) {
    const name = nameOf(other.urn);
    const text =
      `"${dataSource}" has rows loaded by "${name}" of this stack (task ${other.taskId}), and this ingestion adds its ` +
      `rows to them; if this is "${name}" under a new name or parent, add the resource option aliases: ` +
      `[${aliasFor(urn, other.urn)}]`;
    warn(parts, urn, "rows-of-another", text);
  }
  return { mayRead };
}

/** Undefined where Druid refuses, or does not answer in time: that costs only what preview would have told. */
async function informing<T>(
  { host, clock }: Parts,
  session: Session,
  ask: (bounded: Session) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await withinTime(clock, INFORM_LIMIT_MS, host.signal, (signal) => ask({ ...session, signal }));
  } catch (error) {
    if (host.signal.aborted) throw error;
    return undefined;
  }
}

export function warn({ host }: Parts, urn: string, id: Warning["id"], text: string): void {
  host.log("warning", urn, warningText({ id, text }));
}

/**
 * Pulumi asks for a forced replacement (`--replace`, `state taint`) just as for a new resource, so the warning covers
 * both: a replacement loads rows a second time that a new resource would find.
 */
async function tellOfOwnLoad(session: Session, key: string, wanted: Wanted): Promise<void> {
  const { client, clock, signal } = session;
  const entries = await observe(client, clock, key, 1, { signal });
  const { published, run } = account({ wanted, recorded: { number: 0, published: [] }, entries });
  if (standing(published, wanted) !== "there") return;
  const by = run ? ` (task "${run.taskId}")` : "";
  const text =
    `This ingestion has already loaded these rows into "${wanted.target}"${by}: a new resource finds them and runs ` +
    "nothing, but a replacement that you ask for (`--replace`, `state taint`) loads them a second time, unless its " +
    'delete drops the datasource (onDelete "dropDatasource" in the last `pulumi up`)';
  session.log("warning", warningText({ id: "loaded-before", text }));
}
