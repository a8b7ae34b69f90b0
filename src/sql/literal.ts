/** Writes plain values and names as SQL, quoted so that Druid reads back exactly the same. Pure. */

/** A value that has a literal in SQL. */
export type SqlScalar = string | number | bigint | boolean | Date | null;

/** What is wrong with a value, and what to write instead. Never contains the value itself, which may be a secret. */
export class ValueFault extends Error {}

/** @throws ValueFault for anything that has no literal. */
export function literal(value: unknown): string {
  switch (typeof value) {
    case "string":
      return quoted(value, "'", "\r");
    case "number":
      return number(value);
    case "bigint":
      return String(value);
    case "boolean":
      return value ? "TRUE" : "FALSE";
    case "undefined":
      throw new ValueFault("is undefined; write null for NULL, or leave that part of the SQL out");
    case "function":
    case "symbol":
      throw new ValueFault(`is a ${typeof value}, which SQL does not have; write the value it stands for`);
    default:
      if (value === null) return "NULL";
      if (value instanceof Date || Object.prototype.toString.call(value) === "[object Date]") {
        return timestamp((value as Date).getTime());
      }
      throw new ValueFault(
        "is an object, which has no literal in SQL; write JSON.stringify(…) for its JSON as a string",
      );
  }
}

/** `TIMESTAMP '2024-01-01 00:00:00'`, in UTC, with milliseconds unless they are 0. */
export function timestamp(ms: number): string {
  if (Number.isNaN(ms)) throw new ValueFault("is an invalid Date; give a valid one");
  const text = new Date(ms).toISOString();
  if (!/^\d{4}-/.test(text) || text.startsWith("0000")) {
    throw new ValueFault("is a Date outside of the years 1 to 9999, which SQL cannot write");
  }
  return `TIMESTAMP '${text.replace("T", " ").replace(/(\.000)?Z$/, "")}'`;
}

/** A quoted name, e.g. `"druid"."weather"` for two parts. */
export function identifier(parts: readonly unknown[]): string {
  return parts
    .map((part) => {
      if (typeof part !== "string") throw new ValueFault("is not a string, as names are");
      if (part === "") throw new ValueFault("is empty; a name has at least one character");
      return quoted(part, '"', "\r\n");
    })
    .join(".");
}

/** Joins literals with commas, without parentheses: `1, 2`. */
export function list(items: readonly string[]): string {
  if (items.length === 0) {
    throw new ValueFault("is an empty list, which SQL does not have; leave the condition out, or write FALSE for it");
  }
  return items.join(", ");
}

function number(value: number): string {
  if (!Number.isFinite(value)) throw new ValueFault(`is ${value}, which SQL cannot write; write null for NULL`);
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new ValueFault(
      "is an integer beyond 2^53, which JavaScript has already rounded; write a bigint, e.g. 9007199254740993n",
    );
  }
  return Object.is(value, -0) ? "0" : String(value);
}

/**
 * Characters are written unchanged, because Druid reads UTF-8, except for those in `escaped`: Druid's names cannot have
 * line ends, and a CR in a literal would look like the line end of another checkout, which does not count as a change.
 */
function quoted(text: string, quote: "'" | '"', escaped: string): string {
  if (text.includes("\0")) throw new ValueFault("contains the character NUL, which Druid does not store; remove it");
  if (/\p{Surrogate}/u.test(text)) {
    throw new ValueFault(
      "contains half of a character (a lone surrogate); do not cut text in the middle of an emoji or the like",
    );
  }
  const doubled = text.replaceAll(quote, quote + quote);
  if (![...escaped].some((char) => text.includes(char))) return `${quote}${doubled}${quote}`;
  const plain = doubled
    .replaceAll("\\", "\\\\")
    .replace(/[\r\n]/g, (char) =>
      escaped.includes(char) ? `\\${char.charCodeAt(0).toString(16).padStart(4, "0")}` : char,
    );
  return `U&${quote}${plain}${quote}`;
}
