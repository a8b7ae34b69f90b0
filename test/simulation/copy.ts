/**
 * A compiled copy of what a simulation needs, below the system's folder for such things: it starts at once, runs faster
 * than what is compiled on the way, and one module of it can be broken without touching the repository.
 */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { transformSync } from "@swc/core";

const root = resolve(__dirname, "../..");
const FOLDERS = ["src", "test/simulation", "test/harness/fake", "test/harness/virtual"];

export interface Copy {
  folder: string;
  remove(): void;
}

export function makeCopy(): Copy {
  const copy = emptyCopy();
  try {
    for (const below of FOLDERS) {
      for (const name of readdirSync(join(root, below), { recursive: true, encoding: "utf8" })) {
        if (name.endsWith(".ts") && !name.endsWith(".test.ts")) compile(copy, join(below, name));
      }
    }
    symlinkSync(join(root, "node_modules"), join(copy.folder, "node_modules"), "junction");
    return copy;
  } catch (error) {
    copy.remove();
    throw error;
  }
}

/** Another copy, with the mutation of that index around one of its modules. */
export function brokenCopy(of: Copy, module: string, index: number): Copy {
  const copy = emptyCopy();
  try {
    cpSync(of.folder, copy.folder, { recursive: true, verbatimSymlinks: true });
    const file = join(copy.folder, `${module}.js`);
    const real = join(copy.folder, `${module}.real.js`);
    renameSync(file, real);
    const mutations = join(copy.folder, "test/simulation/mutations.js");
    writeFileSync(
      file,
      `const real = require(${JSON.stringify(real)});
const { MUTATIONS } = require(${JSON.stringify(mutations)});
module.exports = { ...real, ...MUTATIONS[${index}].breaks(real) };
`,
    );
    return copy;
  } catch (error) {
    copy.remove();
    throw error;
  }
}

function emptyCopy(): Copy {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-druid-simulation-"));
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
    process.off("exit", remove);
  };
  // Also where something ends us in between.
  process.once("exit", remove);
  return { folder, remove };
}

function compile({ folder }: Copy, file: string): void {
  const { code } = transformSync(readFileSync(join(root, file), "utf8"), {
    filename: file,
    jsc: { target: "es2022", parser: { syntax: "typescript" } },
    module: { type: "commonjs" },
    // Its own settings alone.
    swcrc: false,
  });
  const to = join(folder, file.replace(/\.ts$/, ".js"));
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, code);
}
