import { expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { isSecret } from "../../../src/shell/secrecy";

test.each([["a text"], [undefined], [null], [[1, { a: ["b"] }]]])("isSecret() knows at once of %j", (value) => {
  expect(isSecret(value)).toBe(false);
});

test.each([
  [[{ a: pulumi.secret("x") }], true],
  [{ a: [pulumi.output("x")] }, false],
  [Promise.resolve(pulumi.secret(1)), true],
])("isSecret() waits for what comes later", async (value, expected) => {
  const found = isSecret(value);
  expect(found).toBeInstanceOf(Promise);
  expect(await found).toBe(expected);
});
