/** What the state knows of a resource, and what a program asks for. Instances are compared by identity. */
import type { Properties, Value } from "./properties";

export interface Timeouts {
  create?: number;
  update?: number;
  delete?: number;
}

export interface Resource {
  urn: string;
  type: string;
  /** False for components and the stack: nobody creates them. */
  custom: boolean;
  id: string;
  inputs: Properties;
  outputs: Properties;
  parent: string;
  dependencies: string[];
  propertyDependencies: { [key: string]: string[] };
  deletedWith: string;
  replaceWith: string[];
  /** Undefined where the program gives none. */
  replacementTrigger: Value | undefined;
  protect: boolean;
  retainOnDelete: boolean;
  /** Replaced by another of the same URN, and not yet deleted. */
  delete: boolean;
  /** Deleted, and its replacement not yet created. */
  pendingReplacement: boolean;
  /** Whether the next operation must replace it (`pulumi state taint`). */
  taint: boolean;
  additionalSecretOutputs: string[];
  ignoreChanges: string[];
  replaceOnChanges: string[];
  aliases: string[];
  customTimeouts: Timeouts;
  initErrors: string[];
}

export type AliasSpec =
  | { urn: string }
  | { name: string; type: string; stack: string; project: string; parent: string; noParent: boolean };

export interface Goal {
  type: string;
  name: string;
  custom: boolean;
  inputs: Properties;
  parent: string;
  dependencies: string[];
  propertyDependencies: { [key: string]: string[] };
  deletedWith: string;
  replaceWith: string[];
  replacementTrigger: Value | undefined;
  protect: boolean | undefined;
  retainOnDelete: boolean | undefined;
  deleteBeforeReplace: boolean | undefined;
  additionalSecretOutputs: string[];
  ignoreChanges: string[];
  replaceOnChanges: string[];
  aliases: AliasSpec[];
  customTimeouts: Timeouts;
}

/** The resource a goal describes, before anything has been done for it. */
export function wanted(goal: Goal, urn: string, aliases: string[]): Resource {
  return {
    urn,
    type: goal.type,
    custom: goal.custom,
    id: "",
    inputs: goal.inputs,
    outputs: {},
    parent: goal.parent,
    dependencies: goal.dependencies,
    propertyDependencies: goal.propertyDependencies,
    deletedWith: goal.deletedWith,
    replaceWith: goal.replaceWith,
    replacementTrigger: goal.replacementTrigger,
    protect: goal.protect ?? false,
    retainOnDelete: goal.retainOnDelete ?? false,
    delete: false,
    pendingReplacement: false,
    taint: false,
    additionalSecretOutputs: goal.additionalSecretOutputs,
    ignoreChanges: goal.ignoreChanges,
    replaceOnChanges: goal.replaceOnChanges,
    aliases,
    customTimeouts: goal.customTimeouts,
    initErrors: [],
  };
}

/** Everything a resource needs to be there before it, apart from its parent. */
export function needs(resource: Resource): Set<string> {
  const urns = new Set(resource.dependencies);
  for (const each of Object.values(resource.propertyDependencies)) for (const urn of each) urns.add(urn);
  if (resource.deletedWith !== "") urns.add(resource.deletedWith);
  for (const urn of resource.replaceWith) urns.add(urn);
  return urns;
}
