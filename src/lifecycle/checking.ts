/**
 * Runs the checks on rows that can be queried, and fails the operation if one fails. Loads nothing: what is recorded of
 * the load stays as it is, and only whether its checks have passed is added.
 */
import { DruidIngestionError, isHttpError } from "../base/errors";
import { isRecord } from "../base/json";
import { runChecks } from "../ingestion/checks/run-checks";
import { failureText, type Verdict } from "../ingestion/checks/verdicts";
import type { Ingestion } from "../ingestion/contract/inputs";
import { Checks, checkNames, checksHash, queriesRows } from "../ingestion/contract/inputs-checks";
import { awaitLoaded } from "../ingestion/segments/segments";
import type { OperationContext } from "./operation";
import type { Parts } from "./parts";
import { hiddenInputs, type Properties } from "./state";

/** The outputs with the results of the checks. */
export async function withChecks(
  context: OperationContext,
  id: string,
  { checks, segmentLoadTimeoutMs: timeoutMs }: Pick<Ingestion, "checks" | "segmentLoadTimeoutMs">,
  loaded: Properties,
): Promise<Properties> {
  if (checks === undefined || checkNames(checks).length === 0) return loaded;
  const { session, explain, secretQuery, secretChecks } = context;
  const isShown = !secretQuery && !secretChecks;
  const fail = (message: string, properties: Properties) =>
    Object.assign(new Error(message), { id, properties, reasons: [message] });
  let verdicts: Verdict[];
  try {
    const subject = { ...subjectOf(loaded), isShown };
    // Loaded when the program did not wait for the rows.
    const isToWait = loaded.dataSource !== undefined && loaded.segmentLoad === undefined && queriesRows(checks);
    if (isToWait) await awaitLoaded(session, subject.dataSource, { rows: subject.rowsWritten, timeoutMs });
    verdicts = await runChecks(session, checks, subject);
  } catch (error) {
    // An outage or an interrupt says nothing about the rows.
    const text = explain(isHttpError(error) && !isShown ? error.withoutDetail() : error);
    throw fail(`${text} (the rows are loaded; the next \`pulumi up\` runs the checks)`, loaded);
  }
  const results = verdicts.map(({ name, passed, found }) => ({ name, passed, found: context.hide(found) }));
  const text = failureText(verdicts);
  if (text !== undefined) {
    const next =
      "the rows stay and are not loaded again: the next `pulumi up` runs the checks again; to load again, change the query or triggers";
    throw fail(explain(new DruidIngestionError("checkFailed", `${text}; ${next}`)), { ...loaded, checks: results });
  }
  return { ...loaded, checks: results, checked: checksHash(checks) };
}

/** Says in preview which checks will run. */
export function foretellChecks({ host }: Parts, urn: string, { checks, ...others }: Properties): void {
  const parsed = Checks.safeParse(checks);
  const names = parsed.success ? checkNames(parsed.data) : [];
  if (names.length === 0) return;
  const { secretChecks } = hiddenInputs(others);
  const told = secretChecks ? `${names.length} of them` : names.join(", ");
  host.log("info", urn, `Checks that will run on the rows: ${told}`);
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
