/**
 * Warns if the rows of a successful load look wrong: a column that is null in every row, or times long before or after
 * today. Asks one query, only if that is cheap, and never fails the load: if it gets no answer, there is no warning.
 */
import { withinTime } from "../../base/limit";
import type { Session } from "../session";
import { writtenColumns } from "./columns";
import { quoted, type Run, scopeOf } from "./scope";

/** Columns times rows. Druid 27 took 0.1 to 0.7 s for 20 million, on two busy cores (`test/bench/suspicions.ts`). */
const CELLS_MAX = 10_000_000;
const COLUMNS_MAX = 200;
const PATIENCE_MS = 1_000;
/** Limit of all requests together: the rows can be queried by now, so `pulumi up` must not be held up. */
const LIMIT_MS = 1_500;
const TIME = "__time";
const TIME_FROM = Date.UTC(1990, 0, 1);

/** `isSecret`: the warnings must not name columns. */
export async function warnOfSuspicions(session: Session, run: Run, isSecret: boolean): Promise<void> {
  const { clock, log, signal } = session;
  try {
    const found = await withinTime(clock, LIMIT_MS, signal, (bounded) =>
      suspicionsOf({ ...session, signal: bounded }, run, isSecret),
    );
    for (const text of found) log("warning", text);
  } catch (error) {
    if (signal.aborted) throw error;
  }
}

async function suspicionsOf(session: Session, run: Run, isSecret: boolean): Promise<string[]> {
  const { client, signal } = session;
  const { dataSource, rowsWritten } = run;
  if (!rowsWritten) return [];
  const options = { signal, patienceMs: PATIENCE_MS };
  const made = (await writtenColumns(session, run, PATIENCE_MS)).flatMap(({ name, isComplex }) =>
    isComplex ? [] : [name],
  );
  const columns = made.filter((name) => name !== TIME);
  if (made.length === 0 || columns.length > COLUMNS_MAX || (columns.length + 1) * rowsWritten > CELLS_MAX) return [];
  const scope = await scopeOf(session, run);
  // The rows of other runs would be read too, and there may be many more of them.
  if (!scope.isExact) return [];
  const hasTime = made.includes(TIME);
  const select = [
    `COUNT(*) AS "rows"`,
    ...columns.map((name, index) => `COUNT(${quoted(name)}) AS "c${index}"`),
    ...(hasTime
      ? [`TIMESTAMP_TO_MILLIS(MIN("${TIME}")) AS "from"`, `TIMESTAMP_TO_MILLIS(MAX("${TIME}")) AS "to"`]
      : []),
  ];
  const query = `SELECT ${select.join(", ")} FROM ${quoted(dataSource)}${scope.where}`;
  const [row] = await client.sql({ query, context: { timeout: LIMIT_MS } }, options);
  if (!row?.rows) return [];
  const empty = columns.filter((_, index) => row[`c${index}`] === 0);
  return [
    ...nullText(dataSource, empty, Number(row.rows), isSecret),
    ...timeText(dataSource, row, session.clock.now(), isSecret),
  ];
}

function nullText(dataSource: string, columns: readonly string[], rows: number, isSecret: boolean): string[] {
  if (columns.length === 0) return [];
  const names = columns.map((name) => `"${name}"`).join(", ");
  const what = isSecret ? `${columns.length} of the columns` : names;
  const is = columns.length > 1 ? "are" : "is";
  const all = rows === 1 ? "the only row" : `all ${rows} rows`;
  return [
    `${what} ${is} null in ${all} of "${dataSource}" that this run wrote: check that the source has such a column, ` +
      "with that name and with values of its type",
  ];
}

function timeText(dataSource: string, { from, to }: Record<string, unknown>, now: number, isSecret: boolean): string[] {
  if (typeof from !== "number" || typeof to !== "number") return [];
  const limit = Date.UTC(new Date(now).getUTCFullYear() + 2, 0, 1);
  if (from >= TIME_FROM && to < limit) return [];
  const [first, last] = [from, to].map((time) => new Date(time).toISOString());
  const span = isSecret ? "" : ` goes from ${first} to ${last}, and`;
  return [
    `"__time" in "${dataSource}"${span || ":"} this run wrote rows outside 1990 to ` +
      `${new Date(limit).getUTCFullYear() - 1}: check the format and the unit of the source's time`,
  ];
}
