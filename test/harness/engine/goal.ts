/** What a registration asks for, out of the message it comes in; or what in it this engine does not do. */
import { fromProgram, type Value } from "./properties";
import type { AliasSpec, Goal, Timeouts } from "./resource";
import { fromStruct, type Sdk } from "./sdk";

export type Request = InstanceType<Sdk["resource"]["RegisterResourceRequest"]> & {
  getStateMigrationsList?(): unknown[];
};
type Alias = ReturnType<Request["getAliasesList"]>[number];

/** What of a registration this engine does not do. */
export function notServed(request: Request): string | undefined {
  const named = `"${request.getName()}"`;
  if (request.getImportid() !== "") return `importing ${named} (opts.import)`;
  if (request.getRemote()) return `the remote component ${named}`;
  if (request.getTransformsList().length > 0) return `transforms of ${named}`;
  if (request.getHooks() !== undefined) return `hooks of ${named}`;
  if ((request.getStateMigrationsList?.() ?? []).length > 0) return `state migrations of ${named}`;
  if (request.getProvider() !== "") return `an explicit provider for ${named}`;
  const served = !request.getCustom() || request.getType().startsWith("pulumi-nodejs:");
  return served
    ? undefined
    : `the type "${request.getType()}" of ${named} (only dynamic resources have a provider here)`;
}

export function goalOf(request: Request, parent: Goal | undefined): Goal {
  const propertyDependencies = new Map<string, Set<string>>();
  const depends = (key: string, urns: readonly string[]): void => {
    const known = propertyDependencies.get(key) ?? new Set();
    for (const urn of urns) known.add(urn);
    if (known.size > 0) propertyDependencies.set(key, known);
  };
  const inputs = fromProgram(fromStruct(request.getObject()), (key, urn) => depends(key, [urn]));
  const told = request.getPropertydependenciesMap();
  if (told.getLength() === 0) for (const key of Object.keys(inputs)) depends(key, request.getDependenciesList());
  told.forEach((urns, key) => {
    depends(key, urns.getUrnsList());
  });
  const dbr = request.getDeletebeforereplacedefined() || request.getDeletebeforereplace();
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    inputs,
    parent: request.getParent(),
    dependencies: [...new Set(request.getDependenciesList())],
    propertyDependencies: Object.fromEntries([...propertyDependencies].map(([key, urns]) => [key, [...urns]])),
    deletedWith: request.getDeletedwith() || (parent?.deletedWith ?? ""),
    replaceWith: request.getReplaceWithList(),
    replacementTrigger: triggerOf(request),
    protect: request.hasProtect() ? request.getProtect() : parent?.protect,
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : parent?.retainOnDelete,
    deleteBeforeReplace: dbr ? request.getDeletebeforereplace() : undefined,
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    aliases: [
      ...request.getAliasurnsList().map((urn) => ({ urn })),
      ...request.getAliasesList().map((alias) => aliasOf(alias, request.getAliasspecs())),
    ],
    customTimeouts: timeoutsOf(request.getCustomtimeouts()),
  };
}

/** Null is as good as none. */
function triggerOf(request: Request): Value | undefined {
  const given = request.getReplacementTrigger()?.toJavaScript() as Value | undefined;
  return fromProgram({ given: given ?? null }).given ?? undefined;
}

/** Older Node.js SDKs say "no parent" by an empty parent, and the same parent by "no parent". */
function aliasOf(alias: Alias, proper: boolean): AliasSpec {
  const spec = alias.getSpec();
  if (spec === undefined) return { urn: alias.getUrn() };
  const parent = spec.getParenturn();
  const noParent = proper ? spec.getNoparent() : parent === "" && !spec.getNoparent();
  return {
    name: spec.getName(),
    type: spec.getType(),
    stack: spec.getStack(),
    project: spec.getProject(),
    parent,
    noParent,
  };
}

function timeoutsOf(asked: ReturnType<Request["getCustomtimeouts"]>): Timeouts {
  const found: Timeouts = {};
  for (const [key, text] of Object.entries({
    create: asked?.getCreate(),
    update: asked?.getUpdate(),
    delete: asked?.getDelete(),
  })) {
    if (text !== undefined && text !== "") found[key as keyof Timeouts] = seconds(text);
  }
  return found;
}

/** "1h30m", "90s" or "1.5m" in seconds. */
function seconds(text: string): number {
  const units: Record<string, number> = { ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };
  const parts = [...text.matchAll(/([\d.]+)(ns|us|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text) {
    throw new Error(`unable to parse customTimeout value "${text}": write it as in "90s" or "1h30m"`);
  }
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (units[unit ?? "s"] ?? 1), 0);
}
