// The jars of a folder that somebody gives: a release of Druid as downloaded, or any flat folder of jars.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";

export interface DruidJars {
  /** As the names of the jars say, e.g. `37.0.0`. */
  version: string;
  jars: string[];
}

const MSQ = "druid-multi-stage-query";
const SECURITY = "druid-basic-security";
/** Extensions that a release keeps apart; from 35 on, MSQ is in `lib`. */
const EXTENSIONS = [MSQ, SECURITY];
const DRUID_JAR =
  /^(druid-(?:server|services|processing|sql|indexing-service|multi-stage-query|basic-security))-(\d.*)\.jar$/;
/** What a build leaves beside its jars. */
const NO_CLASSES_OF_DRUID = /-(?:tests|sources|test-sources|javadoc)\.jar$/;

export const majorOf = (version: string): number => Number.parseInt(version, 10);

function jarsIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith(".jar") && !NO_CLASSES_OF_DRUID.test(name));
  return names.sort().map((name) => join(folder, name));
}

/** A release may also be given by its `lib`. */
function foldersOf(folder: string): string[] {
  const root = basename(folder) === "lib" ? dirname(folder) : folder;
  const lib = join(root, "lib");
  return existsSync(lib) ? [lib, ...EXTENSIONS.map((name) => join(root, "extensions", name))] : [folder];
}

function javaOnPath(): string {
  const { stderr } = spawnSync("java", ["-version"], { encoding: "utf8" });
  return /version "([^"]+)"/.exec(stderr ?? "")?.[1] ?? "unknown";
}

/** The oldest Java that a release runs on, where that is newer than what this harness needs anyway. */
const javaFor = (version: string): number => (majorOf(version) >= 38 ? 21 : 17);

function requireJavaFor(version: string, found: string): void {
  const least = javaFor(version);
  if (majorOf(found) >= least) return;
  throw new Error(
    `Cannot start Druid ${version}: it needs Java ${least} or newer, and "java" on PATH is ${found}; ` +
      `put a JDK ${least} first on PATH`,
  );
}

export interface Needs {
  basicAuth?: boolean;
  /** The version of Java, where it is not asked for. */
  java?: string;
}

/** Finds what is needed of a Druid in `given`, and throws with what is missing there. */
export function jarsOf(given: string, { basicAuth = false, java }: Needs = {}): DruidJars {
  const folder = resolve(given);
  const fail = (cause: string, next: string): never => {
    throw new Error(`Cannot start Druid from "${folder}": ${cause}; ${next}`);
  };
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    fail("there is no such folder", "give the folder of a Druid release, or a folder that holds its jars");
  }
  // An extension may bring a jar that lib has too.
  const byName = new Map(
    foldersOf(folder)
      .flatMap(jarsIn)
      .reverse()
      .map((jar) => [basename(jar), jar]),
  );
  const jars = [...byName.values()].reverse();
  const parts = [...byName.keys()].flatMap((name) => {
    const [, part = "", version = ""] = DRUID_JAR.exec(name) ?? [];
    return part === "" ? [] : [{ part, version }];
  });
  const versionOf = (part: string) => parts.find((one) => one.part === part)?.version;
  const version =
    versionOf("druid-server") ??
    fail(
      "no druid-server-<version>.jar is there",
      "give the folder of a Druid release (it holds lib and extensions), or a folder that holds all of Druid's jars",
    );
  if (parts.some((one) => one.version !== version)) {
    const named = parts.map((one) => `${one.part} ${one.version}`).sort();
    fail(`its jars are of different versions (${named.join(", ")})`, "give a folder of one version");
  }
  for (const part of ["druid-services", "druid-processing", "druid-sql", "druid-indexing-service"]) {
    if (versionOf(part) === undefined)
      fail(`${part}-${version}.jar is missing`, "give a folder with all of Druid's jars");
  }
  for (const part of basicAuth ? [MSQ, SECURITY] : [MSQ]) {
    if (versionOf(part) !== undefined) continue;
    const place = part === MSQ && majorOf(version) >= 35 ? "lib" : `extensions/${part}`;
    fail(
      `the jar of ${part} is missing, which a release of ${version} has in ${place}`,
      "give the folder of the whole release, or put that jar beside the others",
    );
  }
  requireJavaFor(version, java ?? javaOnPath());
  return { version, jars };
}
