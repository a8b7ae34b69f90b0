/**
 * Decides whether a resource has to change: by the provider's `diff`, or by comparing inputs if `diff` does not say.
 */

import { covers, parsePath, reset } from "./paths";
import { copy, equal, hasUnknowns, type Properties, reveal, transform, type Value, withoutSecrets } from "./properties";
import type { Provider } from "./provider";
import type { Resource } from "./resource";

export interface Verdict {
  changes: boolean;
  /** Why it cannot be changed in place; empty where it can. */
  replaces: string[];
  /** Top-level keys known to differ; a dynamic provider names none. */
  changed: string[];
  deleteBeforeReplace: boolean;
}

/** Components have no provider, and no say. */
export async function difference(
  provider: Provider | undefined,
  old: Resource,
  oldInputs: Properties,
  newInputs: Properties,
  ignoreChanges: readonly string[],
  urn: string,
): Promise<Verdict> {
  const plain = { replaces: [], changed: [], deleteBeforeReplace: false };
  if (provider === undefined) return { ...plain, changes: !equal(oldInputs, newInputs) };
  const diff = await provider.diff(urn, old.id, oldInputs, old.outputs, newInputs);
  const { replaces, deleteBeforeReplace } = diff;
  if (diff.changes !== "unknown")
    return { changes: diff.changes === "some", replaces, changed: diff.changed, deleteBeforeReplace };
  const before = withoutSecrets(oldInputs);
  const now = withoutSecrets(ignoring(ignoreChanges, oldInputs, newInputs));
  const changed = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter(
    (key) => !equal(before[key], now[key]),
  );
  return { changes: changed.length > 0, replaces, changed, deleteBeforeReplace };
}

/** Whether a `replacementTrigger` asks for a replacement: by a change of its value, not by coming or going. */
export function isTriggered(old: Value | undefined, now: Value | undefined): boolean {
  if (hasUnknowns(old) || hasUnknowns(now)) return true;
  return old !== undefined && now !== undefined && !equal(transform(old, reveal), transform(now, reveal));
}

/** The new inputs with the old values at the ignored paths; `refused` hears the paths where that cannot be done. */
export function ignoring(
  paths: readonly string[],
  olds: Properties,
  news: Properties,
  refused: (paths: string) => void = () => {},
): Properties {
  const result = copy(news);
  const failed = paths.filter((text) => {
    const path = parsePath(text);
    return path !== undefined && !reset(path, copy(olds), result);
  });
  if (failed.length > 0) refused(failed.join(", "));
  return result;
}

/** Errors of an earlier, half-done operation count as a change of "#initerror". */
export function applyReplaceOnChanges(
  verdict: Verdict,
  replaceOnChanges: readonly string[],
  hasInitErrors: boolean,
): Verdict {
  if (!verdict.changes && !hasInitErrors) return verdict;
  const paths = replaceOnChanges.map(parsePath).filter((path) => path !== undefined);
  const replaces = new Set(verdict.replaces);
  for (const key of verdict.changed) if (paths.some((path) => covers(path, key))) replaces.add(key);
  const restart = hasInitErrors && paths.some((path) => covers(path, "#initerror"));
  if (restart) replaces.add("#initerror");
  return { ...verdict, changes: verdict.changes || restart, replaces: verdict.changes || restart ? [...replaces] : [] };
}
