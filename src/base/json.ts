/** Helpers for JSON: canonical form, removal of empty members, parsing without exceptions. */

/** RFC 8785: keys sorted by UTF-16 units, no white space, numbers as in ECMAScript; bigints with all digits. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (isRecord(value)) {
    const members = Object.keys(value)
      .filter((key) => value[key] !== undefined)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
    return `{${members.join(",")}}`;
  }
  return typeof value === "bigint" ? String(value) : JSON.stringify(value ?? null);
}

/**
 * A deep copy without members that Pulumi's wire format or its state reject, undefined and numbers such as NaN, and
 * without null, which state never holds.
 */
export function compact<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item) => (isNothing(item) ? null : compact(item))) as T;
  if (isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, member]) => !isNothing(member))
        .map(([key, member]) => [key, compact(member)]),
    ) as T;
  }
  return value;
}

export const isNothing = (value: unknown) =>
  value === undefined || value === null || (typeof value === "number" && !Number.isFinite(value));

/** Nothing that we read is nested so deeply, and code that walks through it would run out of stack. */
const DEPTH_MAX = 500;

/** Undefined if the text is not JSON, or is nested too deeply. */
export function parseJson(text: string): unknown {
  if (isTooDeep(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTooDeep(text: string): boolean {
  if (text.length < DEPTH_MAX) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x22) at = endOfString(text, at);
    else if (char === 0x5b || char === 0x7b) depth += 1;
    else if (char === 0x5d || char === 0x7d) depth -= 1;
    if (depth > DEPTH_MAX) return true;
  }
  return false;
}

/** The offset of the quote that ends the string that begins at `from`. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x5c) at += 1;
    else if (char === 0x22) return at;
  }
  return text.length;
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
