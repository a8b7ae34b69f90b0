/** The recorded cases, and what a step of them comes to, as read back from the local engine in the recorded form. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Named = [string, string];

export interface CaseStep {
  command: "preview" | "up" | "refresh" | "destroy";
  program: string;
  options: { world?: Record<string, Json>; signal?: NodeJS.Signals; args?: string[] };
}

export interface Case {
  name: string;
  why: string;
  config: Record<string, string>;
  secretConfig: Record<string, string>;
  steps: CaseStep[];
  recorded: Observed[];
}

export interface Call {
  method: string;
  [argument: string]: Json;
}

export interface ObservedResource {
  urn: string;
  [property: string]: Json;
}

/** One step as it was recorded, or as it went here. */
export interface Observed {
  command: string;
  exit: number | string;
  operations?: Named[];
  failed?: Named[];
  diagnostics?: string[][];
  calls?: Call[];
  resources?: ObservedResource[];
  pendingOperations?: Named[];
}

/** Where the cases are: ours, or a folder of the same form that somebody else has made. */
export const folder = resolve(process.env.ENGINE_CASES ?? join(__dirname, "..", "fixtures", "engine-cases"));
/** The resource that the tests of our own use, whatever cases are run. */
export const ownThing = join(__dirname, "..", "fixtures", "engine-cases", "thing");

/** Every program begins with this. */
export const prelude =
  'const pulumi = require("@pulumi/pulumi"); const { Thing, Group } = require("thing"); const config = new pulumi.Config();\n';

export function readCases(): Case[] {
  const names = readdirSync(join(folder, "cases")).filter((file) => file.endsWith(".js"));
  return names.sort().map((file) => {
    const name = file.replace(/\.js$/, "");
    const recorded = join(folder, "recorded", `${name}.json`);
    if (!existsSync(recorded)) throw new Error(`Cannot run the case "${name}": "${recorded}" is missing`);
    const told = require(join(folder, "cases", file));
    return {
      name,
      why: told.why,
      config: told.config ?? {},
      secretConfig: told.secretConfig ?? {},
      steps: told.steps.map(
        ([command, program, options = {}]: [CaseStep["command"], string, CaseStep["options"]?]) => ({
          command,
          program,
          options,
        }),
      ),
      recorded: JSON.parse(readFileSync(recorded, "utf8")).steps,
    };
  });
}
