/** What no recorded case has: components, aliases, targets, and the rarer ways in which a resource ends. */
import { describe, expect, test } from "@jest/globals";
import type { Observed } from "./cases";
import { inSandbox, type Sandbox } from "./sandbox";
import { inSlot } from "./slots";

const patienceMs = 600_000;
const thing = "pulumi-nodejs:dynamic/case:Thing";

function scenario(name: string, run: (sandbox: Sandbox) => Promise<void>): void {
  test.concurrent(name, () => inSlot(() => inSandbox("@pulumi/pulumi", run)), patienceMs);
}

const operations = (step: Observed): string[] =>
  (step.operations ?? []).map(([op, urn]) => `${op} ${urn.replace("pulumi-nodejs:dynamic/case:", "")}`).sort();
const resource = (step: Observed, name: string) => step.resources?.find(({ urn }) => urn.endsWith(`::${name}`));
const methods = (step: Observed): string[] => (step.calls ?? []).map(({ method }) => method);
const errors = (step: Observed): string => JSON.stringify(step.diagnostics);

describe("components and names", () => {
  scenario(
    "a component's children are below it, and both can be renamed by aliases without being replaced",
    async (box) => {
      const first = await box.run(
        "up",
        `const g = new Group("g", { size: 1 }); const a = new Thing("g-a", { label: "a", value: 1 }, { parent: g });
       new Thing("b", { label: "b", value: a.echo }); new Thing("c", { label: "c", value: 1 });`,
      );
      expect(operations(first)).toEqual([
        "create Thing::b",
        "create Thing::c",
        "create case:Group$Thing::g-a",
        "create case:Group::g",
        "create pulumi:pulumi:Stack::case-dev",
      ]);
      expect(resource(first, "g-a")).toMatchObject({ parent: "case:Group::g" });
      expect(resource(first, "g")).toEqual({
        urn: "case:Group::g",
        parent: "pulumi:pulumi:Stack::case-dev",
        type: "case:Group",
        inputs: { size: 1 },
      });

      const second = await box.run(
        "up",
        `const h = new Group("h", { size: 1 }, { aliases: [{ name: "g" }] });
       const a = new Thing("h-a", { label: "a", value: 1 }, { parent: h });
       new Thing("b", { label: "b", value: a.echo }, { parent: h, aliases: [{ parent: pulumi.rootStackResource }] });
       new Thing("d", { label: "c", value: 1 }, { aliases: ["urn:pulumi:dev::case::${thing}::c"] });`,
      );
      expect(second).toMatchObject({ exit: 0 });
      expect(new Set((second.operations ?? []).map(([op]) => op))).toEqual(new Set(["same"]));
      expect(second.resources?.map(({ urn }) => urn).sort()).toEqual(
        [
          `${thing}::d`,
          `case:Group$${thing}::b`,
          `case:Group$${thing}::h-a`,
          "case:Group::h",
          "pulumi:pulumi:Stack::case-dev",
        ].sort(),
      );
      expect(resource(second, "b")).toMatchObject({ dependencies: [`case:Group$${thing}::h-a`], id: "id-b-1" });
      expect(methods(second)).not.toContain("create");
    },
  );

  scenario("two resources of one name are an error, and nothing is done twice", async (box) => {
    const step = await box.run(
      "up",
      'new Thing("a", { label: "a", value: 1 }); new Thing("a", { label: "b", value: 2 });',
    );
    expect(step.exit).toBe(1);
    expect(errors(step)).toContain("Duplicate resource URN");
    expect(methods(step).filter((method) => method === "create").length).toBeLessThan(2);
  });
});

describe("targets", () => {
  const three = (value: number): string =>
    `const a = new Thing("a", { label: "a", value: ${value} }); new Thing("b", { label: "b", value: a.echo }); new Thing("c", { label: "c", value: ${value} });`;

  scenario("only the target is changed or deleted", async (box) => {
    await box.run("up", three(1));
    const changed = await box.run("up", three(2), "--target", "**Thing::c");
    expect(operations(changed)).toEqual([
      "same Thing::a",
      "same Thing::b",
      "same pulumi:pulumi:Stack::case-dev",
      "update Thing::c",
    ]);
    expect(methods(changed)).toEqual(["configure", "check", "diff", "update"]);
    expect(resource(changed, "a")).toMatchObject({ inputs: { value: 1 } });

    const removed = await box.run("up", "exports.x = 1;", "--target", "**Thing::c");
    expect(operations(removed).filter((one) => one.startsWith("delete"))).toEqual(["delete Thing::c"]);
    expect(removed.resources?.map(({ urn }) => urn).sort()).toEqual([
      `${thing}::a`,
      `${thing}::b`,
      "pulumi:pulumi:Stack::case-dev",
    ]);

    const needed = await box.run("destroy", "", "--target", "**Thing::a");
    expect(needed.exit).toBe(1);
    expect(errors(needed)).toContain("--target-dependents");
    expect(methods(needed)).not.toContain("delete");

    const both = await box.run("destroy", "", "--target", "**Thing::a", "--target-dependents");
    expect(both.operations?.filter(([op]) => op !== "same")).toEqual([
      ["delete", `${thing}::b`],
      ["delete", `${thing}::a`],
    ]);
    expect(both.resources?.map(({ urn }) => urn)).toEqual(["pulumi:pulumi:Stack::case-dev"]);
  });

  scenario("what is not there yet and no target is not created, and nothing can depend on it", async (box) => {
    const alone = await box.run("up", three(1), "--target", "**Thing::c");
    expect(alone).toMatchObject({ exit: 0 });
    expect(alone.resources?.map(({ urn }) => urn).sort()).toEqual([`${thing}::c`, "pulumi:pulumi:Stack::case-dev"]);
    const needy =
      'const a = new Thing("a", { label: "a", value: 1 }); new Thing("b", { label: "b", value: 1 }, { dependsOn: a });';
    const dependent = await box.run("up", needy, "--target", "**Thing::b");
    expect(dependent.exit).toBe(1);
    expect(errors(dependent)).toContain("not named by --target");
  });
});

describe("the end of a resource", () => {
  scenario("deletedWith and retainOnDelete delete nothing by themselves, and protect keeps", async (box) => {
    const program = (more: string): string => `const a = new Thing("a", { label: "a", value: 1 });${more}`;
    const up = await box.run(
      "up",
      program(
        'new Thing("with", { label: "w", value: 1 }, { deletedWith: a, customTimeouts: { create: "1h30m" } }); new Thing("kept", { label: "k", value: 1 }, { retainOnDelete: true });',
      ),
    );
    expect(resource(up, "with")).toMatchObject({ deletedWith: `${thing}::a`, customTimeouts: { create: 5400 } });
    const gone = await box.run("destroy", "");
    expect(gone).toMatchObject({ exit: 0, resources: [] });
    expect(gone.calls).toMatchObject([{ method: "configure" }, { method: "delete", id: "id-a-1" }]);
  });

  scenario("a protected resource is not replaced: the preview says so, and up stops at it", async (box) => {
    const program = (value: number): string =>
      `new Thing("a", { label: "a", value: ${value}, replaceOn: "value" }, { protect: true });`;
    await box.run("up", program(1));
    for (const command of ["preview", "up"] as const) {
      const step = await box.run(command, program(2));
      expect(step.exit).toBe(1);
      expect(errors(step)).toContain("unable to replace resource");
      expect(methods(step)).not.toContain("create");
    }
  });

  scenario("a dependent that must be replaced goes before what it depends on, and comes back after it", async (box) => {
    const program = (value: number): string =>
      `const a = new Thing("a", { label: "a", value: ${value}, replaceOn: "value" }, { deleteBeforeReplace: true });
       new Thing("b", { label: "b", value: a.echo, replaceOn: "value" });`;
    await box.run("up", program(1));
    const step = await box.run("up", program(2));
    const urn = (name: string): string => `${thing}::${name}`;
    expect(step.operations?.slice(1)).toEqual([
      ["delete-replaced", urn("b")],
      ["delete-replaced", urn("a")],
      ["replace", urn("a")],
      ["create-replacement", urn("a")],
      ["replace", urn("b")],
      ["create-replacement", urn("b")],
    ]);
    expect(methods(step)).toEqual([
      "configure",
      "check",
      "diff",
      "check",
      "diff",
      "delete",
      "delete",
      "create",
      "check",
      "create",
    ]);
    expect(step.resources?.map(({ id }) => id)).toEqual([undefined, "id-a-2", "id-b-2"]);
  });

  scenario("an interrupted replacement is completed by the next `pulumi up`", async (box) => {
    const program = (value: number, how: string): string =>
      `new Thing("a", { label: "a", value: ${value}, replaceOn: "value", deleteFirst: true, onCreate: "${how}" });`;
    await box.run("up", program(1, "ok"));
    const failed = await box.run("up", program(2, "fail"));
    expect(failed).toMatchObject({ exit: 1, failed: [["create-replacement", `${thing}::a`]] });
    expect(resource(failed, "a")).toMatchObject({ pendingReplacement: true, id: "id-a-1" });
    const completed = await box.run("up", program(2, "ok"));
    expect(methods(completed)).not.toContain("delete");
    expect(completed.resources?.slice(1)).toMatchObject([{ id: "id-a-2" }]);
    expect(resource(completed, "a")).not.toHaveProperty("pendingReplacement");
  });
});

describe("inputs that are left alone", () => {
  scenario("ignoreChanges takes nested paths and wildcards", async (box) => {
    const program = (value: number): string =>
      `new Thing("a", { label: "a", value: 1, nested: { x: ${value}, y: ${value} }, list: [{ z: ${value} }, { z: ${value} }] },
        { ignoreChanges: ["nested.x", "list[*].z"] });`;
    await box.run("up", program(1));
    const step = await box.run("up", program(2));
    expect(resource(step, "a")?.inputs).toMatchObject({ nested: { x: 1, y: 2 }, list: [{ z: 1 }, { z: 1 }] });
  });
});

describe("updates that fail", () => {
  scenario(
    "an update that fails outright leaves the state as it was, and outputs of the stack are kept beside new ones",
    async (box) => {
      const program = (value: number, how: string): string =>
        `const a = new Thing("a", { label: "a", value: ${value}, onUpdate: "${how}" }); exports.echo = a.echo; exports.fixed = ${value};`;
      await box.run("up", program(1, "ok"));
      const step = await box.run("up", program(2, "fail"));
      expect(step).toMatchObject({ exit: 1, failed: [["update", `${thing}::a`]] });
      expect(resource(step, "a")).toMatchObject({ inputs: { value: 1 }, outputs: { value: 1 } });
      expect(resource(step, "case-dev")).toMatchObject({ outputs: { echo: 1 } });
    },
  );

  scenario(
    "errors of a half-done create make an update necessary whatever diff says, until a refresh takes them away",
    async (box) => {
      const program = 'new Thing("a", { label: "a", value: 1, onCreate: "partial", ignoreAll: true });';
      expect(resource(await box.run("up", program), "a")).toMatchObject({ initErrors: ["half done, run again"] });
      expect((await box.run("preview", program)).operations).toContainEqual(["update", `${thing}::a`]);
      const refreshed = await box.run("refresh", program);
      expect(methods(refreshed)).toEqual(["configure", "read", "diff"]);
      expect(resource(refreshed, "a")).not.toHaveProperty("initErrors");
      expect((await box.run("preview", program)).operations).toContainEqual(["same", `${thing}::a`]);
    },
  );

  scenario("up --refresh reads first, and then compares with what it read", async (box) => {
    const program = 'new Thing("a", { label: "a", value: 1 }); new Thing("b", { label: "b", value: 2 });';
    await box.run("up", program);
    box.mergeWorld({ "id-a-1": "changed", "id-b-2": null });
    const step = await box.run("up", program, "--refresh");
    expect(step.operations?.slice(0, 3).map(([op]) => op)).toEqual(["refresh", "refresh", "refresh"]);
    expect(step.operations).toContainEqual(["create", `${thing}::b`]);
    expect(resource(step, "a")).toMatchObject({ outputs: { echo: "changed" } });
    expect(methods(step).filter((method) => method === "configure")).toHaveLength(1);
  });

  scenario("destroy takes the provider's configuration from the last `pulumi up`", async (box) => {
    const program = 'new Thing("a", { label: "a", value: 1 });';
    await box.run("up", program, "--config", "greeting=hello");
    const step = await box.run("destroy", program, "--config", "greeting=other");
    expect(step.calls?.[0]).toEqual({ method: "configure", greeting: "hello" });
  });
});
