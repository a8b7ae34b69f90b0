import { describe, expect, test } from "@jest/globals";
import { aliasUrns } from "../../../harness/engine/aliases";
import type { AliasSpec } from "../../../harness/engine/resource";

const place = { stack: "dev", project: "p" };
const urn = (rest: string): string => `urn:pulumi:dev::p::${rest}`;
const stack = urn("pulumi:pulumi:Stack::p-dev");
const spec = (some: Partial<Exclude<AliasSpec, { urn: string }>>): AliasSpec => ({
  name: "",
  type: "",
  stack: "",
  project: "",
  parent: "",
  noParent: false,
  ...some,
});

describe("names a resource may have had before", () => {
  const resource = { name: "a", type: "t:T", parent: stack };

  test.each<[string, AliasSpec, string]>([
    ["a URN as it is", { urn: "urn:pulumi:x::y::z::q" }, "urn:pulumi:x::y::z::q"],
    ["another name", spec({ name: "old" }), urn("t:T::old")],
    ["another type", spec({ type: "t:Old" }), urn("t:Old::a")],
    ["another parent", spec({ parent: urn("c:C::g") }), urn("c:C$t:T::a")],
    ["another stack and project", spec({ stack: "s", project: "q" }), "urn:pulumi:s::q::t:T::a"],
  ])("%s", (_what, alias, expected) => {
    expect(aliasUrns(place, resource, [alias], new Map())).toEqual([expected]);
  });

  test("no parent, where there is one now", () => {
    const below = { ...resource, parent: urn("c:C::g") };
    expect(aliasUrns(place, below, [spec({ noParent: true })], new Map())).toEqual([urn("t:T::a")]);
  });

  test("below a parent that had another name, also with an own alias, and named after it", () => {
    const renamed = new Map([[urn("c:C::new"), urn("c:C::old")]]);
    const child = { name: "new-child", type: "t:T", parent: urn("c:C::new") };
    expect(aliasUrns(place, child, [], renamed)).toEqual([urn("c:C$t:T::old-child")]);
    expect(aliasUrns(place, child, [spec({ name: "other" })], renamed)).toEqual([
      urn("c:C$t:T::other"),
      urn("c:C$t:T::old-child"),
    ]);
  });

  test("an alias's parent that was itself renamed is taken by its old name", () => {
    const renamed = new Map([[urn("c:C::new"), urn("c:Old::old")]]);
    expect(aliasUrns(place, resource, [spec({ parent: urn("c:C::new") })], renamed)).toEqual([urn("c:Old$t:T::a")]);
  });
});
