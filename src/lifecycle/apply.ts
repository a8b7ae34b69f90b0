/** Create and update, which do the same: bring the target to the wanted content, and record how far that got. */
import { DruidIngestionError } from "../base/errors";
import { writeKindOf } from "../ingestion/contract/content";
import { type Ingestion, readIngestion } from "../ingestion/contract/inputs";
import { checksHash } from "../ingestion/contract/inputs-checks";
import { type Goal, NOTHING_RECORDED, type RunCheckpoint } from "../ingestion/reconcile/goal";
import { reconcile } from "../ingestion/reconcile/reconcile";
import { consoleUrlOf } from "../ingestion/report/summary";
import { inAnotherCluster, isDone } from "../ingestion/rules/record";
import { rowsOf } from "../ingestion/segments/rows";
import { keyOf } from "../ingestion/sequence/key";
import { locateSequence } from "../ingestion/sequence/locate";
import { renameSequence } from "../ingestion/sequence/rename";
import { explainText } from "../statement/explain";
import { readStatement } from "../statement/facts";
import { submittableText } from "../statement/prelude";
import { withChecks } from "./checking";
import { explainEnd, finishedLine, warnOfWarnings } from "./end-text";
import { loadedOf } from "./loaded";
import { type OperationContext, operate } from "./operation";
import type { Parts } from "./parts";
import { URL_CHANGED_ROWS_MISSING, URL_CHANGED_ROWS_THERE } from "./preview/why";
import { sealed } from "./secrecy";
import { contentOf, echoOf, outputsOf, type Properties, readState, type StoredState, userInputs } from "./state";

export async function create(parts: Parts, inputs: Properties): Promise<{ id: string; outs: Properties }> {
  return operate(parts, "create", inputs, async (context) => {
    const key = keyOf(context.urn, context.organization);
    return { id: key, outs: sealed(await apply(parts, context, key, inputs, undefined)) };
  });
}

export async function update(
  parts: Parts,
  id: string,
  olds: Properties,
  news: Properties,
): Promise<{ outs: Properties }> {
  return operate(parts, "update", news, async (context) => {
    const recorded = readState(olds);
    const isToRun = !isDone(recorded, { content: contentOf(news), adoptTaskId: news.adoptTaskId });
    const key = recorded.key ?? id;
    const isRenamed = key !== keyOf(context.urn, context.organization);
    const stored = isToRun || isRenamed ? await underItsName(parts, context, { ...recorded, key }) : recorded;
    const { url } = context.session.client;
    if (!isToRun && stored.state === "SUCCESS") {
      const isThere = stored.url === url || (await isKnownThere(context, stored));
      const consoleUrl = stored.taskId && { consoleUrl: consoleUrlOf(url, stored.taskId) };
      const { number, published } = stored;
      const now = { url, key: stored.key ?? key, number, published, ...consoleUrl };
      if (isThere && stored.url !== url) context.session.log("info", URL_CHANGED_ROWS_THERE);
      if (isThere) return { outs: sealed(await rechecked(context, id, olds, { ...news, ...now })) };
    }
    return { outs: sealed(await apply(parts, context, id, news, stored)) };
  });
}

/** Nothing is to run, except checks that the rows have not passed yet. */
async function rechecked(
  context: OperationContext,
  id: string,
  olds: Properties,
  news: Properties,
): Promise<Properties> {
  const { checked, ...others } = carriedOver(olds);
  const loaded = { ...others, ...echoOf(news) };
  const ingestion = readIngestion(userInputs(news));
  const wanted = checksHash(ingestion.checks);
  // In another cluster the checks have not seen the rows.
  if (wanted !== undefined && checked === wanted && olds.url === news.url)
    return { ...loaded, checks: olds.checks, checked };
  return withChecks(context, id, ingestion, loaded, false);
}

/** After a rename, continues the sequence under the key of the new name. */
async function underItsName<T extends StoredState & { key: string }>(
  parts: Parts,
  context: OperationContext,
  recorded: T,
): Promise<T> {
  const { session, urn, organization } = context;
  const to = keyOf(urn, organization);
  const stored = await locateSequence(session, recorded);
  parts.neighbours.rememberKey(urn, to);
  if (stored.key === to) return stored;
  const rename = { from: stored.key, to, urn, target: stored.dataSource };
  const renamed = await renameSequence(session, rename, stored);
  return { ...(renamed?.recorded ?? stored), key: to };
}

/** Outputs that stay valid if nothing runs. */
function carriedOver(olds: Properties): Properties {
  const inputNames = Object.keys(userInputs(olds));
  return Object.fromEntries(
    Object.entries(olds).filter(([name]) => !inputNames.includes(name) && !name.startsWith("__")),
  );
}

/** After a change of url: whether it is the same cluster under another name, or one that has the rows as well. */
async function isKnownThere({ session }: OperationContext, stored: StoredState): Promise<boolean> {
  const { client, signal } = session;
  if (stored.taskId !== undefined && (await client.status(stored.taskId, { signal }))) return true;
  if (stored.dataSource === undefined || !stored.rowsPublished) return stored.taskId === undefined;
  return (await rowsOf(session, stored.dataSource, stored.rowsPublished)) === "there";
}

async function apply(
  parts: Parts,
  context: OperationContext,
  id: string,
  inputs: Properties,
  stored: StoredState | undefined,
): Promise<Properties> {
  const { session, urn, turns } = context;
  const key = keyOf(urn, context.organization);
  const ingestion = readIngestion(userInputs(inputs));
  const goal = goalOf(ingestion, { urn, aliases: context.aliases, key, turns, isNew: stored === undefined });
  const dataSource = goal.wanted.target;
  const more = { key, url: session.client.url, dataSource, hide: context.hide };
  parts.neighbours.rememberTarget(urn, dataSource, ingestion.onDelete === "dropDatasource");
  let saved: RunCheckpoint | undefined;
  let outputs: Properties;
  let finished: string | undefined;
  try {
    const before = stored ? await accountForMove(context, stored) : NOTHING_RECORDED;
    if (!stored) await bringFromAliases(parts, context, key, dataSource);
    const givenUpTo = parts.neighbours.givenUpTo(key, dataSource);
    const run = await reconcile(session, { ...goal, givenUpTo }, before, (progressed) => {
      saved = progressed;
    });
    saved = { ...run, state: "RUNNING" };
    const segmentLoad = await loadedOf(context, ingestion, dataSource, run);
    warnOfWarnings(context, run);
    finished = finishedLine(run);
    parts.neighbours.rememberNumber(key, dataSource, run.number, stored === undefined);
    outputs = outputsOf(inputs, { ...run, state: "SUCCESS" }, { ...more, segmentLoad });
  } catch (error) {
    const message = explainEnd(context, error, saved);
    if (saved === undefined) throw new Error(message, { cause: error });
    throw Object.assign(new Error(message), {
      id,
      properties: outputsOf(inputs, saved, more),
      reasons: [message],
    });
  }
  const checked = await withChecks(context, id, ingestion, outputs, true);
  // Last, because it stays in the resource's row.
  if (finished) session.log("info", finished);
  return checked;
}

/** Finds runs under former names: a create that was killed leaves no state, so Pulumi cannot match an alias to it. */
async function bringFromAliases(
  { neighbours }: Parts,
  context: OperationContext,
  to: string,
  target: string | undefined,
): Promise<void> {
  const { session, urn, aliases, organization } = context;
  for (const alias of aliases) {
    const from = keyOf(alias, organization);
    if (from === to) continue;
    const renamed = await renameSequence(session, { from, to, urn, target }, undefined);
    // In a replacement, the delete in the same `pulumi up` dealt with the runs under the old name.
    if (renamed && neighbours.givenUpTo(from, target)) neighbours.giveUp(to, target, renamed.number);
  }
}

function goalOf(
  ingestion: Ingestion,
  { urn, aliases, key, turns, isNew }: Pick<Goal, "urn" | "aliases" | "key" | "turns" | "isNew">,
): Omit<Goal, "givenUpTo"> {
  const { query, context, parameters } = ingestion;
  const { facts, faults } = readStatement(query);
  if (faults[0]) throw new DruidIngestionError("invalidInput", `the query is invalid: ${faults[0].message}`);
  const target = facts.dataSource;
  const content = contentOf({ ...ingestion }) ?? "";
  const tasks = Number(facts.settings?.maxNumTasks ?? context.maxNumTasks ?? 2);
  return {
    wanted: { content, target, kind: writeKindOf(facts) },
    request: { query: submittableText(query), context, parameters },
    explain: { query: explainText(query), context, parameters },
    urn,
    aliases,
    key,
    turns,
    isNew,
    adoptTaskId: ingestion.adoptTaskId,
    tasks: Number.isFinite(tasks) ? tasks : 2,
    retries: ingestion.retries,
  };
}

/** After a change of url: the record as it counts in the cluster that is there. */
async function accountForMove(context: OperationContext, stored: StoredState): Promise<StoredState> {
  if (stored.url === undefined || stored.url === context.session.client.url) return stored;
  if (await isKnownThere(context, stored)) return stored;
  context.session.log("info", URL_CHANGED_ROWS_MISSING);
  return inAnotherCluster(stored);
}
