/** Local times of a time zone, by the calendar that Node.js has. Pure. */

const formats = new Map<string, Intl.DateTimeFormat>();

export function isTimeZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** What the clocks of a zone show at a moment, as milliseconds of that date and time in UTC. */
export function localOf(ms: number, zone: string): number {
  const found: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(ms)) found[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = found;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((ms % 1_000) + 1_000) % 1_000);
}

/**
 * The moment when the clocks of a zone show this. Where they show it twice, the first one; where they skip it, the moment
 * after the gap that is as late after it as wanted.
 */
export function momentOf(local: number, zone: string): number {
  const before = local - offsetAt(local - 86_400_000, zone);
  const after = local - offsetAt(local + 86_400_000, zone);
  return localOf(before, zone) === local || localOf(after, zone) !== local ? before : after;
}

const offsetAt = (ms: number, zone: string): number => localOf(ms, zone) - ms;

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const two = "2-digit";
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    ...{ year: "numeric", month: two, day: two, hour: two, minute: two, second: two },
  });
  formats.set(zone, made);
  return made;
}
