import { describe, expect, test } from "@jest/globals";
import {
  annotateSecrets,
  equal,
  forProvider,
  fromProgram,
  type Properties,
  SIGNATURE,
  secret,
  UNKNOWN,
  withoutUnknowns,
} from "../../../harness/engine/properties";

const reference = (fields: Properties): Properties => ({ [SIGNATURE]: "5cf8f73096256a8f31e491e813e4eb8e", ...fields });
const output = (fields: Properties): Properties => ({ [SIGNATURE]: "d0e6a833031e9bbcd3f4e8bde6ca49a4", ...fields });

describe("properties", () => {
  test("go to the provider without secrets' marks, and references as ids", () => {
    const properties = {
      a: { b: [secret("x")] },
      r: reference({ urn: "u", id: "i" }),
      c: reference({ urn: "u" }),
      n: reference({ urn: "u", id: "" }),
    };
    expect(forProvider(properties)).toEqual({ a: { b: ["x"] }, r: "i", c: "u", n: UNKNOWN });
  });

  test("are given away without what is not known, in maps, lists and secrets", () => {
    const properties = { a: UNKNOWN, b: { c: [1, UNKNOWN, { d: secret(UNKNOWN), e: 2 }] }, f: secret([UNKNOWN, 3]) };
    expect(withoutUnknowns(properties)).toEqual({ b: { c: [1, { e: 2 }] }, f: secret([3]) });
  });

  test("come from the program as plain values, and tell what they depend on", () => {
    const seen: [string, string][] = [];
    const properties = {
      a: output({ value: 1, dependencies: ["u"] }),
      b: [output({ secret: true, value: 2 })],
      c: output({}),
    };
    expect(fromProgram(properties, (key, urn) => seen.push([key, urn]))).toEqual({ a: 1, b: [secret(2)], c: UNKNOWN });
    expect(seen).toEqual([["a", "u"]]);
  });

  test("come back secret where they were: maps key by key, lists as a whole", () => {
    const outs = { map: { a: 1, b: 2 }, list: [1, 2], plain: 3, other: 4 };
    annotateSecrets(outs, { map: { a: secret(1), b: 2 }, list: [secret(1), 2], plain: 3 });
    expect(outs).toEqual({ map: { a: secret(1), b: 2 }, list: secret([1, 2]), plain: 3, other: 4 });
  });

  test("are equal whatever the order of keys, and null is as good as absent", () => {
    expect(equal({ a: 1, b: [{ c: 1 }] }, { b: [{ c: 1, d: null }], a: 1 })).toBe(true);
    expect(equal({ a: 1 }, { a: "1" })).toBe(false);
    expect(equal([1, 2], [2, 1])).toBe(false);
    expect(equal({ a: secret(1) }, { a: 1 })).toBe(false);
  });
});
