/** What a preview asks of Druid about new content: its planner's word, and who else has loaded into the target. */
import { type DruidHttpError, errorKind, isHttpError, isUnreachable, messageOf } from "../base/errors";
import { redact } from "../base/redact";
import { connectionSecrets, type Fault, findConnection, type ResolvedConnection } from "../druid/connection/connection";
import { isTransient } from "../druid/transport/retry";
import { writeKindOf } from "../ingestion/contract/content";
import { readIngestion } from "../ingestion/contract/inputs";
import { faultOfPlan } from "../ingestion/reconcile/one-task";
import { loadedByOther, loadsOfOthers } from "../ingestion/reconcile/others";
import { adds } from "../ingestion/rules/published";
import { keyOf, nameOf, taskIdOf } from "../ingestion/sequence/key";
import { CONTEXT_KEY } from "../ingestion/sequence/marker";
import { type Explained, explainText, readExplain, refusalInQuery } from "../statement/explain";
import type { Statement } from "../statement/facts";
import { sessionOf } from "./operation";
import type { Parts } from "./parts";
import { CONTENT_INPUTS, contentOf, type HiddenInputs, type Properties } from "./state";

/** A preview must not hang on a cluster that is away. */
const EXPLAIN_PATIENCE_MS = 2_000;

/** What Druid's planner says; a cluster that cannot be asked is worth a warning, no more: it may come with this up. */
export async function planOf(
  parts: Parts,
  user: Properties,
  hidden: HiddenInputs,
  statement: Statement,
  isCreate: boolean,
): Promise<{ explained?: Explained; fault?: Fault }> {
  const { urn, secretQuery } = hidden;
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
    if (fault !== undefined) return { fault: { path: "query", reason: `is refused: ${fault}` } };
    const twice = isCreate ? await secondLoad(parts, user, hidden, connection, statement) : undefined;
    return { explained: readExplain(row), ...(twice !== undefined && { fault: { path: "", reason: twice } }) };
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

/** A new ingestion that adds to what another one of the stack has loaded: the same rows twice are refused, others told. */
async function secondLoad(
  parts: Parts,
  user: Properties,
  hidden: HiddenInputs,
  connection: ResolvedConnection,
  { facts }: Statement,
): Promise<string | undefined> {
  const kind = writeKindOf(facts);
  const { dataSource } = facts;
  if (!adds(kind) || dataSource === undefined || typeof user.adoptTaskId === "string") return undefined;
  if (parts.neighbours.isInStack(hidden.urn)) return undefined;
  const { urn, aliases, organization } = hidden;
  const { session } = sessionOf(parts, hidden, connection, user.query, parts.host.signal, "create");
  const wanted = { content: contentOf(user) ?? "", target: dataSource, kind };
  const key = keyOf(urn, organization);
  // What has runs of its own is not new: it was destroyed, or its state is lost, and it knows what is there.
  const earlier = await session.client.statuses(
    [1, 2, 3, 4].map((number) => taskIdOf(key, number)),
    {
      signal: session.signal,
    },
  );
  if (earlier.size > 0) return undefined;
  const others = await loadsOfOthers(session, { key, names: [urn, ...aliases], wanted });
  const same = others.find(({ isSame }) => isSame);
  if (same) return loadedByOther(same, dataSource, session.client.url).message;
  for (const other of others.filter((one) => !parts.neighbours.knows(one.urn))) {
    const name = nameOf(other.urn);
    parts.host.log(
      "warning",
      urn,
      `"${dataSource}" has rows that "${name}" of this stack has loaded (task ${other.taskId}), and these come beside ` +
        `them; if this is "${name}" under a new name, add the resource option aliases: [{ name: "${name}" }]`,
    );
  }
  return undefined;
}
