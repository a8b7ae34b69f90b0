import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { jarsOf } from "../../../harness/druid/folder";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "pulumi-druid-jars-"));
});
afterEach(() => rmSync(root, { recursive: true }));

const CORE = ["server", "services", "processing", "sql", "indexing-service"];
const jarsFor = (version: string, parts: string[]) => parts.map((part) => `druid-${part}-${version}.jar`);
const MSQ_27 = "extensions/druid-multi-stage-query/druid-multi-stage-query-27.0.0.jar";
const SECURITY_27 = "extensions/druid-basic-security/druid-basic-security-27.0.0.jar";

function lay(...names: string[]): void {
  for (const name of names) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), "");
  }
}

const layRelease27 = () =>
  lay(...jarsFor("27.0.0", CORE).map((jar) => `lib/${jar}`), "lib/guava-1.jar", MSQ_27, SECURITY_27);

const java = "17.0.1";
const found = (folder = root) => jarsOf(folder, { java, basicAuth: true });

describe("the jars of a folder", () => {
  test("are those of lib and of two extensions where it is a release", () => {
    layRelease27();
    lay(
      "extensions/druid-multi-stage-query/guava-1.jar",
      "extensions/druid-s3-extensions/druid-s3-extensions-27.0.0.jar",
      "README",
    );
    const { version, jars } = found();
    expect(version).toBe("27.0.0");
    const core = jarsFor("27.0.0", CORE).map((jar) => `lib/${jar}`);
    expect(jars.map((jar) => relative(root, jar)).sort()).toEqual(
      [...core, "lib/guava-1.jar", MSQ_27, SECURITY_27].sort(),
    );
  });

  test("are the same where a release is given by its lib", () => {
    layRelease27();
    expect(found(join(root, "lib"))).toEqual(found());
  });

  test("are all that a flat folder holds, but what a build leaves beside them", () => {
    lay(...jarsFor("37.0.0", [...CORE, "multi-stage-query", "basic-security"]), "x-1.jar");
    lay("druid-server-37.0.0-tests.jar", "x-1-sources.jar", "notes.txt");
    const { version, jars } = found();
    expect([version, jars.length]).toEqual(["37.0.0", 8]);
    expect(jars.map((jar) => basename(jar))).toContain("x-1.jar");
  });

  test("may lack basic security where no test asks for it", () => {
    lay(...jarsFor("37.0.0", [...CORE, "multi-stage-query"]));
    expect(jarsOf(root, { java }).version).toBe("37.0.0");
    expect(() => found()).toThrow(
      /: the jar of druid-basic-security is missing, which a release of 37\.0\.0 has in extensions\/druid-basic-security; /,
    );
  });
});

describe("a folder that cannot be used says why", () => {
  test.each<[string, string[], RegExp]>([
    ["nothing of Druid", ["lib.txt"], /: no druid-server-<version>\.jar is there; give the folder of a Druid release/],
    ["one part missing", jarsFor("37.0.0", ["server", "services"]), /: druid-processing-37\.0\.0\.jar is missing; /],
    [
      "two versions",
      [...jarsFor("27.0.0", [...CORE, "multi-stage-query"]), "druid-sql-28.0.0.jar"],
      /: its jars are of different versions \(.*druid-sql 27\.0\.0, druid-sql 28\.0\.0\); give a folder of one version/,
    ],
    [
      "27 without MSQ",
      jarsFor("27.0.0", CORE),
      /: the jar of druid-multi-stage-query is missing, .* 27\.0\.0 has in extensions\/druid-multi-stage-query; /,
    ],
    ["36 without MSQ", jarsFor("36.0.0", CORE), /: the jar of druid-multi-stage-query is missing, .* has in lib; /],
    [
      "38 on Java 17",
      jarsFor("38.0.0", [...CORE, "multi-stage-query", "basic-security"]),
      /^Cannot start Druid 38\.0\.0: it needs Java 21 or newer, and "java" on PATH is 17\.0\.1; put a JDK 21 first on PATH$/,
    ],
  ])("%s", (_, names, message) => {
    lay(...names);
    expect(() => found()).toThrow(message);
  });

  test("no folder", () => {
    lay("file");
    for (const name of ["missing", "file"]) {
      expect(() => found(join(root, name))).toThrow(/missing"|file": there is no such folder; give the folder/);
    }
  });

  test("38 on Java 21 is fine", () => {
    lay(...jarsFor("38.0.0", [...CORE, "multi-stage-query"]));
    expect(jarsOf(root, { java: "21" }).version).toBe("38.0.0");
  });
});
