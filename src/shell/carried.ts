/**
 * Converts inputs to JSON before Pulumi sends them to the provider, or rejects them. Pulumi silently empties other
 * values (a Date becomes `{}`, a function null), so that changes of them would never be noticed.
 */
import { types } from "node:util";
import * as pulumi from "@pulumi/pulumi";

/** Deeper than anybody writes by hand, and far from where JavaScript's stack ends. */
const DEPTH_MAX = 500;
const PATH_SHOWN = 60;

/** State of the walk through an input. */
interface Carrier {
  /** Name of the ingestion. */
  name: string;
  convert(value: Date | bigint, path: string): unknown;
  /** The enclosing objects, outermost first. */
  above: readonly object[];
  /** Whether the value comes from an output or a promise. */
  later: boolean;
}

/**
 * For `context` and `triggers`. Passes Dates and bigints as strings: Druid reads strings, and for triggers only changes
 * matter.
 */
export function carriedValue(name: string, path: string, value: unknown): unknown {
  const convert: Carrier["convert"] = (one) => (typeof one === "bigint" ? String(one) : one.toISOString());
  return carried(value, path, { name, convert, above: [], later: false });
}

/** For `parameters`, where the SQL type matters. */
export function carriedParameters(name: string, value: unknown): unknown {
  const convert: Carrier["convert"] = (one, path) => {
    if (typeof one !== "bigint") return refuse(name, path, "a Date", '{ type: "TIMESTAMP", value: date.getTime() }');
    // A number if it can be represented exactly, so that 5n and 5 count as the same content.
    const exact = Number.isSafeInteger(Number(one)) ? Number(one) : String(one);
    if (/^parameters\[\d+\]$/.test(path)) return { type: "BIGINT", value: exact };
    if (typeof exact === "number" || /^parameters\[\d+\]\.value$/.test(path)) return exact;
    return refuse(name, path, "an integer beyond 2^53 in a list", "the list into the query");
  };
  return carried(value, "parameters", { name, convert, above: [], later: false });
}

function carried(value: unknown, path: string, by: Carrier): unknown {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? value : refuse(by.name, path, String(value), "its text");
    case "bigint":
      return by.convert(value, path);
    case "function":
      return refuse(by.name, path, "a function", "what it returns, or a hash of its text");
    case "symbol":
      return refuse(by.name, path, "a symbol", "its description");
    case "object":
      return value === null ? null : carriedObject(value, path, by);
    default:
      return value;
  }
}

function carriedObject(value: object, path: string, by: Carrier): unknown {
  if (pulumi.isUnknown(value)) return value;
  // Their values are checked once known. This keeps dependencies and the secret flag of an output.
  const later = { ...by, above: [], later: true };
  if (pulumi.Output.isInstance(value)) return value.apply((known) => carried(known, path, later));
  if (types.isPromise(value)) return value.then((known) => carried(known, path, later));
  if (by.above.includes(value)) return refuse(by.name, path, "an object that contains itself", "the parts that matter");
  if (by.above.length >= DEPTH_MAX)
    return refuse(
      by.name,
      path.slice(0, PATH_SHOWN),
      `nested more than ${DEPTH_MAX} levels deep`,
      "the parts that matter",
    );
  const inside = { ...by, above: [...by.above, value] };
  if (Array.isArray(value)) return value.map((item, index) => carried(item, `${path}[${index}]`, inside));
  if (types.isDate(value) && !Number.isNaN(value.getTime())) return by.convert(value, path);
  const unlike = unlikeJson(value);
  if (unlike !== undefined) return refuse(by.name, path, ...unlike);
  const entries = Object.entries(value);
  if (entries.length === 0 && by.later) warnOfEmpty(by.name, path);
  return Object.fromEntries(entries.map(([key, item]) => [key, carried(item, `${path}.${key}`, inside)]));
}

/** Names the kind of object and what to write instead; undefined for a plain object. */
function unlikeJson(value: object): [kind: string, instead: string] | undefined {
  if (types.isDate(value)) return ["an invalid Date", "a valid one, or a text"];
  if (types.isMap(value)) return ["a Map", "[...map]"];
  if (types.isSet(value)) return ["a Set", "[...set]"];
  if (types.isRegExp(value)) return ["a RegExp", "String(expression)"];
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) {
    return ["binary data", 'its text, e.g. buffer.toString("base64"), or a hash of it'];
  }
  if (pulumi.asset.Asset.isInstance(value) || pulumi.asset.Archive.isInstance(value)) {
    return ["an asset", 'a hash of it, e.g. createHash("sha256").update(readFileSync(path)).digest("hex")'];
  }
  if (pulumi.Resource.isInstance(value)) {
    return ["a resource", "the output that matters, e.g. its id, or the taskId of an ingestion"];
  }
  const prototype = Object.getPrototypeOf(value);
  // Also true for plain objects of another V8 context, e.g. in a test runner.
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return undefined;
  const { name } = prototype.constructor ?? {};
  return [
    name ? `an instance of ${name}` : "not a plain object",
    "its text, or a plain object with the parts that matter",
  ];
}

function refuse(name: string, path: string, kind: string, instead: string): never {
  throw new pulumi.RunError(
    `Cannot declare MsqIngestion "${name}": "${path}" is ${kind}, which Pulumi cannot pass to the provider; write ${instead}`,
  );
}

const warned = new Set<string>();

/** `pulumi.output` and `pulumi.secret` empty such values before we see them, so a warning is all that is possible. */
function warnOfEmpty(name: string, path: string): void {
  const text = `"${path}" of MsqIngestion "${name}" is an empty object. pulumi.output and pulumi.secret turn a Date, Map, Set or bigint into one, so that changes of it go unnoticed: write pulumi.secret(date.toISOString())`;
  if (warned.has(text)) return;
  warned.add(text);
  void pulumi.log.warn(text);
}
