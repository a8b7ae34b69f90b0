/** Cuts a span of time into intervals, and names each so that it keeps its name if the span moves. Pure. */
import { instantOf } from "../sql/interval";
import { ValueFault } from "../sql/literal";
import { isTimeZone, localOf, momentOf } from "./zone";

/** One interval of a backfill: it includes `from` and excludes `to`. */
export interface BackfillInterval {
  /** Where it begins: `2024-01-03` in the backfill's time zone for whole days, otherwise `2024-01-03T05:00Z` in UTC. */
  name: string;
  /** The first moment in it, ISO 8601 in UTC: `2024-01-03T00:00:00Z`. */
  from: string;
  /** The first moment after it. */
  to: string;
}

export interface Span {
  from: string | Date;
  to: string | Date;
  every: string;
  timeZone: string;
}

/** Limits one backfill, because Pulumi writes its whole state at each step. */
export const INTERVALS_MAX = 5_000;

interface Period {
  months: number;
  days: number;
  ms: number;
}

/** @throws ValueFault, with a text that follows `Cannot declare MsqBackfill "…": `. */
export function intervalsOf({ from, to, every, timeZone }: Span): BackfillInterval[] {
  if (!isTimeZone(timeZone)) throw new ValueFault('"timeZone" is not a time zone; write e.g. "Europe/Zurich" or "UTC"');
  const period = readPeriod(every);
  const [start, end] = [limit("from", from, timeZone), limit("to", to, timeZone)];
  if (end <= start) throw new ValueFault('"to" is not later than "from"');
  const origin = localOf(start, timeZone);
  const isWholeDays = period.ms === 0 && origin % 86_400_000 === 0;
  const limitAfter = (times: number) => {
    const { months, days, ms } = period;
    return (months + days === 0 ? start : momentOf(plus(origin, period, times), timeZone)) + ms * times;
  };
  const intervals: BackfillInterval[] = [];
  let at = start;
  while (at < end) {
    const next = limitAfter(intervals.length + 1);
    if (next > end) {
      throw new ValueFault(
        `"to" is not the end of an interval; write ${dayOf(at)} or ${dayOf(next)}, or another "every"`,
      );
    }
    intervals.push({ name: isWholeDays ? localDay(at, timeZone) : minuteOf(at), from: isoOf(at), to: isoOf(next) });
    if (intervals.length > INTERVALS_MAX) {
      throw new ValueFault(`it has more than ${INTERVALS_MAX} intervals; use a longer "every", or several backfills`);
    }
    at = next;
  }
  return intervals;
}

/**
 * Counts how often `rerun` lists each interval, by its name or by the day on which it begins. `unmatched` are the
 * entries that match no interval.
 */
export function rerunsOf(
  intervals: readonly BackfillInterval[],
  rerun: readonly string[],
): { times: Map<string, number>; unmatched: string[] } {
  const times = new Map<string, number>();
  const unmatched: string[] = [];
  for (const wanted of rerun) {
    if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}Z)?$/.test(wanted)) {
      throw new ValueFault('"rerun" has an entry that is not the name of an interval; write e.g. "2024-01-03"');
    }
    const found = intervals.filter(({ name }) => name === wanted || name.startsWith(`${wanted}T`));
    if (found.length === 0) unmatched.push(wanted);
    for (const { name } of found) times.set(name, (times.get(name) ?? 0) + 1);
  }
  return { times, unmatched };
}

const PERIOD = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

function readPeriod(text: unknown): Period {
  const parts = typeof text === "string" ? PERIOD.exec(text) : null;
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = (parts ?? [])
    .slice(1)
    .map((part) => Number(part ?? 0));
  const period = {
    months: years * 12 + months,
    days: weeks * 7 + days,
    ms: ((hours * 60 + minutes) * 60 + seconds) * 1_000,
  };
  if (period.months + period.days + period.ms === 0) {
    throw new ValueFault('"every" is not a period; write it in ISO 8601: "P1D", "P1W", "P1M", "PT1H"');
  }
  if (period.ms % 60_000 !== 0) throw new ValueFault('"every" has seconds; use whole minutes');
  return period;
}

/** Reads `from` or `to`. A text without a zone is in the backfill's time zone. */
function limit(name: string, value: string | Date, zone: string): number {
  try {
    const ms = instantOf(value);
    if (ms % 60_000 !== 0) throw new ValueFault(`has seconds; use a whole minute, e.g. "${isoOf(ms).slice(0, 10)}"`);
    return typeof value !== "string" || /(?:Z|[+-]\d{2}:?\d{2})$/.test(value.slice(10)) ? ms : momentOf(ms, zone);
  } catch (error) {
    throw error instanceof ValueFault ? new ValueFault(`"${name}" ${error.message}`) : error;
  }
}

/** Adds to the origin, not to the previous interval: otherwise a 31st would become a 28th and stay one. */
function plus(local: number, { months, days }: Period, times: number): number {
  const date = new Date(local);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months * times);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime() + days * times * 86_400_000;
}

const isoOf = (ms: number): string => new Date(ms).toISOString().replace(".000Z", "Z");
const minuteOf = (ms: number): string => new Date(ms).toISOString().replace(/:00\.000Z$/, "Z");
const localDay = (ms: number, zone: string): string => new Date(localOf(ms, zone)).toISOString().slice(0, 10);
const dayOf = (ms: number): string => isoOf(ms).replace("T00:00:00Z", "");
