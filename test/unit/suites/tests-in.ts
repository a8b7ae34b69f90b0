/** All test files below a folder as one suite, each under its name. See jest.config.js for when and why. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe } from "@jest/globals";

export function testsIn(folder: string): void {
  const root = join(__dirname, "..", folder);
  for (const name of readdirSync(root, { recursive: true, encoding: "utf8" }).sort()) {
    if (name.endsWith(".test.ts")) describe(name, () => void require(join(root, name)));
  }
}
