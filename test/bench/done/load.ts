/** One load of the measurement: its statement, and whether its rows answer. */
import { setTimeout as pause } from "node:timers/promises";

export const ROWS = 200;
const DAYS = 5;

export type Kind = "first load" | "REPLACE over rows" | "INSERT beside rows";

export interface Load {
  kind: Kind;
  dataSource: string;
  /** The least number in its rows, which are of no other load of the phase. */
  from: number;
}

/** Looks until the answer is not false. */
export async function until<T>(everyMs: number, signal: AbortSignal, look: () => Promise<T | false>): Promise<T> {
  for (;;) {
    signal.throwIfAborted();
    const found = await look();
    if (found !== false) return found;
    await pause(everyMs, undefined, { signal });
  }
}

export function statementOf({ kind, dataSource, from }: Load): string {
  const lines = Array.from({ length: ROWS }, (_, index) => `2024-01-0${1 + (index % DAYS)}T00:00:00Z,${from + index}`);
  const source = JSON.stringify({ type: "inline", data: lines.join("\n") });
  const rows = `TABLE(EXTERN('${source}', '{"type":"csv","columns":["t","n"]}')) EXTEND ("t" VARCHAR, "n" BIGINT)`;
  const isInsert = kind === "INSERT beside rows";
  const head = isInsert ? `INSERT INTO "${dataSource}"` : `REPLACE INTO "${dataSource}" OVERWRITE ALL`;
  return `${head} SELECT TIME_PARSE("t") AS __time, "n" FROM ${rows} PARTITIONED BY DAY`;
}

/** Of a query to Druid's Broker; undefined if it is refused, e.g. because there is no such table yet. */
export async function ask<T>(url: string, path: string, body: object, signal?: AbortSignal): Promise<T[] | undefined> {
  const response = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    ...(signal && { signal }),
  });
  if (response.ok) return (await response.json()) as T[];
  await response.text();
  return undefined;
}

/** Whether a query answers with all rows of the load. */
export async function isThere(url: string, { dataSource, from }: Load, signal?: AbortSignal): Promise<boolean> {
  const query = `SELECT COUNT(*) AS "n" FROM "${dataSource}" WHERE "n" >= ${from} AND "n" < ${from + ROWS}`;
  const context = { useCache: false, useResultLevelCache: false };
  const rows = await ask<{ n: number }>(url, "/druid/v2/sql", { query, context }, signal);
  return Number(rows?.[0]?.n) === ROWS;
}
