import { describe, expect, test } from "@jest/globals";
import { diffLines } from "../../../harness/engine/diff";
import { secret, UNKNOWN } from "../../../harness/engine/properties";

describe("what changes, in lines", () => {
  test("added, removed, changed and nested", () => {
    const old = { gone: "x", same: 1, value: 1, nested: { a: 1, b: [1] } };
    expect(
      diffLines(old, { same: 1, value: "two", nested: { a: 1, b: [1, { c: true }] }, fresh: null, more: {} }),
    ).toEqual(['- gone: "x"', "+ more: {}", "~ nested:", "    ~ b: [1] => [1, { c: true }]", '~ value: 1 => "two"']);
  });

  test("secrets are not shown, nor keys that are the program's own business", () => {
    const lines = diffLines(
      { token: secret("hush"), __urn: "a" },
      { token: secret("other"), list: [secret("hush")], __urn: "b" },
    );
    expect(lines).toEqual(["+ list: [[secret]]", "~ token: [secret] => [secret]"]);
    expect(lines.join()).not.toContain("hush");
  });

  test("what is not known yet is said to be so", () => {
    expect(diffLines({ a: 1 }, { a: UNKNOWN })).toEqual(["~ a: 1 => [unknown]"]);
  });
});
