/** Words what the first rows of an external source show: lines, times and columns that the load would trip over. Pure. */
import { closest } from "../../base/closest";
import type { SampledRow } from "../../druid/client";
import type { PlannedExtern } from "../../druid/wire/extern";
import type { Warning } from "../../statement/warning";
import { count } from "../impact/impact";

export interface Subject {
  extern: PlannedExtern;
  /** How messages name the source, e.g. `"http://host/a.csv"`. */
  name: string;
  /** No line, column name or time may be shown. */
  isSecret: boolean;
  /** Milliseconds since the epoch. */
  now: number;
  /** Masks the credentials of the query and of the connection. */
  hide(text: string): string;
}

export interface Findings {
  /** One line for the reviewer, whatever was found. */
  summary: string;
  warnings: Warning[];
}

type GoodRow = Exclude<SampledRow, { error: string }>;

const QUOTED_MAX = 3;
const QUOTE_LENGTH_MAX = 120;
const TIME_FROM = Date.UTC(1990, 0, 1);

export function findingsOf(rows: readonly SampledRow[], subject: Subject): Findings {
  const bad = rows.flatMap((row) => ("error" in row ? [row.error] : []));
  const good = rows.filter((row): row is GoodRow => !("error" in row));
  const { name, isSecret } = subject;
  if (rows.length === 0) {
    const filtered = subject.extern.reading?.filter ? ", or the query's WHERE takes none of its first rows" : "";
    return {
      summary: `${name} gave no row`,
      warnings: [{ id: "sample-source", text: `${name} gave no row: it is empty or does not exist${filtered}` }],
    };
  }
  const times = good.flatMap(({ time }) => (typeof time === "number" && Number.isFinite(time) ? [time] : []));
  const span = times.length === 0 || isSecret ? "" : `, "__time" from ${spanText(times)}`;
  return {
    summary: `${good.length === 0 ? "no row" : share(good.length, rows.length, "row")} of ${name} can be read${span}`,
    warnings: [
      ...linesFound(bad, rows.length, subject),
      ...timesFound(good, times, subject),
      ...columnsFound(good, subject),
    ],
  };
}

/** E.g. `3 of the first 100 rows`. */
const share = (some: number, all: number, noun: "row" | "line"): string =>
  all === 1 ? `the only ${noun}` : `${some} of the first ${count(all, noun)}`;

function linesFound(bad: readonly string[], all: number, { name, isSecret, hide }: Subject): Warning[] {
  if (bad.length === 0) return [];
  const quoted = isSecret
    ? ""
    : `: ${bad
        .slice(0, QUOTED_MAX)
        .map((error) => lineText(hide(error)))
        .join("; ")}`;
  const text =
    `${share(bad.length, all, "line")} of ${name} cannot be parsed, and by default the load fails ` +
    `over such a line${quoted}`;
  return [{ id: "sample-lines", text }];
}

/** Druid quotes the line: `Unable to parse row [{"t":3] into JSON (Path: http://host/a.json, Line: 2)`. */
function lineText(error: string): string {
  const [, line, number] =
    /^Unable to parse row \[([\s\S]*)\](?: into \w+)? \((?:.*, )?(?:Line|Record): (\d+)/.exec(error) ?? [];
  return line === undefined ? shortened(error) : `line ${number}: ${shortened(line)}`;
}

function shortened(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a line of a file may move the cursor of a terminal.
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f]+/g, " ").trim();
  return plain.length > QUOTE_LENGTH_MAX ? `${plain.slice(0, QUOTE_LENGTH_MAX)}…` : plain;
}

function timesFound(good: readonly GoodRow[], times: readonly number[], { name, isSecret, now }: Subject): Warning[] {
  const judged = good.filter(({ time }) => time !== undefined);
  const nulls = judged.length - times.length;
  const warnings: Warning[] = [];
  if (nulls > 0) {
    const text =
      `"__time" is null in ${share(nulls, judged.length, "row")} of ${name}, and a load fails over such ` +
      "a row (InsertTimeNull): check the format of the source's time, or leave these rows out with WHERE";
    warnings.push({ id: "sample-times", text });
  }
  const [from, to] = [TIME_FROM, Date.UTC(new Date(now).getUTCFullYear() + 2, 0, 1)];
  const isOdd = (time: number) => time < from || time >= to;
  const odd = times.filter(isOdd);
  if (odd.length > 0) {
    // Before 28 a missing number is 0 by default.
    const given = odd.filter((time) => time !== 0);
    const fits = (factor: number) => given.every((time) => !isOdd(time * factor));
    const cause =
      given.length === 0
        ? "a time of 0 usually is a missing number"
        : fits(1_000)
          ? "the source has seconds where the query takes them for milliseconds; multiply them by 1000"
          : fits(1 / 1_000)
            ? "the source has milliseconds where the query takes them for seconds; do not multiply them by 1000"
            : "check the format and the unit of the source's time";
    const span = isSecret ? "" : ` (${spanText(odd)})`;
    const text =
      `"__time" is outside 1990 to ${new Date(to).getUTCFullYear() - 1}${span} in ` +
      `${share(odd.length, judged.length, "row")} of ${name}: ${cause}`;
    warnings.push({ id: "sample-times", text });
  }
  return warnings;
}

function spanText(times: readonly number[]): string {
  const [first, last] = [Math.min(...times), Math.max(...times)].map(timeText);
  return first === last ? `${first}` : `${first} to ${last}`;
}

/** JavaScript's dates end in the year 275760. */
const timeText = (time: number): string =>
  Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : `${time} ms since 1970`;

const SQL_NUMBERS: Readonly<Record<string, string>> = { LONG: "BIGINT", DOUBLE: "DOUBLE", FLOAT: "FLOAT" };

function columnsFound(good: readonly GoodRow[], { extern, name, isSecret }: Subject): Warning[] {
  if (good.length === 0) return [];
  const { columns, inputFormat } = extern;
  const fields = [...new Set(good.flatMap((row) => row.fields))];
  const of = (column: string) => good.map(({ values }) => values[column]).filter((value) => typeof value === "string");
  const all = good.length === 1 ? "the only row" : `all of the first ${good.length} rows`;
  const parts = columns
    .filter((column) => column.name !== "__time")
    .flatMap((column) => {
      const quoted = JSON.stringify(column.name);
      const values = of(column.name);
      const numbers = SQL_NUMBERS[column.type];
      const others = numbers === undefined ? [] : values.filter((value) => Number.isNaN(Number(value)));
      if (others.length > 0)
        return [
          `${quoted} is declared ${numbers}, but ${others.length} of ${count(good.length, "row")} have no number there`,
        ];
      if (values.length > 0) return [];
      // A flattenSpec makes columns that are no fields of the data.
      if (fields.includes(column.name) || "flattenSpec" in inputFormat) return [`${quoted} is null in ${all}`];
      const meant = closest(column.name, fields);
      return [`the data has no ${quoted}${meant === undefined ? "" : ` (did you mean ${JSON.stringify(meant)}?)`}`];
    });
  if (parts.length === 0) return [];
  const shown = parts.slice(0, 10).join("; ") + (parts.length > 10 ? `; and ${parts.length - 10} more` : "");
  const text = isSecret
    ? `${parts.length} of the ${columns.length} columns that the query declares for ${name} do not fit its first rows`
    : `The columns that the query declares for ${name} do not fit its first rows: ${shown}`;
  return [{ id: "sample-columns", text }];
}
