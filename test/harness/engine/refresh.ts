/** Looks at everything the state has and takes what is found for the state; nothing else is changed. */
import type { Executor } from "./executor";
import { hangsOn } from "./graph";
import { mapValues } from "./properties";
import type { Resource } from "./resource";
import { refreshStep } from "./steps";
import { Selection } from "./urn";

/** Which are to be looked at: all, or the targets and perhaps what depends on them or is below them. */
export function selectedOf(
  resources: readonly Resource[],
  { targets, targetDependents }: { targets: readonly string[]; targetDependents: boolean },
): (urn: string) => boolean {
  const wanted = new Selection(targets);
  if (!wanted.constrained) return () => true;
  for (const resource of targetDependents ? resources : []) if (hangsOn(resource, wanted)) wanted.add(resource.urn);
  return (urn) => wanted.has(urn);
}

export async function refreshAll(
  resources: readonly Resource[],
  selected: (urn: string) => boolean,
  executor: Executor,
): Promise<Resource[]> {
  const steps = new Map(
    resources.filter(({ urn }) => selected(urn)).map((resource) => [resource, refreshStep(resource)]),
  );
  await Promise.all([...steps.values()].map((step) => executor.chain([step])));
  return repaired(resources.map((resource) => (steps.has(resource) ? steps.get(resource)?.new : resource)));
}

/** Without what is gone, and without references to it: children go to their parent's parent. */
function repaired(found: readonly (Resource | undefined)[]): Resource[] {
  const there = new Set<string>();
  const parents = new Map<string, string>();
  const result: Resource[] = [];
  for (const resource of found) {
    if (resource === undefined) continue;
    const known = (urns: string[]): string[] => urns.filter((urn) => there.has(urn));
    resource.dependencies = known(resource.dependencies);
    resource.propertyDependencies = mapValues(resource.propertyDependencies, known);
    if (!there.has(resource.deletedWith)) resource.deletedWith = "";
    resource.replaceWith = known(resource.replaceWith);
    there.add(resource.urn);
    result.push(resource);
  }
  for (const resource of result) {
    if (!there.has(resource.parent)) resource.parent = parents.get(resource.parent) ?? "";
    parents.set(resource.urn, resource.parent);
  }
  return result;
}
