/**
 * The state while an operation runs: what the operation has made so far, then what is left of the state it found.
 * Every change is written at once.
 */
import { mapValues } from "./properties";
import type { Resource } from "./resource";
import { type PendingOperation, type PendingType, type State, type StoredConfig, writeState } from "./state";
import { belowParent, isStack } from "./urn";

export class Snapshot {
  readonly #file: string;
  #found: State;
  #made: Resource[] = [];
  readonly #done = new Set<Resource>();
  readonly #pending = new Set<PendingOperation>();
  #provider: StoredConfig | undefined;
  #closed = false;

  /** Without a file nothing is written: a preview. */
  constructor(
    found: State,
    readonly file: string | undefined,
  ) {
    this.#file = file ?? "";
    this.#found = found;
    this.#provider = found.provider;
  }

  /** Before a step that changes the world: it is on record as under way. */
  begin(type: PendingType, resource: Resource): PendingOperation {
    const operation = { type, resource };
    this.#pending.add(operation);
    this.write();
    return operation;
  }

  /** After a step: `made` is there now, `gone` is not (or has been succeeded by `made`). */
  end(
    operation: PendingOperation | undefined,
    change: { made?: Resource | undefined; gone?: Resource | undefined } = {},
  ): void {
    if (operation !== undefined) this.#pending.delete(operation);
    if (change.gone !== undefined) this.#done.add(change.gone);
    if (change.made !== undefined) this.#made.push(change.made);
    this.write();
  }

  /** Nothing was done, but what is on record may differ in options or dependencies; only then it is written. */
  succeed(old: Resource, made: Resource): void {
    this.#done.add(old);
    this.#made.push(made);
    if (JSON.stringify(old) !== JSON.stringify(made)) this.write();
  }

  /** A refresh has looked at everything: its findings take the place of the state that was found. */
  rebase(resources: Resource[]): void {
    this.#found = { ...this.#found, resources };
  }

  /** Configuration with which the default provider now runs. */
  configure(provider: StoredConfig | undefined): void {
    this.#provider = provider;
  }

  /** After this nothing is written any more, whatever steps may still end. */
  close(): void {
    this.#closed = true;
  }

  get resources(): Resource[] {
    return [...this.#made, ...this.#found.resources].filter((resource) => !this.#done.has(resource));
  }

  /** Creations under way in an older operation stay on record: nobody knows what came of them. */
  get pendingOperations(): PendingOperation[] {
    return [...this.#pending, ...this.#found.pendingOperations.filter((operation) => operation.type === "creating")];
  }

  write(): void {
    if (this.#closed || this.#file === "") return;
    const resources = renamed(this.resources);
    const provider = resources.some((resource) => resource.custom) ? this.#provider : undefined;
    writeState(this.#file, { resources, pendingOperations: this.pendingOperations, provider });
  }
}

/**
 * Whoever refers to a resource by a name it had before refers to it by its new one, and what is below a resource of a
 * new name has a new name itself, also where the operation has not come to it.
 */
function renamed(resources: Resource[]): Resource[] {
  const now = new Map<string, string>();
  for (const resource of resources) {
    for (const alias of resource.aliases) now.set(alias, resource.urn);
    const parent = now.get(resource.parent);
    if (parent === undefined || isStack(parent)) continue;
    now.set(resource.urn, belowParent(parent, resource.urn));
  }
  if (now.size === 0) return resources;
  const rename = (urn: string): string => now.get(urn) ?? urn;
  return resources.map((resource) => ({
    ...resource,
    urn: rename(resource.urn),
    parent: rename(resource.parent),
    dependencies: resource.dependencies.map(rename),
    propertyDependencies: mapValues(resource.propertyDependencies, (urns) => urns.map(rename)),
    deletedWith: rename(resource.deletedWith),
    replaceWith: resource.replaceWith.map(rename),
    aliases: [],
  }));
}
