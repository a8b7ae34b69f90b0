import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Goal, type Resource, wanted } from "../../../harness/engine/resource";
import { Snapshot } from "../../../harness/engine/snapshot";
import { pendingWarning, readState, writeState } from "../../../harness/engine/state";

const bare = {
  type: "t:T",
  custom: true,
  inputs: {},
  parent: "",
  dependencies: [],
  propertyDependencies: {},
  deletedWith: "",
  replaceWith: [],
  additionalSecretOutputs: [],
  ignoreChanges: [],
  replaceOnChanges: [],
  customTimeouts: {},
};
const resource = (urn: string, some: Partial<Resource> = {}): Resource => ({
  ...wanted(bare as unknown as Goal, urn, []),
  ...some,
});
const named = (rest: string): string => `urn:pulumi:dev::p::${rest}`;

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "engine-state-"));
  file = join(folder, "below", "dev.json");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the state file", () => {
  test("comes back as it was written, and nothing lies beside it", () => {
    const one = resource(named("t:T::a"), { inputs: { a: 1 }, protect: true });
    writeState(file, {
      resources: [one],
      pendingOperations: [{ type: "creating", resource: one }],
      provider: { values: { k: "v" }, secretKeys: [] },
    });
    expect(readState(file)).toEqual({
      resources: [one],
      pendingOperations: [{ type: "creating", resource: one }],
      provider: { values: { k: "v" }, secretKeys: [] },
    });
    expect(readdirSync(join(folder, "below"))).toEqual(["dev.json"]);
  });

  test("is empty where there is none, and names itself where it cannot be read", () => {
    expect(readState(file).resources).toEqual([]);
    const broken = join(folder, "broken.json");
    writeFileSync(broken, "{");
    expect(() => readState(broken)).toThrow(`Cannot read the state in "${broken}"`);
  });
});

describe("the state while an operation runs", () => {
  test("says what is under way, keeps older creations, and drops what else was pending", () => {
    const [old, lost] = [resource("old"), resource("lost")];
    const found = {
      resources: [old],
      provider: undefined,
      pendingOperations: [
        { type: "creating" as const, resource: lost },
        { type: "updating" as const, resource: old },
      ],
    };
    const snapshot = new Snapshot(found, file);
    const made = resource("new");
    const operation = snapshot.begin("creating", made);
    expect(readState(file).pendingOperations.map(({ resource: { urn } }) => urn)).toEqual(["new", "lost"]);
    snapshot.end(operation, { made, gone: old });
    expect(readState(file)).toMatchObject({
      resources: [{ urn: "new" }],
      pendingOperations: [{ resource: { urn: "lost" } }],
    });
    expect(pendingWarning(readState(file))).toContain("lost, interrupted while creating");
    snapshot.close();
    snapshot.end(undefined, { gone: made });
    expect(readState(file).resources).toHaveLength(1);
  });

  test("renames what refers to a resource of a new name, and what is below it", () => {
    const [group, child, user] = [named("c:C::g"), named("c:C$t:T::x"), named("t:T::u")];
    const olds = [
      resource(group, { custom: false }),
      resource(child, { parent: group }),
      resource(user, { dependencies: [child] }),
    ];
    const snapshot = new Snapshot({ resources: olds, pendingOperations: [], provider: undefined }, file);
    const moved = resource(named("c:D::h"), { custom: false, aliases: [group] });
    snapshot.end(undefined, { made: moved, gone: olds[0] });
    expect(readState(file).resources).toMatchObject([
      { urn: named("c:D::h"), aliases: [] },
      { urn: named("c:D$t:T::x"), parent: named("c:D::h") },
      { urn: user, dependencies: [named("c:D$t:T::x")] },
    ]);
  });
});
