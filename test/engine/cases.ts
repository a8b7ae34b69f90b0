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
  /** Run with this one alone. */
  sdk: string | undefined;
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

const recordingOf = (name: string): string => join(folder, "recorded", `${name}.json`);

/** Those that are recorded, which all have to be; or those that are still to be. */
export function readCases({ recorded }: { recorded: boolean }): Case[] {
  const files = readdirSync(join(folder, "cases")).filter((file) => file.endsWith(".js"));
  const names = files.map((file) => file.replace(/\.js$/, "")).sort();
  const missing = names.filter((name) => !existsSync(recordingOf(name)));
  if (recorded && missing[0]) throw new Error(`Cannot run a case: "${recordingOf(missing[0])}" is missing`);
  return (recorded ? names : missing).map((name) => {
    const told = require(join(folder, "cases", name));
    return {
      name,
      why: told.why,
      sdk: told.sdk,
      config: told.config ?? {},
      secretConfig: told.secretConfig ?? {},
      steps: told.steps.map(
        ([command, program, options = {}]: [CaseStep["command"], string, CaseStep["options"]?]) => ({
          command,
          program,
          options,
        }),
      ),
      recorded: recorded ? JSON.parse(readFileSync(recordingOf(name), "utf8")).steps : [],
    };
  });
}
