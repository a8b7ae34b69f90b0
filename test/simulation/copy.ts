/**
 * A compiled copy of what a simulation needs, below the system's folder for such things: it starts at once, runs faster
 * than what is compiled on the way, and one text of it can be changed without touching the repository.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { transformSync } from "@swc/core";

const root = resolve(__dirname, "../..");
const FOLDERS = ["src", "test/simulation", "test/harness/fake", "test/harness/virtual"];

export interface Copy {
  folder: string;
  remove(): void;
}

/** One exact text that occurs once, and what stands in its place. */
export interface Edit {
  file: string;
  text: string;
  replacement: string;
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

/** Another copy, with one text changed. */
export function editedCopy(of: Copy, edit: Edit): Copy {
  const text = edited(edit);
  const copy = emptyCopy();
  try {
    cpSync(of.folder, copy.folder, { recursive: true, verbatimSymlinks: true });
    compile(copy, edit.file, text);
    return copy;
  } catch (error) {
    copy.remove();
    throw error;
  }
}

/** The changed text; an error where what is to be changed is not there exactly once. */
export function edited({ file, text, replacement }: Edit): string {
  const parts = readFileSync(join(root, file), "utf8").split(text);
  if (parts.length === 2) return parts.join(replacement);
  throw new Error(`${file} holds this ${parts.length - 1} times, not once: ${text}`);
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

function compile({ folder }: Copy, file: string, text = readFileSync(join(root, file), "utf8")): void {
  const { code } = transformSync(text, {
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
