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
 * A deep copy without undefined members, which Pulumi's wire format rejects, and without null, which state never holds.
 */
export function compact<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : compact(item))) as T;
  if (isRecord(value)) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, member]) => member !== undefined && member !== null)
        .map(([key, member]) => [key, compact(member)]),
    ) as T;
  }
  return value;
}

/** Undefined if the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
