/** Writes the condition that `__time` is in a span of time, in the form that OVERWRITE WHERE accepts. Pure. */
import { timestamp, ValueFault } from "./literal";

/** `2024-01` or `2024-01-01`, optionally with a time and a zone. */
const INSTANT =
  /^(\d{4})-(\d{2})(?:-(\d{2}))?(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/**
 * Milliseconds of a moment; a text without a zone is in UTC.
 * @throws ValueFault for any other text.
 */
export function instantOf(value: unknown): number {
  if (typeof value !== "string") {
    const ms = value instanceof Date || isDate(value) ? (value as Date).getTime() : Number.NaN;
    if (Number.isNaN(ms))
      throw new ValueFault('is not a time; write "2024-01-01", "2024-01-01T05:00:00Z" or a valid Date');
    return ms;
  }
  const parts = INSTANT.exec(value);
  if (!parts) throw new ValueFault('is not a time; write it as "2024-01-01" or "2024-01-01T05:00:00Z"');
  const [, year, month, day = "01", hour = "00", minute = "00", second = "00", milli = "", zone = "Z"] = parts;
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}.${milli.padEnd(3, "0")}`;
  const ms = Date.parse(`${local}Z`);
  // JavaScript reads the 31st of February as a day in March.
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== `${local}Z`) {
    throw new ValueFault("is not a date of the calendar; check its month, day and hour");
  }
  return ms - offsetMs(zone);
}

/** Includes `start` and excludes `end`, both in milliseconds. */
export function during(start: number, end: number): string {
  if (end <= start) throw new ValueFault("does not end after it begins; give the earlier time first");
  return `("__time" >= ${timestamp(start)} AND "__time" < ${timestamp(end)})`;
}

function offsetMs(zone: string): number {
  if (zone === "Z") return 0;
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? [];
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

const isDate = (value: unknown): boolean => Object.prototype.toString.call(value) === "[object Date]";
