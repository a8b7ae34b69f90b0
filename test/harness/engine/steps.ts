/**
 * One step: a change to one resource, or the finding that none is needed. Running it asks the provider (not in a
 * preview), records what came of it, and then lets the program go on.
 */

import type { Operation, StepEvent } from "./events";
import { copy, equal, isSecret, type Properties, secret } from "./properties";
import type { Provider } from "./provider";
import { ProviderError } from "./refusal";
import type { Resource } from "./resource";
import type { Snapshot } from "./snapshot";

export interface StepContext {
  dryRun: boolean;
  snapshot: Snapshot;
  /** URNs whose deletion has been decided, for `deletedWith`. */
  deletes: ReadonlySet<string>;
  provider(): Promise<Provider>;
}

export interface Step {
  op: Operation;
  urn: string;
  old?: Resource;
  new?: Resource;
  replaces?: string[];
  result?: StepEvent["result"];
  run(context: StepContext): Promise<void>;
  /** Answers the program, once what was done is on record. */
  complete?: () => void;
}

/** Refused without trying: the operation goes on with what does not depend on it. */
export class ProtectedError extends Error {
  constructor(urn: string) {
    super(
      `resource "${urn}" cannot be deleted\nbecause it is protected. To unprotect it, take the protect option out of ` +
        "the program and run up",
    );
  }
}

type Answer = (() => void) | undefined;
const answering = (complete: Answer): Pick<Step, "complete"> => (complete === undefined ? {} : { complete });

export function sameStep(old: Resource, made: Resource, complete?: Answer): Step {
  return {
    op: "same",
    urn: made.urn,
    old,
    new: made,
    async run({ snapshot }) {
      made.id = old.id;
      made.outputs = old.outputs;
      markSecrets(made);
      snapshot.succeed(old, made);
    },
    ...answering(complete),
  };
}

/** Outside the targets and not there yet: the program is told something, and nothing is recorded. */
export function skippedCreateStep(made: Resource, complete?: Answer): Step {
  return { op: "same", urn: made.urn, new: made, async run() {}, ...answering(complete) };
}

export function createStep(
  made: Resource,
  complete: Answer,
  replacing?: { old: Resource; keepOld: boolean; keys: string[] },
): Step {
  return {
    op: replacing === undefined ? "create" : "create-replacement",
    urn: made.urn,
    ...(replacing === undefined ? {} : { old: replacing.old, replaces: replacing.keys }),
    new: made,
    async run(context) {
      const { snapshot, dryRun } = context;
      const operation = snapshot.begin("creating", made);
      let failure: ProviderError | undefined;
      if (made.custom && dryRun) made.outputs = copy(made.inputs);
      else if (made.custom) {
        try {
          Object.assign(made, await (await context.provider()).create(made.urn, made.inputs));
        } catch (error) {
          failure = partialOf(error);
          if (failure?.partial === undefined) {
            snapshot.end(operation);
            throw error;
          }
          made.id = failure.partial.id;
          made.outputs = failure.partial.outputs;
          made.initErrors = failure.partial.reasons;
        }
      }
      markSecrets(made);
      if (replacing?.keepOld === true) replacing.old.delete = true;
      const gone = replacing?.old.pendingReplacement === true ? replacing.old : undefined;
      snapshot.end(operation, { made, gone });
      if (failure !== undefined) throw failure;
    },
    ...answering(complete),
  };
}

export function updateStep(old: Resource, made: Resource, complete: Answer): Step {
  return {
    op: "update",
    urn: made.urn,
    old,
    new: made,
    async run(context) {
      const { snapshot, dryRun } = context;
      made.id = old.id;
      const operation = snapshot.begin("updating", made);
      let failure: ProviderError | undefined;
      if (made.custom && dryRun) made.outputs = copy(made.inputs);
      else if (made.custom) {
        try {
          made.outputs = await (await context.provider()).update(made.urn, old.id, old, made.inputs);
        } catch (error) {
          failure = partialOf(error);
          if (failure?.partial === undefined) {
            snapshot.end(operation);
            throw error;
          }
          made.outputs = failure.partial.outputs;
          made.initErrors = failure.partial.reasons;
        }
      }
      markSecrets(made);
      // What exists was not made from the new inputs, so they are not recorded as if it had been.
      if (failure !== undefined) made.inputs = copy(old.inputs);
      snapshot.end(operation, { gone: old, made });
      if (failure !== undefined) throw failure;
    },
    ...answering(complete),
  };
}

export function deleteStep(old: Resource, replacing?: { pendingReplacement: boolean }): Step {
  return {
    op: replacing === undefined ? "delete" : "delete-replaced",
    urn: old.urn,
    old,
    async run(context) {
      const { snapshot, dryRun, deletes } = context;
      const operation = snapshot.begin("deleting", old);
      try {
        if (replacing === undefined && old.protect) throw new ProtectedError(old.urn);
        const goesWithAnother = old.deletedWith !== "" && deletes.has(old.deletedWith);
        if (old.custom && !dryRun && !old.retainOnDelete && !goesWithAnother) {
          await (await context.provider()).delete(old.urn, old.id, old.inputs, old.outputs);
        }
      } catch (error) {
        snapshot.end(operation);
        throw error;
      }
      // It stays on record until its replacement is there, so that an interrupted replacement is completed.
      if (replacing?.pendingReplacement === true) old.pendingReplacement = true;
      snapshot.end(operation, { gone: old.pendingReplacement ? undefined : old });
    },
  };
}

/** Says that a resource is replaced; the work is in the steps around it. */
export function replaceStep(old: Resource, made: Resource, keys: string[]): Step {
  return { op: "replace", urn: made.urn, old, new: made, replaces: keys, async run() {} };
}

/** Deleted earlier for a replacement that nobody wants any more. */
export function forgetStep(old: Resource): Step {
  return {
    op: "remove-pending-replace",
    urn: old.urn,
    old,
    async run({ snapshot }) {
      snapshot.end(undefined, { gone: old });
    },
  };
}

export function refreshStep(old: Resource): Step {
  const step: Step = {
    op: "refresh",
    urn: old.urn,
    old,
    new: old,
    result: "same",
    async run(context) {
      if (!old.custom || old.pendingReplacement) return;
      const provider = await context.provider();
      const found = await provider.read(old.urn, old.id, old.inputs, old.outputs);
      if (found.id === "") {
        delete step.new;
        step.result = "delete";
        return;
      }
      const made: Resource = {
        ...old,
        id: found.id,
        inputs: found.inputs ?? old.inputs,
        outputs: found.outputs,
        initErrors: [],
      };
      const diff = await provider.diff(made.urn, made.id, made.inputs, made.outputs, old.inputs);
      markSecrets(made);
      step.new = made;
      const changed = diff.changes === "unknown" ? !equal(made.inputs, old.inputs) : diff.changes === "some";
      step.result = changed ? "update" : "same";
    },
  };
  return step;
}

function partialOf(error: unknown): ProviderError | undefined {
  return error instanceof ProviderError ? error : undefined;
}

/** Secret by the program's wish, or because the input of the same name is. */
function markSecrets(resource: Resource): void {
  const outputs: Properties = { ...resource.outputs };
  for (const [key, value] of Object.entries(outputs)) {
    if (resource.additionalSecretOutputs.includes(key) || isSecret(resource.inputs[key])) outputs[key] = secret(value);
  }
  resource.outputs = outputs;
}
