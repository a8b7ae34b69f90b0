/**
 * Shortens Druid's error text for a message: one line, only helpful parts, and no position, which is added elsewhere.
 */
import { closest } from "../../base/closest";

/** Longer texts are stack traces and web pages; `detail` keeps the whole text. */
const MAX_LENGTH = 1_500;
const OPTIONS_MAX = 6;

/** Tokens that a user may have forgotten; the rest of Druid's list, up to hundreds of words, is of no help. */
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

/** `detail` must be free of secret values already, because a value that is cut here could not be recognised later. */
export function shortenDetail(detail: string): string {
  const line = withoutPlace(withFewOptions(plain(detail.slice(0, 20 * MAX_LENGTH))))
    .replace("[[value]]", "[value]")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[.;\s]+$/, "");
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH)} …` : line;
}

const TYPES_SHOWN = 8;
/** SQL types that are often written by Druid's own names. */
const SQL_TYPES: Readonly<Record<string, string>> = { STRING: "VARCHAR", LONG: "BIGINT", INT: "BIGINT" };

/** Replaces phrases that only Druid's developers understand. */
function plain(detail: string): string {
  return detail
    .replace(/^Uncategorized calcite error message: \[(?:[a-z]+\.){2,9}\w{1,80}: ([\s\S]*)\]$/, "$1")
    .replace(
      /(?:Please make sure to load all the necessary extensions and jars with type '[^']*' on '[^']*' service\. )?Could not resolve type id '([^']*)' as a subtype of `[^`]*`:? known type ids = \[([^\]]*)\]/,
      (_, type: string, list: string) => unknownType(type, list.split(/,\s*/)),
    )
    .replace(/has an unsupported type: \[`?(\w+)`?\]/, (whole: string, type: string) => {
      const known = SQL_TYPES[type.toUpperCase()];
      return known === undefined ? whole : `has the unsupported type ${type}; did you mean ${known}?`;
    });
}

/** Words an unknown type without the whole list of known ones, which can have 45. */
function unknownType(type: string, known: readonly string[]): string {
  const near = closest(type, known);
  if (near !== undefined) return `the type "${type}" is unknown; did you mean "${near}"?`;
  const more = known.length - TYPES_SHOWN;
  const list = known.slice(0, TYPES_SHOWN).join(", ") + (more > 0 ? ` and ${more} more` : "");
  return `the type "${type}" is unknown; known are ${list}; the others need an extension that the Broker loads`;
}

/** Covers the formats of 24 to 39. Calcite's messages begin with `From line 1, column 2 to line 1, column 9: `. */
function withoutPlace(detail: string): string {
  return detail
    .replace(/^(?:[a-z]+\.){2,9}[A-Z]\w{0,80}Exception: (?=From |At )/, "")
    .replace(/\s*\(line \[\d+\], column \[\d+\]\)/g, "")
    .replace(/\b(?:From|At) line \d+, column \d+(?: to line \d+, column \d+)?: /g, "")
    .replace(/ at line \d+, column \d+/g, "");
}

/** `acceptable options: ["A", "B" "C", …]` since 27, and `Was expecting one of:` with one line each before. */
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
