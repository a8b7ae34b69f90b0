import { describe, expect, test } from "@jest/globals";
import { intervalsOf, rerunsOf, type Span } from "../../../src/backfill/intervals";

const cut = (from: string | Date, to: string | Date, every: string, timeZone = "UTC") =>
  intervalsOf({ from, to, every, timeZone });
const names = (...words: Parameters<typeof cut>) => cut(...words).map(({ name }) => name);

describe("intervalsOf()", () => {
  test("cuts days that include their beginning and exclude their end", () => {
    expect(cut("2024-02-28", "2024-03-01", "P1D")).toEqual([
      { name: "2024-02-28", from: "2024-02-28T00:00:00Z", to: "2024-02-29T00:00:00Z" },
      { name: "2024-02-29", from: "2024-02-29T00:00:00Z", to: "2024-03-01T00:00:00Z" },
    ]);
  });

  test.each<[Parameters<typeof cut>, string[]]>([
    [
      ["2024-01-01", "2024-01-15", "P1W"],
      ["2024-01-01", "2024-01-08"],
    ],
    [
      ["2024-01", "2024-04", "P1M"],
      ["2024-01-01", "2024-02-01", "2024-03-01"],
    ],
    [
      ["2024-01-31", "2024-04-30", "P1M"],
      ["2024-01-31", "2024-02-29", "2024-03-31"],
    ],
    [
      ["2023-01-01", "2025-01-01", "P1Y"],
      ["2023-01-01", "2024-01-01"],
    ],
    [
      ["2024-01-01", "2024-01-01T03:00:00Z", "PT1H"],
      ["2024-01-01T00:00Z", "2024-01-01T01:00Z", "2024-01-01T02:00Z"],
    ],
    [
      ["2024-01-01T12:00:00Z", "2024-01-03T12:00:00Z", "P1D"],
      ["2024-01-01T12:00Z", "2024-01-02T12:00Z"],
    ],
    [[new Date("2024-01-01"), new Date("2024-01-02"), "P1D"], ["2024-01-01"]],
  ])("%j", (span, expected) => {
    expect(names(...span)).toEqual(expected);
  });

  test("follows the calendar of a time zone, also when its clocks change", () => {
    const days = cut("2024-03-30", "2024-04-02", "P1D", "Europe/Zurich");
    expect(days.map(({ name, from }) => [name, from])).toEqual([
      ["2024-03-30", "2024-03-29T23:00:00Z"],
      ["2024-03-31", "2024-03-30T23:00:00Z"],
      ["2024-04-01", "2024-03-31T22:00:00Z"],
    ]);
    // In Zurich an hour came twice, and the day had 25.
    expect(cut("2024-10-27", "2024-10-28", "PT1H", "Europe/Zurich")).toHaveLength(25);
    // In Santiago this midnight did not exist.
    const gap = cut("2024-09-07", "2024-09-10", "P1D", "America/Santiago");
    expect(gap.map(({ name }) => name)).toEqual(["2024-09-07", "2024-09-08", "2024-09-09"]);
    for (const [index, { from }] of gap.entries()) if (index > 0) expect(from).toBe(gap[index - 1]?.to);
    expect(names(new Date("2023-12-31T23:00:00Z"), "2024-01-02", "P1D", "Europe/Zurich")).toEqual(["2024-01-01"]);
  });

  test("keeps the names and limits of intervals if the span moves", () => {
    const before = cut("2024-01-01", "2024-02-01", "P1D", "Asia/Tokyo");
    const after = cut("2024-01-10", "2024-02-10", "P1D", "Asia/Tokyo");
    const common = after.filter(({ name }) => before.some((one) => one.name === name));
    expect(common).toEqual(before.slice(9));
  });

  test.each<[Partial<Span>, RegExp]>([
    [{ from: "yesterday" }, /^"from" is not a time/],
    [{ to: "2024-02-30" }, /^"to" is not a date of the calendar/],
    [{ to: "2023-12-01" }, /^"to" is not later than "from"/],
    [{ every: "1 day" }, /^"every" is not a period; write it in ISO 8601/],
    [{ every: "P0D" }, /^"every" is not a period/],
    [{ every: "PT30S" }, /^"every" has seconds/],
    [{ every: "PT1M", to: "2025-01-01" }, /more than 5000 intervals/],
    [{ every: "P7D" }, /^"to" is not the end of an interval; write 2024-01-29 or 2024-02-05/],
    [{ timeZone: "Mars/Olympus" }, /^"timeZone" is not a time zone/],
    [{ from: "2024-01-01T00:00:30Z" }, /^"from" has seconds; use a whole minute, e.g. "2024-01-01"$/],
  ])("refuses %j", (more, reason) => {
    const span = { from: "2024-01-01", to: "2024-02-01", every: "P1D", timeZone: "UTC", ...more };
    expect(() => intervalsOf(span)).toThrow(reason);
  });
});

describe("rerunsOf()", () => {
  const hours = cut("2024-01-01", "2024-01-03", "PT1H");

  test("counts entries by name and by day", () => {
    const { times, unmatched } = rerunsOf(hours, ["2024-01-02", "2024-01-02T05:00Z", "2024-01-09"]);
    expect(times.size).toBe(24);
    expect(times.get("2024-01-02T05:00Z")).toBe(2);
    expect(times.get("2024-01-02T06:00Z")).toBe(1);
    expect(unmatched).toEqual(["2024-01-09"]);
  });

  test("refuses an entry that is not a name", () => {
    expect(() => rerunsOf(hours, ["03.01.2024"])).toThrow(/is not the name of an interval/);
  });
});
