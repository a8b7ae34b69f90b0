/** Keeps the input `checks` from being read as the output of the same name: in preview, Pulumi returns the inputs. */
import type * as pulumi from "@pulumi/pulumi";
import { unknown } from "@pulumi/pulumi/output";

/** Unknown while the value is still the input, which is an object; the results are a list. */
export function onlyResults<T>(told: pulumi.Output<T[] | undefined>): pulumi.Output<T[] | undefined> {
  return told.apply((value) => (value === undefined || Array.isArray(value) ? value : (unknown as unknown as T[])));
}
