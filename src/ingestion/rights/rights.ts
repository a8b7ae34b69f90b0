/**
 * Finds out which permissions a load lacks, since Druid says only "Unauthorized". Sends only EXPLAIN, `SELECT 1` and a
 * list of tasks, so nothing is submitted.
 */
import { isHttpError } from "../../base/errors";
import type { CallOptions, DruidClient } from "../../druid/client";
import { onDatasource, permission } from "../../druid/permission";

/** What a load needs permissions for. */
export interface Needs {
  /** The datasource that it loads into; undefined for a SELECT and an export. */
  target: string | undefined;
  /** Datasources that it reads. */
  reads: readonly string[];
  /** Whether it reads through EXTERN. */
  readsExternal: boolean;
  /** The keys and values of its query context. */
  context: Readonly<Record<string, unknown>>;
}

/** Each costs a request; a query has few. */
const ASKED_MAX = 16;

/** Reads no file: the planner needs only the types of the columns. */
export const EXTERNAL_ROWS = `TABLE(EXTERN('{"type":"inline","data":"a"}','{"type":"json"}')) EXTEND ("a" VARCHAR)`;

/** As Druid's documentation names them; empty if it cannot be found out. */
export async function missingPermissions(client: DruidClient, needs: Needs, options: CallOptions): Promise<string[]> {
  const isRefused = (ask: Promise<unknown>) => ask.then(() => false, isForbidden);
  const plan = (query: string) => isRefused(client.explain({ query: `EXPLAIN PLAN FOR ${query}` }, options));
  const select = (context?: Record<string, unknown>) =>
    isRefused(client.sql({ query: "SELECT 1", ...(context && { context }) }, options));
  // The Router adds the key queryId to each query, so without it nothing else can be asked.
  if (await select()) return [permission("QUERY_CONTEXT", "queryId", "WRITE")];
  const { target, reads, readsExternal, context } = needs;
  const missing: string[] = [];
  for (const [key, value] of Object.entries(context).slice(0, ASKED_MAX)) {
    if (await select({ [key]: value })) missing.push(permission("QUERY_CONTEXT", key, "WRITE"));
  }
  if (target !== undefined) {
    const name = `"${target.replaceAll('"', '""')}"`;
    if (await plan(`INSERT INTO ${name} SELECT TIMESTAMP '2000-01-01' AS __time PARTITIONED BY ALL`))
      missing.push(onDatasource(target, "WRITE"));
    if (!(await client.mayReadTasksInto(target, options))) missing.push(onDatasource(target, "READ"));
  }
  for (const table of reads.filter((one) => one !== target).slice(0, ASKED_MAX)) {
    if ((await client.isReadable(table, options).catch(() => undefined)) === false)
      missing.push(onDatasource(table, "READ"));
  }
  if (readsExternal && (await plan(`SELECT "a" FROM ${EXTERNAL_ROWS}`)))
    missing.push(permission("EXTERNAL", "EXTERNAL", "READ"));
  return missing;
}

const isForbidden = (error: unknown): boolean => isHttpError(error) && error.status === 403;
