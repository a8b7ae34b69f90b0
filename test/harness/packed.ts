// The package as npm would publish it, in a project of somebody else. Packs what `npm run build` has left in dist.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(__dirname, "..", "..");
const MODULES = join(ROOT, "node_modules");

export interface Packed {
  tarball: string;
  /** Paths in the package, sorted. */
  files: string[];
}

export interface Project {
  folder: string;
  write(name: string, text: string): string;
  /** What a command printed; throws with all of it when the command failed. */
  run(command: string, args: string[]): string;
  remove(): void;
}

export function emptyProject(): Project {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-druid-"));
  return {
    folder,
    write(name, text) {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    },
    run: (command, args) => runIn(folder, command, args),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function packInto(folder: string): Packed {
  if (!existsSync(join(ROOT, "dist", "index.js")))
    throw new Error('Cannot pack: "dist" is missing; run "npm run build"');
  const args = ["pack", "--json", "--ignore-scripts", "--loglevel=error", "--pack-destination", folder];
  const [packed] = JSON.parse(runIn(ROOT, "npm", args));
  const files: string[] = packed.files.map(({ path }: { path: string }) => path).sort();
  return { tarball: join(folder, packed.filename), files };
}

/** A true `npm install` of the tarball and the SDK, everything else in the versions of our lock file. */
export function install(project: Project, tarball: string): void {
  const lock = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  const sdk = lock.packages["node_modules/@pulumi/pulumi"].version;
  const manifest = {
    name: "consumer",
    version: "1.0.0",
    private: true,
    dependencies: { "pulumi-druid": `file:${tarball}`, "@pulumi/pulumi": sdk },
  };
  lock.name = manifest.name;
  lock.packages[""] = manifest;
  project.write("package.json", JSON.stringify(manifest));
  project.write("package-lock.json", JSON.stringify(lock));
  project.run("npm", [
    "install",
    "--prefer-offline",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    "--loglevel=error",
  ]);
}

/** This repository as a clone has it after `npm install`: nothing is built. */
export function freshClone(project: Project): void {
  for (const name of ["src", "test/run", ...PAPERS]) {
    cpSync(join(ROOT, name), join(project.folder, name), { recursive: true });
  }
  mkdirSync(join(project.folder, "node_modules"));
  linkModules(project);
  const lock = readFileSync(join(ROOT, "package-lock.json"));
  project.write("node_modules/.installed", createHash("sha256").update(lock).digest("hex"));
}

const PAPERS = ["package.json", "package-lock.json", "tsconfig.json", "README.md", "CHANGELOG.md", "LICENSE"];

/** The tarball's content beside links to what is installed here: in a second what `install` does in half a minute. */
export function link(project: Project, tarball: string): void {
  const target = join(project.folder, "node_modules", "pulumi-druid");
  mkdirSync(target, { recursive: true });
  project.run("tar", ["-xzf", tarball, "-C", target, "--strip-components=1"]);
  linkModules(project);
}

function linkModules(project: Project): void {
  for (const name of readdirSync(MODULES)) {
    if (name.startsWith(".") || name === "pulumi-druid") continue;
    symlinkSync(join(MODULES, name), join(project.folder, "node_modules", name), "junction");
  }
}

function runIn(folder: string, command: string, args: string[]): string {
  try {
    return execFileSync(command, args, { cwd: folder, encoding: "utf8", stdio: "pipe", maxBuffer: 2 ** 26 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`Cannot run "${command} ${args.join(" ")}": ${stdout ?? ""}${stderr ?? String(error)}`);
  }
}
