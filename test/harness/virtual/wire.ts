import type { Properties } from "../../../src/lifecycle";

/** Crosses as Pulumi's messages do: what they cannot carry is an error here as it is there. */
export function wire(properties: Properties): Properties {
  return carry(properties, "") as Properties;
}

function carry(value: unknown, path: string): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((item, index) => carry(item, `${path}[${index}]`));
  if (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, carry(item, `${path}.${key}`)]));
  }
  throw new Error(`Unexpected struct type at ${path}: ${String(value)}`);
}
