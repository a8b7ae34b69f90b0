/**
 * The state file: what exists, and what was under way. It is written before and after every step, whole and by
 * renaming, so that a kill at any moment leaves a state that says what was going on. Secrets are marked, not encrypted.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Resource } from "./resource";

export type PendingType = "creating" | "updating" | "deleting";

export interface PendingOperation {
  type: PendingType;
  resource: Resource;
}

/** Configuration of the default provider, as of the last `up` that used it. */
export interface StoredConfig {
  values: Record<string, string>;
  secretKeys: string[];
}

export interface State {
  resources: Resource[];
  pendingOperations: PendingOperation[];
  provider: StoredConfig | undefined;
}

type Stored = { urn: string; type: string } & Partial<Resource>;

interface StoredState {
  resources: Stored[];
  pendingOperations?: { type: PendingType; resource: Stored }[];
  provider?: StoredConfig;
}

export function readState(file: string): State {
  const text = readText(file);
  if (text === undefined) return { resources: [], pendingOperations: [], provider: undefined };
  let stored: StoredState;
  try {
    stored = JSON.parse(text);
  } catch (error) {
    throw new Error(
      `Cannot read the state in "${file}": ${(error as Error).message}; put a copy back or begin without it`,
    );
  }
  return {
    resources: stored.resources.map(complete),
    pendingOperations: (stored.pendingOperations ?? []).map((one) => ({ ...one, resource: complete(one.resource) })),
    provider: stored.provider,
  };
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return undefined;
  }
}

export function writeState(file: string, state: State): void {
  const stored = {
    version: 1,
    time: new Date().toISOString(),
    ...(state.provider === undefined ? {} : { provider: state.provider }),
    resources: state.resources.map(brief),
    ...(state.pendingOperations.length === 0
      ? {}
      : { pendingOperations: state.pendingOperations.map((one) => ({ ...one, resource: brief(one.resource) })) }),
  };
  mkdirSync(dirname(file), { recursive: true });
  const beside = `${file}.${process.pid}.new`;
  writeFileSync(beside, `${JSON.stringify(stored, null, 2)}\n`, { mode: 0o600 });
  renameSync(beside, file);
}

/** What to tell the user before going on; undefined where nothing is pending. */
export function pendingWarning({ pendingOperations }: State): string | undefined {
  if (pendingOperations.length === 0) return undefined;
  const lines = pendingOperations.map(({ type, resource }) => `\n  * ${resource.urn}, interrupted while ${type}`);
  return (
    `${pendingOperations.length} operation(s) of an earlier, interrupted run are pending:${lines.join("")}\n` +
    "Nobody knows what came of them. Look at what is there, then run refresh, with --clear-pending-creates to forget creations"
  );
}

/** Without what is empty, as in the real engine's state. */
function brief(resource: Resource): Stored {
  const filled = Object.entries(resource).filter(([, value]) => {
    if (value === "" || value === false || value === undefined) return false;
    return typeof value !== "object" || Object.keys(value).length > 0;
  });
  return { ...Object.fromEntries(filled), urn: resource.urn, type: resource.type };
}

function complete({ urn, type, ...stored }: Stored): Resource {
  return {
    // In the order of a new one, so that one that has not changed is seen to be the same.
    urn,
    type,
    custom: false,
    id: "",
    inputs: {},
    outputs: {},
    parent: "",
    dependencies: [],
    propertyDependencies: {},
    deletedWith: "",
    replaceWith: [],
    replacementTrigger: undefined,
    protect: false,
    retainOnDelete: false,
    delete: false,
    pendingReplacement: false,
    taint: false,
    additionalSecretOutputs: [],
    ignoreChanges: [],
    replaceOnChanges: [],
    aliases: [],
    customTimeouts: {},
    initErrors: [],
    ...stored,
  };
}
