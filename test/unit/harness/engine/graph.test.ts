import { describe, expect, test } from "@jest/globals";
import { deletionOrder, dependents } from "../../../harness/engine/graph";
import { type Goal, type Resource, wanted } from "../../../harness/engine/resource";

const resource = (urn: string, some: Partial<Resource> = {}): Resource => ({
  ...wanted(
    {
      custom: true,
      dependencies: [],
      propertyDependencies: {},
      parent: "",
      deletedWith: "",
      replaceWith: [],
    } as unknown as Goal,
    urn,
    [],
  ),
  ...some,
});

const group = resource("group", { custom: false });
const child = resource("child", { parent: "group" });
const user = resource("user", { dependencies: ["group"] });
const late = resource("late", { propertyDependencies: { x: ["user"] } });
const free = resource("free");
const all = [group, child, user, late, free];

describe("the graph of resources", () => {
  test("dependents are found through dependencies, and children where they count", () => {
    expect(dependents(all, group)).toEqual([user, late]);
    expect(dependents(all, group, { children: true })).toEqual([child, user, late]);
    expect(dependents(all, group, { ignore: new Set(["user"]) })).toEqual([]);
  });

  test("what depends on a component depends on what is below it, so that goes after", () => {
    expect(deletionOrder(all, all)).toEqual([[late], [user], [child], [group, free]]);
  });

  test("only what is condemned is ordered", () => {
    expect(deletionOrder(all, [late, group])).toEqual([[late, group]]);
  });
});
