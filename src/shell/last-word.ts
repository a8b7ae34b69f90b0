/**
 * The last word on what is registered. Transformations, of the resource itself, of its parents and of the stack, change
 * inputs and options after the constructor has handed them to Pulumi.
 */
import type * as pulumi from "@pulumi/pulumi";

export interface Registration {
  props: pulumi.Inputs;
  opts: pulumi.CustomResourceOptions;
}

/** The options with a transformation that is run first and puts `say` behind all others. */
export function withLastWord(
  opts: pulumi.CustomResourceOptions,
  say: (asked: Registration) => Registration,
): pulumi.CustomResourceOptions {
  let own: pulumi.Resource | undefined;
  const last: pulumi.ResourceTransformation = ({ resource, props, opts }) =>
    resource === own ? say({ props, opts }) : undefined;
  const first: pulumi.ResourceTransformation = ({ resource }) => {
    // Resources below this one inherit its transformations.
    if (own !== undefined) return undefined;
    own = resource;
    // The list that Pulumi is going through at this moment: there is no other way to stand behind the stack's own.
    (resource as { __transformations?: pulumi.ResourceTransformation[] }).__transformations?.push(last);
    return undefined;
  };
  return { ...opts, transformations: [first, ...(opts.transformations ?? [])] };
}
