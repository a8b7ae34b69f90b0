/** Writes `TABLE(EXTERN(…)) EXTEND (…)`. Pure. */
import { identifier, literal, ValueFault } from "./literal";

const TYPE = /^(?:VARCHAR|BIGINT|DOUBLE|FLOAT)(?: ARRAY)?$|^TYPE\('[\w<>, ]+'\)$/i;

/** `source` and `format` must be plain values, without outputs. */
export function extern(source: unknown, format: unknown, columns: unknown): string {
  return `TABLE(EXTERN(${json(source, "the source")}, ${json(format, "the format")})) EXTEND (${extend(columns)})`;
}

function json(value: unknown, name: string): string {
  if (typeof value !== "object" || value === null || typeof (value as { type?: unknown }).type !== "string") {
    throw new ValueFault(
      `has no "type" in ${name}; write e.g. { type: "${name === "the source" ? "http" : "json"}", … }`,
    );
  }
  assertJson(value, name);
  return literal(JSON.stringify(value));
}

/** Rejects values that JSON would silently replace by null or leave out. */
function assertJson(value: unknown, path: string): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      if (item === undefined) throw new ValueFault(`has undefined in ${path}[${index}]; leave the item out`);
      assertJson(item, `${path}[${index}]`);
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) assertJson(item, `${path}.${key}`);
  } else if (typeof value === "number" && !Number.isFinite(value)) {
    throw new ValueFault(`has ${value} in ${path}, which JSON does not have`);
  } else if (typeof value === "bigint" || typeof value === "function" || typeof value === "symbol") {
    throw new ValueFault(`has a ${typeof value} in ${path}, which JSON does not have`);
  }
}

function extend(columns: unknown): string {
  const entries = Object.entries((columns ?? {}) as Record<string, unknown>);
  if (entries.length === 0) throw new ValueFault('has no columns; write e.g. { date: "VARCHAR", rain: "DOUBLE" }');
  return entries
    .map(([name, type]) => {
      // The type is not quoted, so it must not be any other SQL.
      if (typeof type !== "string" || !TYPE.test(type)) {
        throw new ValueFault(
          `has an unknown type for the column "${name}"; write VARCHAR, BIGINT, DOUBLE, FLOAT, one of them with ARRAY, or TYPE('COMPLEX<json>')`,
        );
      }
      return `${identifier([name])} ${type}`;
    })
    .join(", ");
}
