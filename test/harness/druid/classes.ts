// What Druid runs from: its jars, fetched once by Maven, and the launcher, compiled once (launching it from source would
// cost every start two seconds). Both go into a cache folder of this checkout, where every later start finds them.
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

const pom = join(__dirname, "pom.xml");
const launcherSources = ["Launcher.java", "Service.java"].map((name) => join(__dirname, name));
const cache = join(__dirname, "..", "..", "..", "node_modules", ".cache", "pulumi-druid");
const PARTIAL = /^\.partial-(\d+)-/;

const HOW_TO_GET = {
  mvn: "install Maven (apt-get install maven, brew install maven, or maven.apache.org)",
  javac: "install a JDK 17 (apt-get install openjdk-17-jdk-headless, brew install openjdk@17, or adoptium.net)",
};

/** Druid 27 keeps state of its web routes in static fields of these: each service must load them for itself. */
const ONE_PER_SERVICE = /^(druid|guice-servlet|jersey-guice|calcite)-.*\.jar$/;

export interface Classes {
  /** Folder of the compiled launcher. */
  launcher: string;
  /** Folder of the jars that all services share. */
  shared: string;
  /** Folder of the jars that each service loads for itself. */
  own: string;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Ends a child that leads its own process group, with all that it started. */
export function killGroup(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It ended in between.
  }
}

/** Runs a tool of Java's to its end. */
function tool(command: "mvn" | "javac", args: string[], signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
    let output = "";
    const keep = (text: Buffer) => {
      output = (output + text).slice(-4_000);
    };
    const abort = () => killGroup(child);
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    signal?.addEventListener("abort", abort, { once: true });
    child.once("error", (error) => reject(new Error(`Cannot prepare Druid: ${error.message}; ${HOW_TO_GET[command]}`)));
    child.once("close", (code) => {
      signal?.removeEventListener("abort", abort);
      if (signal?.aborted) reject(signal.reason);
      else if (code === 0) resolve();
      else reject(new Error(`Cannot prepare Druid: "${command}" ended with ${code}\n${output}`));
    });
  });
}

/** What runs that were killed left behind. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(cache)) {
    const pid = PARTIAL.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(cache, name), { recursive: true, force: true });
  }
}

async function hashOf(...files: string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const file of files) hash.update(await readFile(file));
  return hash.digest("hex").slice(0, 12);
}

/** Fills a folder of its own and renames it: the final one is whole or not there, whoever else does the same. */
async function fill(target: string, build: (partial: string) => Promise<void>): Promise<string> {
  if (existsSync(target)) return target;
  await mkdir(cache, { recursive: true });
  await removeLeftovers();
  const partial = await mkdtemp(join(cache, `.partial-${process.pid}-`));
  try {
    await build(partial);
    await rename(partial, target).catch((error) => {
      if (!existsSync(target)) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return target;
}

async function fetchJars(partial: string, signal: AbortSignal | undefined): Promise<void> {
  const [shared, own] = [join(partial, "shared"), join(partial, "own")];
  await mkdir(own);
  await tool(
    "mvn",
    ["-B", "-q", "-f", pom, "dependency:copy-dependencies", "-DincludeScope=runtime", `-DoutputDirectory=${shared}`],
    signal,
  );
  for (const jar of await readdir(shared)) {
    if (ONE_PER_SERVICE.test(jar)) await rename(join(shared, jar), join(own, jar));
  }
}

/** Finds or makes all that is needed to launch Druid. */
export async function druidClasses(signal?: AbortSignal): Promise<Classes> {
  const jars = await fill(join(cache, `druid-27.0.0-${await hashOf(pom)}`), (partial) => fetchJars(partial, signal));
  const launcher = await fill(join(cache, `launcher-${await hashOf(...launcherSources)}`), (partial) =>
    tool("javac", ["--release", "11", "-d", partial, ...launcherSources], signal),
  );
  return { launcher, shared: join(jars, "shared"), own: join(jars, "own") };
}
