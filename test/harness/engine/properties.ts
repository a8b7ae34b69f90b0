/**
 * Property values as they travel between the program, this engine and the provider: plain JSON, in which secrets,
 * references to resources and not yet known values are marked the way Pulumi's wire format marks them.
 */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Properties = { [key: string]: Value };

export const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/** Unknown bool, number, string, array, asset, archive, object: older SDKs may send these. */
const UNKNOWNS = new Set([
  UNKNOWN,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

type Marked = { [key: string]: Value };

/** An object without a mark: a map of further properties. */
export function isMap(value: Value | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(SIGNATURE in value);
}

function isMarked(value: Value | undefined, mark: string): value is Marked {
  return typeof value === "object" && value !== null && !Array.isArray(value) && value[SIGNATURE] === mark;
}

export const isUnknown = (value: Value | undefined): boolean => typeof value === "string" && UNKNOWNS.has(value);
export const isSecret = (value: Value | undefined): value is Marked => isMarked(value, SECRET);

export function secret(value: Value): Value {
  return isSecret(value) ? value : { [SIGNATURE]: SECRET, value };
}

/** What a secret holds; any other value as it is. */
export function reveal(value: Value): Value {
  return isSecret(value) ? reveal(value.value ?? null) : value;
}

/** The same value, each part of it passed through `change` from the inside out. */
export function transform(value: Value, change: (part: Value) => Value): Value {
  if (Array.isArray(value)) return change(value.map((item) => transform(item, change)));
  if (typeof value === "object" && value !== null) return change(mapValues(value, (item) => transform(item, change)));
  return change(value);
}

function some(value: Value | undefined, test: (part: Value) => boolean): boolean {
  if (value === undefined) return false;
  if (test(value)) return true;
  if (Array.isArray(value)) return value.some((item) => some(item, test));
  if (typeof value === "object" && value !== null) return Object.values(value).some((item) => some(item, test));
  return false;
}

export const hasSecrets = (value: Value | undefined): boolean => some(value, isSecret);
export const hasUnknowns = (value: Value | undefined): boolean => some(value, isUnknown);

/** Without secrets' marks and with references as ids: what a dynamic provider is given. */
export function forProvider(properties: Properties): Properties {
  const strip = (part: Value): Value => {
    if (isSecret(part)) return part.value ?? null;
    if (isMarked(part, REFERENCE)) {
      const id = part.id ?? null;
      return id === null ? (part.urn ?? null) : id === "" ? UNKNOWN : id;
    }
    return part;
  };
  return mapValues(properties, (value) => transform(value, strip));
}

/** Without what is not known, wherever it stands: it is given away in previews only. */
export function withoutUnknowns(properties: Properties): Properties {
  const known = (value: Value): boolean => !isUnknown(reveal(value));
  const strip = (part: Value): Value => {
    if (Array.isArray(part)) return part.filter(known);
    return isMap(part) ? Object.fromEntries(Object.entries(part).filter(([, value]) => known(value))) : part;
  };
  return strip(mapValues(properties, (value) => transform(value, strip))) as Properties;
}

/** The program's output values as plain, secret or unknown ones; `seen` hears what each depends on. */
export function fromProgram(properties: Properties, seen: (key: string, urn: string) => void = () => {}): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => {
      const lower = (part: Value): Value => {
        if (!isMarked(part, OUTPUT)) return part;
        for (const urn of Array.isArray(part.dependencies) ? part.dependencies : []) seen(key, String(urn));
        const plain = part.value ?? UNKNOWN;
        return part.secret === true ? secret(plain) : plain;
      };
      return [key, transform(value, lower)];
    }),
  );
}

/** Marks in `outs` what is secret in `ins` under the same name: arrays as a whole, maps key by key. */
export function annotateSecrets(outs: Properties, ins: Properties): void {
  for (const [key, into] of Object.entries(ins)) {
    const out = outs[key];
    if (out === undefined) continue;
    if (isMap(out) && isMap(into)) annotateSecrets(out, into);
    else if (!isSecret(out) && hasSecrets(into)) outs[key] = secret(out);
  }
}

/** Equal as values: the order of keys does not count, and null is as good as absent in a map. */
export function equal(left: Value | undefined, right: Value | undefined): boolean {
  if (isUnknown(left) && isUnknown(right)) return true;
  if (left === null || right === null || typeof left !== "object" || typeof right !== "object") {
    return (left ?? null) === (right ?? null);
  }
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => equal(item, right[index]));
  }
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) => equal(left[key], right[key]));
}

/** Without the marks of secrets, for comparing what they hold. */
export function withoutSecrets(properties: Properties): Properties {
  return mapValues(properties, (value) => transform(value, reveal));
}

export function mapValues<T, U>(
  object: { [key: string]: T },
  change: (value: T, key: string) => U,
): { [key: string]: U } {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}

export const copy = <T>(value: T): T => structuredClone(value);
