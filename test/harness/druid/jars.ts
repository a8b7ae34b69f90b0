// Druid's jars: fetched once by Maven into a cache folder of this checkout, then found there by every later start.
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";

const pom = join(__dirname, "pom.xml");
const cache = join(__dirname, "..", "..", "..", "node_modules", ".cache", "pulumi-druid");
const PARTIAL = /^\.partial-(\d+)$/;

/** Druid 27 keeps state of its web routes in static fields of these: each service must load them for itself. */
const ONE_PER_SERVICE = /^(druid|guice-servlet|jersey-guice|calcite)-.*\.jar$/;

export interface Jars {
  /** Folder of the jars that all services share. */
  shared: string;
  /** Folder of the jars that each service loads for itself. */
  own: string;
}

export function isAlive(pid: number): boolean {
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

function maven(args: string[], signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const child = spawn("mvn", args, { stdio: ["ignore", "pipe", "pipe"], detached: true });
    let output = "";
    const keep = (text: Buffer) => {
      output = (output + text).slice(-4_000);
    };
    const abort = () => killGroup(child);
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    signal?.addEventListener("abort", abort, { once: true });
    child.once("error", (error) => {
      const hint = "install Maven (apt-get install maven, brew install maven, or maven.apache.org)";
      reject(new Error(`Cannot fetch Druid's jars by "mvn": ${error.message}; ${hint}`));
    });
    child.once("close", (code) => {
      signal?.removeEventListener("abort", abort);
      if (signal?.aborted) reject(signal.reason);
      else if (code === 0) resolve();
      else reject(new Error(`Cannot fetch Druid's jars: Maven ended with ${code}; check its repositories\n${output}`));
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

/** Fills a folder of its own and renames it: the final one is whole or not there, whoever else does the same. */
async function fetchJars(target: string, signal: AbortSignal | undefined): Promise<void> {
  await mkdir(cache, { recursive: true });
  await removeLeftovers();
  const partial = join(cache, `.partial-${process.pid}`);
  try {
    const [shared, own] = [join(partial, "shared"), join(partial, "own")];
    await mkdir(own, { recursive: true });
    await maven(
      ["-B", "-q", "-f", pom, "dependency:copy-dependencies", "-DincludeScope=runtime", `-DoutputDirectory=${shared}`],
      signal,
    );
    for (const jar of await readdir(shared)) {
      if (ONE_PER_SERVICE.test(jar)) await rename(join(shared, jar), join(own, jar));
    }
    await rename(partial, target).catch((error) => {
      if (!existsSync(target)) throw error;
    });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

let fetching: Promise<void> | undefined;

export async function druidJars(signal?: AbortSignal): Promise<Jars> {
  const stamp = createHash("sha256")
    .update(await readFile(pom))
    .digest("hex")
    .slice(0, 12);
  const target = join(cache, `druid-27.0.0-${stamp}`);
  if (!existsSync(target)) {
    fetching ??= fetchJars(target, signal).finally(() => {
      fetching = undefined;
    });
    await fetching;
  }
  return { shared: join(target, "shared"), own: join(target, "own") };
}
