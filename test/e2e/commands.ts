/** The commands of Pulumi's CLI that change a state without the provider, for a stack on either engine. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { State, TestStack } from "../harness/stack";

const usesCli = process.env.ENGINE === "pulumi";
/** Whether it is the resource of this name. */
export const named =
  (name: string) =>
  ({ urn }: { urn: string }): boolean =>
    urn.endsWith(`::${name}`);
/** Takes a resource out of a state. */
export const taken = (state: State, name: string): State["resources"] => {
  const found = state.resources.filter(named(name));
  state.resources = state.resources.filter((one) => !found.includes(one));
  return found;
};

/** Pulumi's own commands where its CLI runs; for the local engine what its source says they do to a state. */
export const commands = {
  rename(stack: TestStack, urn: string, name: string): void {
    if (usesCli) stack.pulumi("state", "rename", urn, name, "--yes");
    else stack.editState((state) => replaceIn(state, `"${urn}"`, `"${urn.replace(/[^:]+$/, name)}"`));
  },
  forget(stack: TestStack, urn: string): void {
    if (usesCli) stack.pulumi("state", "delete", urn, "--yes");
    else stack.editState((state) => taken(state, urn.split("::").at(-1) ?? ""));
  },
  taint(stack: TestStack, urn: string): void {
    if (usesCli) stack.pulumi("state", "taint", urn, "--yes");
    else
      stack.editState((state) => {
        for (const found of state.resources) found.taint ||= found.urn === urn;
      });
  },
  move(stack: TestStack, other: TestStack, urn: string): void {
    if (usesCli) {
      const ends = ["--source", stack.name, "--dest", other.name];
      stack.cli("state", "move", urn, ...ends, "--yes", "--cwd", stack.folder);
      return;
    }
    stack.editState((here) => {
      other.editState((there) => {
        there.resources = here.resources.filter((one) => one.urn.includes("::pulumi:pulumi:Stack::"));
        there.resources.push(...taken(here, urn.split("::").at(-1) ?? ""));
        replaceIn(there, `urn:pulumi:${stack.name}::`, `urn:pulumi:${other.name}::`);
        replaceIn(there, `::e2e-${stack.name}"`, `::e2e-${other.name}"`);
      });
    });
  },
  renameProject(stack: TestStack, project: string): void {
    if (usesCli) stack.pulumi("stack", "rename", `organization/${project}/${stack.name}`);
    else
      stack.editState((state) => {
        replaceIn(state, "::e2e::", `::${project}::`);
        replaceIn(state, `::e2e-${stack.name}"`, `::${project}-${stack.name}"`);
      });
    const file = join(stack.folder, "Pulumi.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace("name: e2e", `name: ${project}`));
  },
};

function replaceIn(state: State, from: string, to: string): void {
  state.resources = JSON.parse(JSON.stringify(state.resources).replaceAll(from, to));
}
