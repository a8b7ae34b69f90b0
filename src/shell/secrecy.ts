/** Whether values that the program passes are secret. */
import { types } from "node:util";
import * as pulumi from "@pulumi/pulumi";

/** Known at once for plain values: of an output, Pulumi makes several promises for each value in it. */
export function isSecret(value: unknown): false | Promise<boolean> {
  return comesLater(value) && pulumi.isSecret(pulumi.output(value));
}

function comesLater(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (pulumi.Output.isInstance(value) || types.isPromise(value)) return true;
  return Object.values(value).some(comesLater);
}
