// What Druid runs from: its jars, of a folder or fetched once by Maven, ZooKeeper's, and the launcher, compiled once
// (launching it from source would cost every start two seconds). What is made or fetched goes into a cache folder of
// this checkout, where every later start finds it.
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { jarsOf } from "./folder";

const pom = join(__dirname, "pom.xml");
const zooKeeperPom = join(__dirname, "zookeeper.xml");
const launcherSources = ["Launcher.java", "Service.java"].map((name) => join(__dirname, name));
const cache = join(__dirname, "..", "..", "..", "node_modules", ".cache", "pulumi-druid");
const PARTIAL = /^\.partial-(\d+)-/;

const HOW_TO_GET = {
  mvn: "install Maven (apt-get install maven, brew install maven, or maven.apache.org)",
  javac: "install a JDK 17 (apt-get install openjdk-17-jdk-headless, brew install openjdk@17, or adoptium.net)",
};

/** Druid keeps state of its web routes in static fields of these: each service must load them for itself. */
const ONE_PER_SERVICE = /^(druid|guice-servlet|jersey-guice|calcite)-/;

export interface Classes {
  /** Druid's version. */
  version: string;
  /** Folder of the compiled launcher. */
  launcher: string;
  /** The jars that all services share. */
  shared: string[];
  /** The jars that each service loads for itself. */
  own: string[];
  /** Folder of the jars of ZooKeeper's server. */
  zooKeeper: string;
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

const copyDependencies = (project: string, target: string, signal: AbortSignal | undefined) =>
  tool(
    "mvn",
    [
      "-B",
      "-q",
      "-f",
      project,
      "dependency:copy-dependencies",
      "-DincludeScope=runtime",
      `-DoutputDirectory=${target}`,
    ],
    signal,
  );

export interface Wanted {
  /** The folder of a release, or of jars; 27.0.0 is fetched if absent. */
  lib?: string | undefined;
  basicAuth: boolean;
}

/** Finds or makes all that is needed to launch a Druid. */
export async function druidClasses({ lib, basicAuth }: Wanted, signal?: AbortSignal): Promise<Classes> {
  // First, for the sake of what is wrong with it.
  const given = lib === undefined ? undefined : jarsOf(lib, { basicAuth });
  const fetched = async (name: string, project: string) =>
    fill(join(cache, `${name}-${await hashOf(project)}`), (partial) => copyDependencies(project, partial, signal));
  const { version, jars } = given ?? jarsOf(await fetched("druid-27.0.0", pom));
  const zooKeeper = await fetched("zookeeper", zooKeeperPom);
  const launcher = await fill(join(cache, `launcher-${await hashOf(...launcherSources)}`), (partial) =>
    tool("javac", ["--release", "11", "-d", partial, ...launcherSources], signal),
  );
  const isOwn = (jar: string) => ONE_PER_SERVICE.test(basename(jar));
  return { version, launcher, shared: jars.filter((jar) => !isOwn(jar)), own: jars.filter(isOwn), zooKeeper };
}
