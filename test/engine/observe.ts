/** What a step came to, in the form of the recordings. */

import { isSecret, type Properties, reveal, type Value } from "../harness/engine/properties";
import type { Resource } from "../harness/engine/resource";
import type { Result } from "../harness/engine/result";
import { readState } from "../harness/engine/state";
import type { Call, Json, Observed, ObservedResource } from "./cases";

const stackPrefix = "urn:pulumi:dev::case::";

export function observe(
  command: string,
  exit: number | string,
  result: Result,
  stateFile: string,
  calls: Call[],
): Observed {
  const state = readState(stateFile);
  return {
    command,
    exit,
    operations: result.operations.map(([op, urn]) => [op, short(urn)]),
    failed: result.failed.map(([op, urn]) => [op, short(urn)]),
    diagnostics: result.diagnostics
      .filter(({ severity }) => severity === "error" || severity === "warning")
      .map(({ severity, urn, message }) => [severity, short(urn), message]),
    calls,
    resources: state.resources.map(view),
    pendingOperations: state.pendingOperations.map(({ type, resource }) => [type, short(resource.urn)]),
  };
}

const short = (urn: string): string => (urn.startsWith(stackPrefix) ? urn.slice(stackPrefix.length) : urn);

/** A resource in the recorded form, in which what is empty is left out. */
function view(resource: Resource): ObservedResource {
  const { inputs, outputs, propertyDependencies, customTimeouts, replacementTrigger, type, ...rest } = resource;
  const shown: { [key: string]: Json } = {
    ...rest,
    type,
    parent: short(resource.parent),
    deletedWith: short(resource.deletedWith),
    replaceWith: resource.replaceWith.map(short),
    ...(replacementTrigger !== undefined && opened({ replacementTrigger })),
    dependencies: resource.dependencies.map(short),
    propertyDependencies: Object.fromEntries(
      Object.entries(propertyDependencies).map(([key, urns]) => [key, urns.map(short)]),
    ),
    customTimeouts: { ...customTimeouts },
    inputs: opened(inputs),
    outputs: opened(outputs),
    providerInInputs: "__provider" in inputs,
    providerInOutputs: "__provider" in outputs,
  };
  const filled = Object.entries(shown).filter(([, value]) => {
    if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
    return value !== "" && value !== false;
  });
  return { ...Object.fromEntries(filled), urn: short(resource.urn) };
}

/** Secrets as `{"secret": x}`, and without the text that tells where the provider is. */
function opened(properties: Properties): { [key: string]: Json } {
  const open = (value: Value): Json => {
    if (isSecret(value)) return { secret: open(reveal(value)) };
    if (Array.isArray(value)) return value.map(open);
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries<Value>(value).map(([key, part]) => [key, open(part)]));
    }
    return value;
  };
  const { __provider, ...shown } = properties;
  return Object.fromEntries(Object.entries<Value>(shown).map(([key, value]) => [key, open(value)]));
}
