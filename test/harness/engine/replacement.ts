/**
 * A resource that is deleted before it is created anew takes others with it: those that would have to be replaced too
 * if what they take from it changed. Whether they would is asked of the provider, with those inputs unknown.
 */

import { Bail, type Decisions } from "./decisions";
import { applyReplaceOnChanges, difference } from "./difference";
import { dependents } from "./graph";
import { mapValues, UNKNOWN } from "./properties";
import type { Resource } from "./resource";
import { deleteStep, type Step } from "./steps";

/** Dependents that have to go first, the last in line before the others. */
export async function deletionsBefore(so: Decisions, root: Resource): Promise<Step[]> {
  const steps: Step[] = [];
  for (const resource of [...(await replacedWith(so, root)), ...goingWith(so, root)].reverse()) {
    if (so.condemned.has(resource)) continue;
    if (resource.delete) {
      steps.push(deleteStep(resource));
    } else {
      if (resource.protect) {
        so.error(
          resource.urn,
          `unable to replace resource "${resource.urn}" as part of replacing "${root.urn}" as it is protected. To ` +
            "unprotect it, take the protect option out of the program and run up",
        );
        throw new Bail();
      }
      steps.push(deleteStep(resource, { pendingReplacement: true }));
    }
    so.deletes.add(resource.urn);
    so.condemned.add(resource);
  }
  return steps;
}

/** What would be replaced if the resource were, in order. */
export async function replacedWith(so: Decisions, root: Resource): Promise<Resource[]> {
  // Whatever the program has asked for already cannot depend on what it asks for now, even if it once did.
  const ignore = new Set([so.creates, so.sames, so.updates, so.deletes, so.replaces].flatMap((set) => [...set]));
  const replaced = new Set([root.urn]);
  const found: Resource[] = [];
  for (const resource of dependents(so.resources, root, { ignore })) {
    if (!(await mustGo(so, resource, replaced))) continue;
    found.push(resource);
    replaced.add(resource.urn);
  }
  return found;
}

async function mustGo(so: Decisions, resource: Resource, replaced: ReadonlySet<string>): Promise<boolean> {
  if (!resource.custom) return false;
  if (resource.deletedWith !== "" && replaced.has(resource.deletedWith)) return true;
  const lost = (key: string): boolean => (resource.propertyDependencies[key] ?? []).some((urn) => replaced.has(urn));
  if (!Object.keys(resource.inputs).some(lost)) return false;
  const inputs = mapValues(resource.inputs, (value, key) => (lost(key) ? UNKNOWN : value));
  const provider = await so.options.provider(false);
  const verdict = await difference(provider, resource, resource.inputs, inputs, resource.ignoreChanges, resource.urn);
  return applyReplaceOnChanges(verdict, resource.replaceOnChanges, false).replaces.length > 0;
}

/** What the state says goes together with the resource. */
export function goingWith(so: Decisions, root: Resource): Resource[] {
  const goes = (one: Resource): boolean => one.deletedWith === root.urn || one.replaceWith.includes(root.urn);
  return [...so.olds.values()].filter((one) => goes(one) && !so.operatedOn(one.urn));
}
