/** What is inside of an output. */
import type * as pulumi from "@pulumi/pulumi";

interface Inside<T> {
  promise(): Promise<T>;
  isKnown: Promise<boolean>;
  isSecret: Promise<boolean>;
}

const inside = <T>(output: pulumi.Output<T>) => output as unknown as Inside<T>;

export const known = <T>(output: pulumi.Output<T>): Promise<T> => inside(output).promise();
export const isKnown = (output: pulumi.Output<unknown>): Promise<boolean> => inside(output).isKnown;
