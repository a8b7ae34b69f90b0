/**
 * Runs a function after all transformations. Those of the resource, its parents and the stack can change inputs and
 * options after the constructor has passed them to Pulumi.
 */
import type * as pulumi from "@pulumi/pulumi";

export interface Registration {
  props: pulumi.Inputs;
  opts: pulumi.CustomResourceOptions;
}

/** Adds a transformation that runs first and, if there are others, appends `say` after them. */
export function withLastWord(
  opts: pulumi.CustomResourceOptions,
  say: (asked: Registration) => Registration,
): pulumi.CustomResourceOptions {
  let own: pulumi.Resource | undefined;
  const last: pulumi.ResourceTransformation = ({ resource, props, opts }) =>
    resource === own ? say({ props, opts }) : undefined;
  const first: pulumi.ResourceTransformation = ({ resource }) => {
    // Child resources inherit the transformations of this one.
    if (own !== undefined) return undefined;
    own = resource;
    const { __transformations: all = [] } = resource as { __transformations?: pulumi.ResourceTransformation[] };
    // Pulumi is iterating over this list right now; there is no other way to run after the stack's transformations.
    if (all.length > 1) all.push(last);
    return undefined;
  };
  return { ...opts, transformations: [first, ...(opts.transformations ?? [])] };
}
