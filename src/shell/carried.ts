/**
 * Values as Pulumi can carry them to the provider. Of what is no JSON it keeps nothing (a Date becomes `{}`, a function
 * null), without a word, so that no change of it is ever seen: here it is turned into JSON, or refused.
 */
import { types } from "node:util";
import * as pulumi from "@pulumi/pulumi";

/** For whom it is done, and what stands in the place of the two that are JSON in another form. */
interface Carrier {
  /** Of the ingestion. */
  name: string;
  convert(value: Date | bigint, path: string): unknown;
  /** What holds the value, from the outermost on. */
  above: readonly object[];
  /** Whether an output or a promise has held it. */
  later: boolean;
}

/** `context` and `triggers`: only whether they changed counts, and what Druid reads from a text. */
export function carriedValue(name: string, path: string, value: unknown): unknown {
  const convert: Carrier["convert"] = (one) => (typeof one === "bigint" ? String(one) : one.toISOString());
  return carried(value, path, { name, convert, above: [], later: false });
}

/** `parameters`, whose SQL types count. */
export function carriedParameters(name: string, value: unknown): unknown {
  const convert: Carrier["convert"] = (one, path) => {
    if (typeof one !== "bigint") return refuse(name, path, "a Date", '{ type: "TIMESTAMP", value: date.getTime() }');
    // As a number where it is one exactly, so that 5n and 5 are the same content.
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
  // What they hold is seen when it is known. Both keep what it depends on, and an output keeps whether it is a secret.
  const later = { ...by, above: [], later: true };
  if (pulumi.Output.isInstance(value)) return value.apply((known) => carried(known, path, later));
  if (types.isPromise(value)) return value.then((known) => carried(known, path, later));
  if (by.above.includes(value)) return refuse(by.name, path, "an object that holds itself", "the parts that count");
  const inside = { ...by, above: [...by.above, value] };
  if (Array.isArray(value)) return value.map((item, index) => carried(item, `${path}[${index}]`, inside));
  if (types.isDate(value) && !Number.isNaN(value.getTime())) return by.convert(value, path);
  const unlike = unlikeJson(value);
  if (unlike !== undefined) return refuse(by.name, path, ...unlike);
  const entries = Object.entries(value);
  if (entries.length === 0 && by.later) warnOfEmpty(by.name, path);
  return Object.fromEntries(entries.map(([key, item]) => [key, carried(item, `${path}.${key}`, inside)]));
}

/** What an object is, and what to write instead; undefined for a plain one. */
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
    return ["a resource", "the output of it that counts, e.g. its id or, of an ingestion, its taskId"];
  }
  const prototype = Object.getPrototypeOf(value);
  // Also the plain objects of another context, as of a test runner.
  if (prototype === null || Object.getPrototypeOf(prototype) === null) return undefined;
  const { name } = prototype.constructor ?? {};
  return [name ? `an instance of ${name}` : "no plain object", "its text, or a plain object of the parts that count"];
}

function refuse(name: string, path: string, kind: string, instead: string): never {
  throw new pulumi.RunError(
    `Cannot declare MsqIngestion "${name}": "${path}" is ${kind}, which Pulumi cannot carry; write ${instead}`,
  );
}

const warned = new Set<string>();

/** `pulumi.output` and `pulumi.secret` have emptied what is no JSON before anybody else sees it. */
function warnOfEmpty(name: string, path: string): void {
  const text = `"${path}" of MsqIngestion "${name}" is an empty object. A Date, Map, Set or bigint becomes one inside of pulumi.output and pulumi.secret, and no change of it is seen: write pulumi.secret(date.toISOString())`;
  if (warned.has(text)) return;
  warned.add(text);
  void pulumi.log.warn(text);
}
