/** Programs with the built package, run by the local engine with one of the SDKs, against a fake Druid on a socket. */
import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../src/base/clock";
import type { Json, Observed, ObservedResource } from "../engine/cases";
import type { Command, SdkName } from "../engine/sandbox";
import { inSandbox } from "../engine/sandbox";
import { FakeDruid, serveFake } from "../harness/fake";

export const SDKS: [string, SdkName][] = [
  ["3.248", "@pulumi/pulumi"],
  ["3.270", "pulumi-newest"],
];

const modules = join(__dirname, "..", "..", "node_modules");

export interface Project {
  fake: FakeDruid;
  run(command: Command, program: string, ...words: string[]): Promise<Observed>;
}

/** The project is called "case", its stack "dev", and `pulumi` and `MsqIngestion` are there for its programs. */
export function inProject(sdk: SdkName, test: (project: Project) => Promise<void>): Promise<void> {
  return inSandbox(sdk, async (sandbox) => {
    // The package in the folder itself, so that it finds the SDK there; what it stands on comes from ours.
    const inside = join(sandbox.directory, "node_modules");
    cpSync(join(modules, "pulumi-druid"), join(inside, "pulumi-druid"), { recursive: true });
    for (const name of ["axios", "zod"]) symlinkSync(join(modules, name), join(inside, name));
    const fake = new FakeDruid({ clock: systemClock });
    fake.tables.add("raw");
    fake.plan({ runMs: 50, endMs: 10, loadDelayMs: 10 });
    const served = await serveFake(fake);
    const run: Project["run"] = (command, program, ...words) =>
      sandbox.run(
        command,
        `const { MsqIngestion } = require("pulumi-druid");\n${program}`,
        ...(command === "destroy" ? [] : ["--config", `druid:url=${served.url}`]),
        ...words,
      );
    try {
      await test({ fake, run });
    } finally {
      await served.stop();
    }
  });
}

export const insert = (dataSource: string): string =>
  `INSERT INTO "${dataSource}" SELECT * FROM "raw" PARTITIONED BY DAY`;

/** Of the resource with this name, as it stands in state; secrets as `{ secret: value }`. */
export function stored(step: Observed, name: string): ObservedResource & { inputs: { [key: string]: Json } } {
  const found = step.resources?.find(({ urn }) => urn.endsWith(`::${name}`));
  if (found === undefined) throw new Error(`"${name}" is not in state: ${JSON.stringify(step, undefined, 1)}`);
  return found as ReturnType<typeof stored>;
}

export const operations = (step: Observed): string[] =>
  (step.operations ?? [])
    .filter(([, urn]) => urn.includes("druid:MsqIngestion"))
    .map(([op, urn]) => `${op} ${urn.split("::").at(-1)}`);

export const diagnostics = (step: Observed): string => JSON.stringify(step.diagnostics);
