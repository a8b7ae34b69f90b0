/** Compares a run's report and the answers of queries with what the checks expect. Pure. */
import { canonicalJson, isRecord } from "../../base/json";
import { A_ROW, type Checks, NO_ROW, type SqlCheck } from "../contract/inputs-checks";
import type { CheckResult } from "../contract/outputs";

/** The result of a check. `expected` is for the error text, and undefined if Druid refused the query. */
export interface Verdict extends CheckResult {
  expected: string | undefined;
}

/** Counts from a run's report; undefined if Druid has no report. */
export interface Reported {
  rowsWritten: number | undefined;
  warnings: number | undefined;
  /** Whether messages may tell the names of the checks and what they expect. */
  isNamed: boolean;
}

/** More rows than this are not read from the Broker. */
export const ROWS_READ_MAX = 100;
/** In place of what a secret check expects. */
const UNTOLD = "what the program says";
const EXAMPLES = 3;
const EXAMPLE_MAX = 300;

type Row = Record<string, unknown>;

export function verdictsOfRun({ minRows, maxRows, maxWarnings }: Checks, reported: Reported): Verdict[] {
  const { rowsWritten, warnings, isNamed } = reported;
  const counted = (name: string, wanted: string, limit: unknown, found: number | undefined, isMinimum: boolean) => {
    if (typeof limit !== "number") return [];
    const expected = isNamed ? wanted : UNTOLD;
    if (found === undefined) return [verdict(name, false, expected, "nothing: Druid has no report of the run")];
    return [verdict(name, isMinimum ? found >= limit : found <= limit, expected, String(found))];
  };
  return [
    ...counted("minRows", `at least ${rowCount(minRows ?? 0)}`, minRows, rowsWritten, true),
    ...counted("maxRows", `at most ${rowCount(maxRows ?? 0)}`, maxRows, rowsWritten, false),
    ...counted(
      "maxWarnings",
      `at most ${maxWarnings} ${maxWarnings === 1 ? "warning" : "warnings"}`,
      maxWarnings,
      warnings,
      false,
    ),
  ];
}

/** `rows` has at most `rowsWanted` elements. `isShown`: whether rows may be quoted. */
export function verdictOfSql({ name, expect = NO_ROW }: SqlCheck, rows: readonly Row[], isShown: boolean): Verdict {
  const found = rowsText(rows, isShown);
  const expected = isShown || expect === NO_ROW || expect === A_ROW ? expectedText(expect) : UNTOLD;
  return verdict(name, isAsExpected(expect, rows), expected, found);
}

/** How many rows to read for the comparison: one more than needed, to notice that there are more. */
export const rowsWanted = ({ expect }: SqlCheck): number =>
  Math.max(ROWS_READ_MAX, Array.isArray(expect) ? expect.length : 0) + 1;

function isAsExpected(expect: SqlCheck["expect"], rows: readonly Row[]): boolean {
  if (expect === NO_ROW) return rows.length === 0;
  if (expect === A_ROW) return rows.length > 0;
  if (Array.isArray(expect)) return canonicalJson(rows) === canonicalJson(expect);
  if (isRecord(expect)) return rows.length === 1 && canonicalJson(rows[0]) === canonicalJson(expect);
  const values = Object.values(rows[0] ?? {});
  return rows.length === 1 && values.length === 1 && values[0] === expect;
}

function expectedText(expect: SqlCheck["expect"]): string {
  if (expect === NO_ROW) return NO_ROW;
  if (expect === A_ROW) return "at least one row";
  return clip(JSON.stringify(expect));
}

export function rowsText(rows: readonly Row[], isShown: boolean): string {
  const [only, ...others] = rows;
  const values = Object.values(only ?? {});
  if (isShown && only !== undefined && others.length === 0 && values.length === 1)
    return clip(JSON.stringify(values[0]));
  return `${countText(rows.length)}${examplesText(rows, isShown)}`;
}

export function examplesText(rows: readonly Row[], isShown: boolean): string {
  if (!isShown || rows.length === 0) return "";
  const examples = rows.slice(0, EXAMPLES).map((row) => clip(JSON.stringify(row)));
  return `: ${examples.join(", ")}${rows.length > EXAMPLES ? ", …" : ""}`;
}

function countText(count: number): string {
  if (count > ROWS_READ_MAX) return `more than ${ROWS_READ_MAX} rows`;
  return count === 0 ? NO_ROW : rowCount(count);
}

const rowCount = (count: number): string => (count === 1 ? "1 row" : `${count} rows`);

const clip = (text: string): string => (text.length > EXAMPLE_MAX ? `${text.slice(0, EXAMPLE_MAX)}…` : text);

export const verdict = (name: string, passed: boolean, expected: string, found: string): Verdict => ({
  name,
  passed,
  expected,
  found,
});

/** The verdict if Druid refused the check's query. */
export const refused = (name: string, message: string): Verdict => ({
  name,
  passed: false,
  expected: undefined,
  found: `could not run: ${message}`,
});

/** Text about the failed checks, for an error; undefined if all passed. */
export function failureText(verdicts: readonly Verdict[], isNamed: boolean): string | undefined {
  const told = verdicts.flatMap(({ name, passed, expected, found }, index) => {
    if (passed) return [];
    const which = isNamed ? `"${name}"` : `check ${index + 1}`;
    return [expected === undefined ? `${which} ${found}` : `${which} expected ${expected} and found ${found}`];
  });
  if (told.length === 0) return undefined;
  return `${told.length} of ${verdicts.length} checks failed: ${told.join("; ")}`;
}
