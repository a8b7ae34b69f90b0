/** Under which names a resource may have been known before: its own aliases, and those that its parent's bring. */
import type { AliasSpec } from "./resource";
import { isStack, nameOf, type Place, qualifiedType, typeOf, urnOf } from "./urn";

export interface Named {
  name: string;
  type: string;
  parent: string;
}

/** `renamed` tells, of a URN in this operation, the URN under which the state knew that resource. */
export function aliasUrns(
  place: Place,
  resource: Named,
  aliases: readonly AliasSpec[],
  renamed: ReadonlyMap<string, string>,
): string[] {
  const own = aliases.map((alias) => aliasUrn(place, resource, alias, renamed));
  const oldParent = renamed.get(resource.parent);
  if (oldParent === undefined) return [...new Set(own)];
  const inherited = [
    belowOld(place, resource.type, resource.name, resource.parent, oldParent),
    ...own.map((urn) => belowOld(place, typeOf(urn), nameOf(urn), resource.parent, oldParent)),
  ];
  return [...new Set([...own, ...inherited])];
}

function aliasUrn(place: Place, resource: Named, alias: AliasSpec, renamed: ReadonlyMap<string, string>): string {
  if ("urn" in alias) return alias.urn;
  let parent = alias.parent === "" ? resource.parent : (renamed.get(alias.parent) ?? alias.parent);
  if (alias.noParent || (parent !== "" && isStack(parent))) parent = "";
  const where = { stack: alias.stack || place.stack, project: alias.project || place.project };
  return urnOf(where, parent, alias.type || resource.type, alias.name || resource.name);
}

/** By custom a child's name begins with its parent's, so it changes with it. */
function belowOld(place: Place, type: string, name: string, parent: string, oldParent: string): string {
  const parentName = nameOf(parent);
  const oldName = name.startsWith(parentName) ? nameOf(oldParent) + name.slice(parentName.length) : name;
  return `urn:pulumi:${place.stack}::${place.project}::${qualifiedType(oldParent)}$${type}::${oldName}`;
}
