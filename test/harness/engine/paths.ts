/** Paths into properties, as `ignoreChanges` takes them: `a.b[0]`, `["odd key"]`, `*` for every key or element. */
import { isMap, isSecret, type Properties, reveal, secret, type Value } from "./properties";

export type Path = (string | number)[];

/** Undefined where the text is no path. */
export function parsePath(text: string): Path | undefined {
  const path: Path = [];
  let rest = text;
  if (rest.startsWith(".")) return undefined;
  while (rest !== "") {
    const quoted = /^\["((?:\\"|[^"])*)"\]/.exec(rest);
    const index = /^\[(\d+|\*)\]/.exec(rest);
    const name = /^[^.[]+/.exec(rest);
    const found = quoted ?? index ?? name;
    if (rest.startsWith(".") && rest.length > 1) rest = rest.slice(1);
    else if (found === null) return undefined;
    else {
      if (quoted !== null) path.push((quoted[1] ?? "").replaceAll('\\"', '"'));
      else if (index !== null) path.push(index[1] === "*" ? "*" : Number(index[1]));
      else path.push(found[0]);
      rest = rest.slice(found[0].length);
    }
  }
  return path;
}

/**
 * Sets what the path names in `news` back to what it is in `olds`, in place. False where it cannot be done: elements
 * of lists are neither added nor taken away, and what lies above the last part must be there on both sides.
 */
export function reset(path: Path, olds: Properties, news: Properties): boolean {
  return step(path, { value: olds, secret: false }, { value: news, secret: false });
}

/** A place in the properties, and whether it lies within a secret. */
interface Spot {
  value: Value;
  secret: boolean;
}

function enter(value: Value, within: Spot): Spot {
  return { value: reveal(value), secret: within.secret || isSecret(value) };
}

/** The old value, secret still where it comes out of a secret into the open. */
const brought = (value: Value, old: Spot, fresh: Spot): Value => (old.secret && !fresh.secret ? secret(value) : value);

function step(path: Path, old: Spot, fresh: Spot): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return false;
  const last = rest.length === 0;
  if (key === "*") return last ? resetAll(old, fresh) : stepAll(rest, old, fresh);
  if (typeof key === "number") {
    const [before, now] = [old.value, fresh.value];
    if (!Array.isArray(before) || !Array.isArray(now)) return !Array.isArray(before) && !Array.isArray(now);
    const [a, b] = [before[key], now[key]];
    if (last && a === undefined && b === undefined) return true;
    if (a === undefined || b === undefined) return false;
    if (!last) return step(rest, enter(a, old), enter(b, fresh));
    now[key] = brought(a, old, fresh);
    return true;
  }
  const before = isMap(old.value) ? old.value : undefined;
  const now = isMap(fresh.value) ? fresh.value : undefined;
  if (!last) {
    if (before === undefined || now === undefined) return before === undefined && now === undefined;
    const [a, b] = [before[key], now[key]];
    if (b === undefined) return a === undefined;
    return step(rest, enter(a ?? null, old), enter(b, fresh));
  }
  const value = before?.[key];
  if (value === undefined) {
    if (now !== undefined) delete now[key];
    return true;
  }
  if (now === undefined) return false;
  now[key] = brought(value, old, fresh);
  return true;
}

function resetAll(old: Spot, fresh: Spot): boolean {
  const [before, now] = [old.value, fresh.value];
  if (isMap(now)) {
    if (!isMap(before)) return true;
    for (const key of Object.keys(now)) if (!(key in before)) delete now[key];
    for (const [key, value] of Object.entries(before)) now[key] = brought(value, old, fresh);
    return true;
  }
  if (!Array.isArray(now)) return false;
  if (!Array.isArray(before)) return true;
  for (const [index, value] of before.slice(0, now.length).entries()) now[index] = brought(value, old, fresh);
  return before.length === now.length;
}

function stepAll(rest: Path, old: Spot, fresh: Spot): boolean {
  const [before, now] = [old.value, fresh.value];
  if (isMap(before) && isMap(now)) {
    return Object.entries(before).every(([key, value]) => {
      const other = now[key];
      return other !== undefined && step(rest, enter(value, old), enter(other, fresh));
    });
  }
  if (!Array.isArray(before) || !Array.isArray(now)) return false;
  const shared = before.slice(0, now.length);
  const done = shared.every((value, index) => step(rest, enter(value, old), enter(now[index] ?? null, fresh)));
  return done && before.length === now.length;
}

/** True where the path names `key` at the top level, or everything. */
export function covers(path: Path, key: string): boolean {
  return path.length === 1 && (path[0] === "*" || path[0] === key);
}
