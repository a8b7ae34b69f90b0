/** The output `checks` has the name of an input, and in a preview Pulumi answers with the inputs. */
import type * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output";

/** Unknown until the results are there: the input is an object, the results are a list. */
export function onlyResults<T>(told: pulumi.Output<T[] | undefined>): pulumi.Output<T[] | undefined> {
  return told.apply((value) => (value === undefined || Array.isArray(value) ? value : (unknown as unknown as T[])));
}
