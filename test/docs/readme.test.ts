/**
 * What the documentation shows must work: each `ts` fence of README, ARCHITECTURE and docs, and each `@example`,
 * compiles.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { fencesOf } from "../harness/fences";

const root = resolve(__dirname, "../..");
const OPTIONS = {
  target: "ES2022",
  module: "nodenext",
  moduleResolution: "nodenext",
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: ["node"],
};
let folder = "";

beforeAll(() => {
  // Below the repository, so that "pulumi-druid" is found as it would be published.
  mkdirSync(join(root, ".cache"), { recursive: true });
  folder = mkdtempSync(join(root, ".cache", "docs-"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("every ts fence of README, ARCHITECTURE, docs and the public types compiles", () => {
  const sources = [
    "README.md",
    "ARCHITECTURE.md",
    ...readdirSync(join(root, "docs"))
      .filter((name) => name.endsWith(".md"))
      .map((name) => join("docs", name)),
    ...readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join("src", name)),
  ];
  let count = 0;
  for (const path of sources) {
    for (const [index, code] of fencesOf(path).entries()) {
      count += 1;
      const name = `${path.replace(/\W+/g, "-")}-${index + 1}.ts`;
      writeFileSync(join(folder, name), `${code}\nexport {};\n`);
    }
  }
  expect(count).toBeGreaterThan(4);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "commonjs" }));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: OPTIONS, include: ["*.ts"] }));
  expect(compile(folder)).toBe("");
});

test("the programs of the examples compile, also those in JavaScript", () => {
  const programs = readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|js)$/.test(name) && !name.includes("node_modules"))
    .map((name) => join(root, "examples", name));
  expect(programs.length).toBeGreaterThan(9);
  const inside = mkdtempSync(join(root, ".cache", "examples-"));
  const compilerOptions = { ...OPTIONS, allowJs: true, checkJs: true, noImplicitAny: false };
  writeFileSync(join(inside, "tsconfig.json"), JSON.stringify({ compilerOptions, files: programs }));
  try {
    expect(compile(inside)).toBe("");
  } finally {
    rmSync(inside, { recursive: true, force: true });
  }
});

test("each example compiles with its own tsconfig.json", () => {
  expect(compile(join(root, "examples", "quickstart"))).toBe("");
});

/** What the compiler complains of. */
function compile(project: string): string {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { stdout, stderr } = spawnSync(process.execPath, [tsc, "-p", project], { encoding: "utf8" });
  return stdout + stderr;
}
