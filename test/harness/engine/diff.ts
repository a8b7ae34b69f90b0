/**
 * Words the differences between two sets of inputs, line by line. Never shows secrets, nor keys that begin with "__".
 */
import { equal, isMap, isSecret, isUnknown, type Properties, type Value } from "./properties";

export function diffLines(old: Properties, now: Properties, indent = ""): string[] {
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((key) => !key.startsWith("__")).sort();
  return keys.flatMap((key) => {
    const [before, after] = [old[key] ?? undefined, now[key] ?? undefined];
    if (equal(before, after)) return [];
    if (before === undefined) return [`${indent}+ ${key}: ${show(after ?? null)}`];
    if (after === undefined) return [`${indent}- ${key}: ${show(before)}`];
    if (isMap(before) && isMap(after)) return [`${indent}~ ${key}:`, ...diffLines(before, after, `${indent}    `)];
    return [`${indent}~ ${key}: ${show(before)} => ${show(after)}`];
  });
}

/** A value on one line. */
export function show(value: Value): string {
  if (isSecret(value)) return "[secret]";
  if (isUnknown(value)) return "[unknown]";
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries<Value>(value).filter(([key]) => !key.startsWith("__"));
    return fields.length === 0 ? "{}" : `{ ${fields.map(([key, field]) => `${key}: ${show(field)}`).join(", ")} }`;
  }
  return JSON.stringify(value);
}
