/**
 * What `npm run docs:api` does: holds the package's documentation to its rules, and writes the pages of docs/ that are
 * made from it and the API's pages as HTML.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withCodes } from "./codes";
import { readModel, root } from "./model";
import { inputsPage, outputsPage } from "./pages";
import { faultsOf } from "./rules";

/** With `--check` nothing is written, and a page that is out of date is a fault. */
export async function main(words: string[]): Promise<void> {
  const isCheck = words.includes("--check");
  const model = await readModel();
  const faults = [...model.complaints, ...faultsOf(model)];
  const pages = {
    "docs/inputs.md": inputsPage(model.main),
    "docs/outputs.md": outputsPage(model.main),
    "docs/troubleshooting.md": withCodes(readIfThere("docs/troubleshooting.md")),
  };
  for (const [path, text] of Object.entries(pages)) {
    if (!isCheck) writeFileSync(join(root, path), text);
    else if (readIfThere(path) !== text) faults.push(`${path} is out of date: run "npm run docs:api"`);
  }
  for (const fault of faults) console.log(fault);
  if (!isCheck) {
    await model.app.generateOutputs(model.project);
    console.log(`Written: ${Object.keys(pages).join(", ")}, and the API's pages in .cache/api`);
  }
  if (faults.length > 0) process.exitCode = 1;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(join(root, path), "utf8");
  } catch {
    return "";
  }
}
