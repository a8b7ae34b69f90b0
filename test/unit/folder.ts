/**
 * All test files of a folder as one suite, each under its name: every file that jest runs by itself loads all modules
 * anew, and that was half of the time. One alone: `npx jest --selectProjects unit -t create.test`.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe } from "@jest/globals";

export function testsIn(folder: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    if (name.endsWith(".test.ts")) describe(name, () => void require(join(folder, name)));
  }
}
