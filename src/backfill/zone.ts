/** Converts between moments and the local times of a time zone, with the time zone data of Node.js. Pure. */

const formats = new Map<string, Intl.DateTimeFormat>();

export function isTimeZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** The local time at a moment, as the milliseconds that the same date and time would have in UTC. */
export function localOf(ms: number, zone: string): number {
  const found: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(ms)) found[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = found;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((ms % 1_000) + 1_000) % 1_000);
}

/**
 * The moment of a local time, given as by `localOf`. If clocks show that time twice, the first of the two; if they skip
 * it, the moment that it would have been if they had not been put forward.
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
