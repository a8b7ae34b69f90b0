import { describe, expect, test } from "@jest/globals";
import { DruidIngestionError, isDruidIngestionError } from "../../../src/base/errors";

describe("isDruidIngestionError()", () => {
  test("tells an error of this package, and its kind what happened", () => {
    const error: unknown = new DruidIngestionError("timeout", "Cannot wait");
    expect(isDruidIngestionError(error) && error.kind).toBe("timeout");
  });

  test("also one of another copy of the package", () => {
    const other = Object.assign(new Error("Cannot connect"), { name: "DruidUnreachableError", kind: "unreachable" });
    expect(isDruidIngestionError(other)).toBe(true);
  });

  test.each([
    ["a plain error", new Error("no")],
    ["an error of others with a kind", Object.assign(new Error("no"), { kind: "http" })],
    ["an error of others with such a name", Object.assign(new Error("no"), { name: "DruidError" })],
    ["no error at all", { name: "DruidIngestionError", kind: "http" }],
    ["nothing", undefined],
  ])("%s is none", (_what, value) => {
    expect(isDruidIngestionError(value)).toBe(false);
  });
});
