/** Druid's words as a message shows them: on one line, cut to what helps, without the place, which is told once. */

/** Longer ones are stack traces and pages; the whole stays in `detail`. */
const MAX_LENGTH = 1_500;
const OPTIONS_MAX = 6;

/** What a user may have left out; the rest of Druid's grammar (hundreds of words at times) helps nobody. */
const HELPFUL = [
  '"=>"',
  '","',
  '")"',
  '"AS"',
  '"FROM"',
  '"INTO"',
  '"OVERWRITE"',
  '"PARTITIONED"',
  '"CLUSTERED"',
  '"SELECT"',
  '"BY"',
  "<EOF>",
];

/** `detail` is without values already: what is cut here would be found nowhere. */
export function shortenDetail(detail: string): string {
  const line = withoutPlace(withFewOptions(detail.slice(0, 20 * MAX_LENGTH)))
    .replace("[[value]]", "[value]")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[.;\s]+$/, "");
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)} …` : line;
}

/** The forms of 24 to 39; Calcite's own have `From line 1, column 2 to line 1, column 9: ` in front. */
function withoutPlace(detail: string): string {
  return detail
    .replace(/^(?:[a-z]+\.){2,9}[A-Z]\w{0,80}Exception: (?=From |At )/, "")
    .replace(/\s*\(line \[\d+\], column \[\d+\]\)/g, "")
    .replace(/\b(?:From|At) line \d+, column \d+(?: to line \d+, column \d+)?: /g, "")
    .replace(/ at line \d+, column \d+/g, "");
}

/** Since 27 `acceptable options: ["A", "B" "C", …]`, before `Was expecting one of:` and a line for each. */
function withFewOptions(detail: string): string {
  return detail
    .replace(/,? acceptable options: \[([\s\S]*)\]/, (_, list: string) => expected(list.split(/,\s+/)))
    .replace(/\.?\s*Was expecting(?: one of)?:([\s\S]*)/, (_, list: string) =>
      expected(list.split(/\s*\.\.\.\s*|\s*\n\s*/)),
    );
}

function expected(list: readonly string[]): string {
  const options = [...new Set(list.map((option) => option.trim()))].filter((option) => option !== "");
  const shown = options.length <= OPTIONS_MAX ? options : HELPFUL.filter((option) => options.includes(option));
  if (shown.length === 0) return "";
  const more = options.length > shown.length ? " or others" : "";
  return `, expected ${shown.join(", ").replace("<EOF>", "the end")}${more}`;
}
