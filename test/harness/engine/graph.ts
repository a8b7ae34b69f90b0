/** Who depends on whom. A list of resources is always in such an order that each comes after what it needs. */
import { needs, type Resource } from "./resource";
import type { Selection } from "./urn";

/** What depends on the resource, directly or not, in order; `children` counts being below it as depending on it. */
export function dependents(
  all: readonly Resource[],
  root: Resource,
  options: { ignore?: ReadonlySet<string>; children?: boolean } = {},
): Resource[] {
  const reached = new Set([root.urn]);
  const found: Resource[] = [];
  for (const candidate of all.slice(all.indexOf(root) + 1)) {
    if (options.ignore?.has(candidate.urn) === true) continue;
    const below = options.children === true && reached.has(candidate.parent);
    if (!below && ![...needs(candidate)].some((urn) => reached.has(urn))) continue;
    found.push(candidate);
    reached.add(candidate.urn);
  }
  return found;
}

/** Whether the resource needs, or is right below, one of the selected. */
export const hangsOn = (resource: Resource, selected: Selection): boolean =>
  [resource.parent, ...needs(resource)].some((urn) => selected.has(urn));

/** What the resource depends on directly, its parent included; a component stands for everything below it. */
export function dependencies(all: readonly Resource[], resource: Resource): Set<Resource> {
  const before = all.slice(0, all.indexOf(resource));
  const urns = needs(resource);
  const found = new Set<Resource>();
  for (const candidate of before) {
    if (candidate.urn === resource.parent) found.add(candidate);
    if (!urns.has(candidate.urn)) continue;
    found.add(candidate);
    if (!candidate.custom) for (const below of descendants(before, candidate.urn)) found.add(below);
  }
  return found;
}

/** What the resource depends on, directly or not. */
export function allDependencies(all: readonly Resource[], resource: Resource): Set<Resource> {
  const found = new Set<Resource>();
  const visit = (one: Resource): void => {
    for (const each of dependencies(all, one)) {
      if (found.has(each)) continue;
      found.add(each);
      visit(each);
    }
  };
  visit(resource);
  return found;
}

/**
 * In what order the condemned can go: groups, each of which can go at once when the one before is gone. What nobody
 * needs goes first.
 */
export function deletionOrder(all: readonly Resource[], condemned: readonly Resource[]): Resource[][] {
  const left = new Set(condemned);
  const groups: Resource[][] = [];
  while (left.size > 0) {
    const group = [...left].filter((resource) => ![...dependencies(all, resource)].some((one) => left.has(one)));
    if (group.length === 0)
      throw new Error("Cannot order deletions: the state has resources that depend on each other");
    for (const resource of group) left.delete(resource);
    groups.unshift(group);
  }
  return groups;
}

function descendants(all: readonly Resource[], parent: string): Resource[] {
  const above = new Set([parent]);
  return all.filter((resource) => {
    if (!above.has(resource.parent)) return false;
    above.add(resource.urn);
    return true;
  });
}
