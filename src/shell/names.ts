/** Computes a resource's URN as the program declares it, and the URNs it may have had before. */
import * as pulumi from "@pulumi/pulumi";

type Alias = pulumi.Input<pulumi.URN | pulumi.Alias>;

export interface Declared {
  type: string;
  name: string;
  parent: pulumi.Resource | undefined;
  aliases: readonly Alias[];
}

/** Private fields that the SDK sets on a resource, in every supported release. */
interface SdkResource {
  __name?: string;
  __pulumiType?: string;
  __parentResource?: pulumi.Resource;
  __aliases?: pulumi.Output<pulumi.URN>[];
}

interface Named {
  type: string;
  name: string;
}

/** At once for what has no parent: `pulumi.createUrn` makes several outputs for it. */
export const urnOf = ({ type, name, parent }: Declared): pulumi.URN | Promise<pulumi.URN | undefined> =>
  parent === undefined ? urn({ type, name }) : valueAlone(pulumi.createUrn(name, type, parent));

/** Whether there can be any. */
export const hasFormerUrns = ({ parent, aliases }: Declared): boolean => parent !== undefined || aliases.length > 0;

/**
 * The same as Pulumi's engine computes: from the aliases, and from those of the parents. Undefined if there are none.
 */
export async function formerUrnsOf(declared: Declared): Promise<pulumi.URN[] | undefined> {
  const { type, name, parent, aliases } = declared;
  const own = await Promise.all(aliases.map((alias) => urnsOfAlias(alias, declared)));
  const urns = await withInherited({ type, name }, own.flat(), parent);
  return urns.length > 0 ? urns : undefined;
}

/** More than one if the parent named by the alias has former names itself. */
async function urnsOfAlias(alias: Alias, { type, name, parent }: Declared): Promise<pulumi.URN[]> {
  const known = await valueAlone(pulumi.output(alias) as pulumi.Output<pulumi.URN | pulumi.Alias>);
  if (known === undefined) return [];
  if (typeof known === "string") return [known];
  // `parent: undefined` means the stack; a missing `parent` means the current parent.
  const above = "parent" in known ? known.parent : parent;
  const parents = pulumi.Resource.isInstance(above)
    ? [await valueAlone(above.urn), ...(await formerUrnsOfResource(above))]
    : [await valueAlone(pulumi.output(above))];
  const named = { type: (known.type as string | undefined) || type, name: (known.name as string | undefined) || name };
  return parents.map((one) => urn(named, one, known.stack as string | undefined, known.project as string | undefined));
}

/** A child's former names apply below its current parent and also below each former parent. */
async function withInherited(
  self: Named,
  own: pulumi.URN[],
  parent: pulumi.Resource | undefined,
): Promise<pulumi.URN[]> {
  const oldParents = parent === undefined ? [] : await formerUrnsOfResource(parent);
  const parentName = (parent as SdkResource | undefined)?.__name ?? "";
  const inherited = oldParents.flatMap((old) =>
    [self, ...own.map(named)].map(({ type, name }) => {
      // By convention a child's name begins with its parent's, so it changes with it.
      const oldName = name.startsWith(parentName) ? named(old).name + name.slice(parentName.length) : name;
      return urn({ type, name: oldName }, old);
    }),
  );
  const present = urn(self, parent && (await valueAlone(parent.urn)));
  return [...new Set([...own, ...inherited])].filter((one) => one !== present);
}

async function formerUrnsOfResource(resource: pulumi.Resource): Promise<pulumi.URN[]> {
  const {
    __name: name = "",
    __pulumiType: type = "",
    __parentResource: parent,
    __aliases = [],
  } = resource as SdkResource;
  const own = await Promise.all(__aliases.map(valueAlone));
  return withInherited(
    { type, name },
    own.filter((one) => one !== undefined),
    parent,
  );
}

/** The stack as parent does not appear in a URN. */
function urn({ type, name }: Named, parent?: pulumi.URN, stack?: string, project?: string): pulumi.URN {
  const above = parent === undefined ? "" : qualifiedType(parent);
  const qualified = above === "" || above === "pulumi:pulumi:Stack" ? type : `${above}$${type}`;
  return `urn:pulumi:${stack || pulumi.getStack()}::${project || pulumi.getProject()}::${qualified}::${name}`;
}

const qualifiedType = (from: pulumi.URN): string => from.split("::")[2] ?? "";

const named = (from: pulumi.URN): Named => ({
  type: qualifiedType(from).split("$").at(-1) ?? "",
  name: from.split("::").slice(3).join("::"),
});

/**
 * The value without its dependencies; undefined if unknown. A resource whose input depends on a component waits for
 * everything in it: two in one component would wait for each other for ever, and the program would end successfully
 * with nothing registered.
 */
export function valueAlone<T>(output: pulumi.Output<T>): Promise<T | undefined> {
  return (output as unknown as { promise(): Promise<T | undefined> }).promise();
}
