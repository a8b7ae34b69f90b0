/**
 * Runs the checks on rows that can be queried, and fails the operation if one fails. Never loads anything: the record
 * of the load stays unchanged, and only the results of the checks are added.
 */
import { DruidIngestionError, isHttpError, messageOf } from "../base/errors";
import { compact, isRecord } from "../base/json";
import type { ResolvedConnection } from "../druid/connection/connection";
import { isTransient } from "../druid/transport/retry";
import { runChecks } from "../ingestion/checks/run-checks";
import { failureText, type Verdict } from "../ingestion/checks/verdicts";
import type { Ingestion } from "../ingestion/contract/inputs";
import { Checks, checkNames, checksHash, countsRows, queriesRows } from "../ingestion/contract/inputs-checks";
import { hasUnknown } from "../ingestion/contract/unknown";
import { rowsWritten } from "../ingestion/report/progress";
import { summarizeReport } from "../ingestion/report/summary";
import { awaitLoaded } from "../ingestion/segments/segments";
import type { Session } from "../ingestion/session";
import { explainText, namesMissingTable, refusalInQuery } from "../statement/explain";
import { type OperationContext, sessionOf } from "./operation";
import type { Parts } from "./parts";
import { type HiddenInputs, hiddenInputs, type Properties } from "./state";

/** Adds the results of the checks to the outputs. `isNew`: the rows have just been loaded. */
export async function withChecks(
  context: OperationContext,
  id: string,
  { checks, segmentLoadTimeoutMs: timeoutMs }: Pick<Ingestion, "checks" | "segmentLoadTimeoutMs">,
  outputs: Properties,
  isNew: boolean,
): Promise<Properties> {
  if (checks === undefined || checkNames(checks).length === 0) return outputs;
  const { session, explain, hide, secretTexts, secretChecks } = context;
  const isShown = !secretTexts && !secretChecks;
  const fail = (message: string, properties: Properties) =>
    Object.assign(new Error(message), { id, properties, reasons: [message] });
  let verdicts: Verdict[];
  let loaded = outputs;
  try {
    if (countsRows(checks)) loaded = await withReport(session, loaded);
    const subject = { ...subjectOf(loaded), isShown, isNamed: !secretChecks, isNew };
    // An earlier operation published the rows without waiting for them.
    const isToWait = loaded.dataSource !== undefined && loaded.segmentLoad === undefined && queriesRows(checks);
    if (isToWait) await awaitLoaded(session, subject.dataSource, { rows: subject.rowsWritten, timeoutMs });
    verdicts = (await runChecks(session, checks, subject)).map((one) => ({ ...one, found: hide(one.found) }));
  } catch (error) {
    // An outage or an interrupt says nothing about the rows.
    const text = explain(isHttpError(error) && !isShown ? error.withoutDetail() : error);
    throw fail(`${text} (the rows are loaded; the next \`pulumi up\` runs the checks)`, loaded);
  }
  const results = verdicts.map(({ name, passed, found }) => ({ name, passed, found }));
  const text = failureText(verdicts, !secretChecks);
  if (text !== undefined) {
    const next =
      "the rows stay and are not loaded again: the next `pulumi up` runs the checks again; a changed query or triggers " +
      "loads again, and an INSERT then adds to these rows";
    throw fail(explain(new DruidIngestionError("checkFailed", `${text}; ${next}`)), { ...loaded, checks: results });
  }
  return { ...loaded, checks: results, checked: checksHash(checks) };
}

/** Asks again for a report that was missing when the run ended. */
async function withReport({ client, signal }: Session, loaded: Properties): Promise<Properties> {
  const { taskId, report } = loaded;
  if (report !== undefined || typeof taskId !== "string") return loaded;
  const found = await client.report(taskId, { signal });
  return found
    ? { ...loaded, ...compact({ report: summarizeReport(found), rowsWritten: rowsWritten(found) }) }
    : loaded;
}

/** Logs in preview which checks will run. */
export function foretellChecks({ host }: Parts, urn: string, { checks, ...others }: Properties): void {
  const parsed = Checks.safeParse(checks);
  const names = parsed.success ? checkNames(parsed.data) : [];
  if (names.length === 0) return;
  const { secretChecks } = hiddenInputs(others);
  const told = secretChecks ? `${names.length} (their names are secret)` : names.join(", ");
  host.log("info", urn, `Checks that will run on the rows: ${told}`);
}

/** Short, so that preview does not seem to hang. */
const PLAN_PATIENCE_MS = 2_000;

/** In preview, lets the Broker plan the SQL checks, because a mistake would otherwise show only after the load. */
export async function planChecks(
  parts: Parts,
  user: Properties,
  hidden: HiddenInputs,
  connection: ResolvedConnection | undefined,
): Promise<void> {
  const parsed = Checks.safeParse(user.checks);
  if (!connection || !parsed.success || hasUnknown(user.checks)) return;
  const { host } = parts;
  const { session, hide } = sessionOf(parts, hidden, connection, user, host.signal, "check");
  const isShown = !hidden.secretTexts && !hidden.secretChecks;
  for (const { name, query } of parsed.data.sql ?? []) {
    try {
      const options = { signal: host.signal, patienceMs: PLAN_PATIENCE_MS };
      await session.client.sql({ query: explainText(query) }, options);
    } catch (error) {
      // No answer says nothing about the query, and neither does a table that the first load has yet to create.
      if (!isHttpError(error) || isTransient(error)) return;
      if (namesMissingTable(error)) continue;
      const placed = refusalInQuery(query, error);
      const text = hide(messageOf(isShown ? placed : placed.withoutDetail()));
      host.log("warning", hidden.urn, `The check ${isShown ? `"${name}" ` : ""}cannot be planned yet: ${text}`);
    }
  }
}

function subjectOf({ query, dataSource, taskId, rowsWritten, report, status }: Properties) {
  const warnings = isRecord(report) ? warningsOf(report.warnings) : undefined;
  const createdTime = isRecord(status) && typeof status.createdTime === "string" ? status.createdTime : undefined;
  return {
    query: String(query),
    dataSource: typeof dataSource === "string" ? dataSource : "",
    taskId: typeof taskId === "string" ? taskId : undefined,
    rowsWritten: typeof rowsWritten === "number" ? rowsWritten : undefined,
    warnings,
    createdTime,
  };
}

/** The report of a run without warnings lists none. */
function warningsOf(warnings: unknown): number {
  const listed = Array.isArray(warnings) ? warnings : [];
  return listed.reduce((sum, one) => sum + (isRecord(one) && typeof one.count === "number" ? one.count : 0), 0);
}
