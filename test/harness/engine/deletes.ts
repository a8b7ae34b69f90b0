/**
 * After the program, deletes what is in state but not in the program, dependents before their dependencies.
 */

import type { Decisions } from "./decisions";
import type { Executor } from "./executor";
import { allDependencies, deletionOrder, dependents } from "./graph";
import { copy } from "./properties";
import { goingWith, replacedWith } from "./replacement";
import type { Resource } from "./resource";
import { deleteStep, forgetStep, type Step, sameStep } from "./steps";

export async function deleteUnwanted(so: Decisions, executor: Executor): Promise<void> {
  const { steps, untouched } = await decide(so);
  await executor.chain(untouched);
  const byResource = new Map(steps.map((step) => [step.old, step]));
  const kept = new Set<Resource>();
  let seen = executor.failed.length;
  for (const group of deletionOrder(
    so.resources,
    steps.flatMap((step) => step.old ?? []),
  )) {
    // What could not be deleted keeps whatever it needs.
    for (const { old } of executor.failed.slice(seen)) {
      if (old !== undefined) for (const one of allDependencies(so.resources, old)) kept.add(one);
    }
    seen = executor.failed.length;
    await Promise.all(
      group
        .filter((resource) => !kept.has(resource))
        .map((resource) => {
          const step = byResource.get(resource);
          return step === undefined ? undefined : executor.chain([step]);
        }),
    );
  }
}

async function decide(so: Decisions): Promise<{ steps: Step[]; untouched: Step[] }> {
  const allowed = await allowedToGo(so);
  const steps: Step[] = [];
  const untouched: Step[] = [];
  for (const resource of so.resources) {
    if (allowed !== undefined && !allowed.has(resource.urn)) {
      if (!so.operatedOn(resource.urn) && !resource.delete) untouched.push(sameStep(resource, copy(resource)));
    } else if (resource.delete) {
      if (so.condemned.has(resource)) continue;
      so.deletes.add(resource.urn);
      steps.push(deleteStep(resource, { pendingReplacement: false }));
    } else if (!so.operatedOn(resource.urn)) {
      so.deletes.add(resource.urn);
      steps.push(resource.pendingReplacement ? forgetStep(resource) : deleteStep(resource));
    }
  }
  if (refusesUntargeted(so, steps) && !so.options.dryRun) return { steps: [], untouched: [] };
  return { steps, untouched };
}

/** With targets: they, what is below them and what depends on them; undefined without. */
async function allowedToGo(so: Decisions): Promise<Set<string> | undefined> {
  if (!so.targets.constrained) return undefined;
  const allowed = new Set<string>();
  for (const root of so.resources.filter((resource) => so.targets.has(resource.urn))) {
    for (const resource of [root, ...dependents(so.resources, root, { children: true })]) {
      allowed.add(resource.urn);
      for (const other of [...(await replacedWith(so, resource)), ...goingWith(so, resource)]) allowed.add(other.urn);
    }
  }
  return allowed;
}

function refusesUntargeted(so: Decisions, steps: readonly Step[]): boolean {
  if (!so.targets.constrained || so.options.targetDependents) return false;
  const others = steps.filter((step) => !so.targets.has(step.urn));
  for (const { urn } of others) {
    so.error(
      urn,
      `Resource "${urn}" would be deleted but was not named by --target; name it, or use --target-dependents`,
    );
  }
  return others.length > 0;
}
