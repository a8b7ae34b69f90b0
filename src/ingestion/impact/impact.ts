/**
 * Describes what a run will do to the rows in its target. Preview shows it, but it is never recorded: the cluster's
 * contents change by themselves, and would then look like a change of the program. Pure.
 */
import type { Holding } from "../../druid/client";
import type { WriteKind } from "../rules/published";

export interface Amount {
  segments: number;
  rows: number;
  bytes: number;
  /** False shortly after a load, while the Broker may miss new rows or still count old ones. */
  isExact: boolean;
}

export interface Impact {
  dataSource: string;
  kind: WriteKind;
  /** The intervals that a REPLACE overwrites; undefined for all of time, empty if they must not be shown. */
  within: readonly string[] | undefined;
  /** Whether the Broker knows the table, which it may even if the table has no rows. */
  isKnown: boolean;
  /** Everything in the target. */
  all: Amount;
  inside: Amount;
  /** Segments that reach beyond the overwritten intervals. Druid hides the part of them that lies inside. */
  partly: Amount;
  outside: Amount;
}

export interface Write {
  dataSource: string;
  kind: WriteKind;
  within: readonly string[] | undefined;
}

export function impactOf({ dataSource, kind, within }: Write, { columns, groups }: Holding): Impact {
  const amountOf = (...places: string[]) => sum(groups.filter(({ place }) => places.includes(place)));
  return {
    dataSource,
    kind,
    within,
    isKnown: columns.length > 0 || groups.length > 0,
    all: amountOf("inside", "partly", "outside"),
    inside: amountOf("inside"),
    partly: amountOf("partly"),
    outside: amountOf("outside"),
  };
}

function sum(groups: Holding["groups"]): Amount {
  const amount = { segments: 0, rows: 0, bytes: 0, isExact: true };
  for (const { segments, rows, bytes, uncounted } of groups) {
    amount.segments += segments;
    amount.rows += rows;
    amount.bytes += bytes;
    amount.isExact &&= uncounted === 0;
  }
  return amount;
}

const OVERWRITES: readonly WriteKind[] = ["REPLACE", "REPLACE_PART"];

/** E.g. `replaces 12,431,002 rows, 31 segments, 2.1 GB of "wiki": 2024-01-01 to 2024-02-01 (400 rows outside stay)`. */
export function impactText(impact: Impact): string {
  const { dataSource, kind, within, isKnown, all, inside, partly, outside } = impact;
  const target = `"${dataSource}"`;
  if (all.segments === 0) return isKnown ? `fills ${target}, which has no rows` : `creates ${target}`;
  if (!OVERWRITES.includes(kind)) return `appends to ${rowsText(all)} of ${target}`;
  if (within === undefined) return `replaces ${amountText(all)} of ${target}: all that is there`;
  const where = within.length === 0 ? "" : `: ${intervalsText(within)}`;
  const stays = outside.segments === 0 ? "" : ` (${rowsText(outside)} outside stay)`;
  const beyond =
    partly.segments === 0
      ? ""
      : `the part that lies in this time of ${count(partly.segments, "segment")} with ${rowsText(partly)}`;
  if (inside.segments === 0 && beyond === "") return `replaces no rows of ${target}${where}${stays}`;
  const whole = inside.segments === 0 ? "" : `${amountText(inside)} of ${target}`;
  const part = whole === "" ? `${beyond} of ${target}` : beyond === "" ? "" : `, and ${beyond}`;
  return `replaces ${whole}${part}${where}${stays}`;
}

function amountText(amount: Amount): string {
  return `${rowsText(amount)}, ${count(amount.segments, "segment")}, ${bytesText(amount.bytes)}`;
}

/** E.g. `about 1,000 rows`. */
export function rowsText({ rows, segments, isExact }: Amount): string {
  if (rows === 0 && segments > 0 && !isExact) return "rows that Druid has not counted yet";
  return `${isExact ? "" : "about "}${count(rows, "row")}`;
}

export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en-US")} ${noun}${number === 1 ? "" : "s"}`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}

const INTERVALS_SHOWN = 3;

function intervalsText(intervals: readonly string[]): string {
  const shown = intervals.slice(0, INTERVALS_SHOWN).map(intervalText).join(", ");
  const more = intervals.length - INTERVALS_SHOWN;
  return more > 0 ? `${shown} and ${count(more, "more interval")}` : shown;
}

/** An end beyond the years 0 to 9999 is Druid's end of time. */
function intervalText(interval: string): string {
  const [from, to] = interval.split("/").map(timeText);
  if (from === undefined) return to === undefined ? "all of time" : `up to ${to}`;
  return to === undefined ? `from ${from}` : `${from} to ${to}`;
}

function timeText(time: string): string | undefined {
  const [, day, clock = ""] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)Z$/.exec(time) ?? [];
  if (day === undefined) return undefined;
  const short = clock.replace(/:00\.0+$/, "").replace(/\.0+$/, "");
  return short === "00:00" ? day : `${day}T${short}Z`;
}
