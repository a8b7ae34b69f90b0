/**
 * Runs the checks of an ingestion whose rows can be queried. Only reads. A check counts as failed if Druid refuses its
 * query. An outage or an interrupt ends all checks without a result, and the next operation runs them again.
 */
import { isHttpError, messageOf } from "../../base/errors";
import { isTransient } from "../../druid/transport/retry";
import { submittableText } from "../../statement/prelude";
import { type Checks, notNullName, type SqlCheck } from "../contract/inputs-checks";
import type { Session } from "../session";
import { type Written, writtenColumns } from "./columns";
import { quoted, type Run, type Scope, scopeOf } from "./scope";
import {
  examplesText,
  type Reported,
  refused,
  rowsWanted,
  type Verdict,
  verdict,
  verdictOfSql,
  verdictsOfRun,
} from "./verdicts";

/** Long enough for a Broker to restart: the rows are loaded, so waiting risks nothing. */
const PATIENCE_MS = 60_000;
/** A Broker reads the columns of new segments once a minute (`druid.sql.planner.metadataRefreshPeriod`). */
const COLUMNS_WAIT_MS = 75_000;
const COLUMNS_PAUSE_MS = 3_000;
const NO_COLUMN = /Column '[^']*' not found/i;

export interface Subject extends Run, Reported {
  rowsWritten: number | undefined;
  /** Whether messages may quote rows and Druid's error texts. */
  isShown: boolean;
  /** Whether the rows have just been loaded, so that the Broker may not know all of their columns yet. */
  isNew: boolean;
}

type Job = { name: string; run(): Promise<Verdict> };

export async function runChecks(session: Session, checks: Checks, subject: Subject): Promise<Verdict[]> {
  const { notNull, sql } = checks;
  let sought: Promise<Sought> | undefined;
  const seekOnce = () => {
    sought ??= seek(session, subject);
    return sought;
  };
  const jobs: Job[] = [
    ...(notNull ?? []).map((column) => ({
      name: notNullName(column),
      run: () => checkNotNull(session, subject, column, seekOnce),
    })),
    ...(sql ?? []).map((check) => ({
      name: check.name,
      run: async () => verdictOfSql(check, await rowsOf(session, check), subject.isShown),
    })),
  ];
  const verdicts = verdictsOfRun(checks, subject);
  const { clock } = session;
  const columnsBy = subject.isNew ? clock.now() + COLUMNS_WAIT_MS : 0;
  for (const [index, job] of jobs.entries()) {
    const name = subject.isNamed ? `, "${job.name}"` : "";
    session.status(`checking the rows: ${index + 1} of ${jobs.length}${name}`);
    verdicts.push(await answered(session, job, subject.isShown, columnsBy));
  }
  return verdicts;
}

/** @throws DruidIngestionError for an outage or an interrupt, which say nothing about the rows. */
async function answered(
  { clock, signal }: Session,
  { name, run }: Job,
  isShown: boolean,
  columnsBy: number,
): Promise<Verdict> {
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (!isHttpError(error) || isTransient(error)) throw error;
      const isLate = clock.now() >= columnsBy || !error.says(NO_COLUMN);
      if (isLate) return refused(name, messageOf(isShown ? error : error.withoutDetail()));
    }
    await clock.sleep(COLUMNS_PAUSE_MS, signal);
  }
}

/** Where to look for null. Of all columns together, because it may cost a list of all segments. */
interface Sought {
  scope: Scope;
  columns: Written[];
}

async function seek(session: Session, subject: Subject): Promise<Sought> {
  const scope = await scopeOf(session, subject);
  return { scope, columns: await writtenColumns(session, subject, PATIENCE_MS) };
}

async function checkNotNull(
  { client, signal }: Session,
  subject: Subject,
  column: string,
  seekOnce: () => Promise<Sought>,
): Promise<Verdict> {
  const name = notNullName(column);
  // If this run wrote no rows, there may be no table to query.
  if (subject.rowsWritten === 0) return verdict(name, true, "no null", "no row");
  const { scope, columns } = await seekOnce();
  const options = { signal, patienceMs: PATIENCE_MS };
  const from = `FROM ${quoted(subject.dataSource)}${scope.where}`;
  const isComplex = columns.some((one) => one.name === column && one.isComplex);
  const isNull = `${isComplex ? `TO_JSON_STRING(${quoted(column)})` : quoted(column)} IS NULL`;
  const counts = `SELECT COUNT(*) AS "n", COUNT(*) FILTER (WHERE ${isNull}) AS "nulls" ${from}`;
  const [row] = await client.sql({ query: counts }, options);
  const [n, nulls] = [Number(row?.n ?? 0), Number(row?.nulls ?? 0)];
  if (nulls === 0) return verdict(name, true, "no null", `no null in ${n} rows`);
  const condition = scope.where === "" ? `WHERE ${isNull}` : `AND ${isNull}`;
  const examples = subject.isShown ? await client.sql({ query: `SELECT * ${from} ${condition} LIMIT 3` }, options) : [];
  const others = scope.isExact ? "" : " (rows of earlier loads included)";
  return verdict(name, false, "no null", `${nulls} in ${n} rows${others}${examplesText(examples, subject.isShown)}`);
}

/** `sqlOuterLimit` limits the rows that Druid sends, whatever LIMIT the query has. */
function rowsOf({ client, signal }: Session, check: SqlCheck): Promise<Record<string, unknown>[]> {
  const context = { sqlOuterLimit: rowsWanted(check) };
  return client.sql({ query: submittableText(check.query), context }, { signal, patienceMs: PATIENCE_MS });
}
