// What npm would publish: the tarball's content and manifest, judged by the tools that judge packages.

import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { emptyProject, freshClone, link, type Packed, packInto } from "../harness/packed";

const ROOT = resolve(__dirname, "..", "..");
const read = (path: string) => JSON.parse(readFileSync(join(ROOT, path), "utf8"));

describe("the package", () => {
  const project = emptyProject();
  let packed: Packed = { tarball: "", files: [] };

  beforeAll(() => {
    packed = packInto(project.folder);
  });
  afterAll(() => project.remove());

  test("is built by npm pack itself, without the network", () => {
    const clone = emptyProject();
    try {
      freshClone(clone);
      clone.run("npm", ["pack", "--offline", "--loglevel=error"]);
      const names = clone.run("tar", ["-tzf", join(clone.folder, `pulumi-druid-${read("package.json").version}.tgz`)]);
      const files = names
        .trim()
        .split("\n")
        .map((name) => name.replace("package/", ""));
      expect(files.sort()).toEqual(packed.files);
    } finally {
      clone.remove();
    }
  });

  test("asks nothing of who installs it: no script runs there, and what builds it stays here", () => {
    const hooks = ["preinstall", "install", "postinstall", "prepare"];
    expect(Object.keys(read("package.json").scripts).filter((name) => hooks.includes(name))).toEqual([]);
  });

  test("says where it lives", () => {
    const home = "https://github.com/pulumi-druid/pulumi-druid";
    const { repository, homepage, bugs } = read("package.json");
    expect({ repository, homepage, bugs }).toEqual({
      repository: { type: "git", url: `git+${home}.git` },
      homepage: `${home}#readme`,
      bugs: `${home}/issues`,
    });
  });

  test("exports these paths for ever: the state of every resource names ./provider", () => {
    expect(read("package.json").exports).toEqual({
      ".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
      "./provider": { types: "./dist/provider.d.ts", default: "./dist/provider.js" },
      "./policy": { types: "./dist/policy/index.d.ts", default: "./dist/policy/index.js" },
      "./package.json": "./package.json",
    });
  });

  test("contains the command pulumi-druid", () => {
    expect(read("package.json").bin).toEqual({ "pulumi-druid": "dist/cli/main.js" });
    link(project, packed.tarball);
    const program = join(project.folder, "node_modules", "pulumi-druid", "dist", "cli", "main.js");
    expect(readFileSync(program, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(project.run(process.execPath, [program, "--help"])).toContain("Usage: pulumi-druid SUBCOMMAND");
  });

  test("needs the user's SDK and brings none of its own", () => {
    const { peerDependencies, peerDependenciesMeta, dependencies, engines } = read("package.json");
    expect(peerDependencies).toEqual({ "@pulumi/policy": ">=1.20.0 <2", "@pulumi/pulumi": ">=3.248.0 <4" });
    expect(peerDependenciesMeta).toEqual({ "@pulumi/policy": { optional: true } });
    expect(Object.keys(dependencies)).toEqual(["axios", "zod"]);
    expect(engines).toEqual({ node: ">=20" });
  });

  test("accepts the SDKs that the tests run against", () => {
    const { devDependencies } = read("package.json");
    expect(devDependencies).toMatchObject({
      "@pulumi/pulumi": "3.248.0",
      "pulumi-newest": "npm:@pulumi/pulumi@3.270.0",
    });
  });

  test("holds what was compiled, and the papers", () => {
    const papers = packed.files.filter((path) => !path.startsWith("dist/"));
    expect(papers).toEqual(["LICENSE", "README.md", "package.json"]);
    const strange = packed.files.filter((path) => path.startsWith("dist/") && !/\.(js|d\.ts)$/.test(path));
    expect(strange).toEqual([]);
    for (const path of [
      "dist/index.js",
      "dist/index.d.ts",
      "dist/policy/index.d.ts",
      "dist/provider.js",
      "dist/provider.d.ts",
    ]) {
      expect(packed.files).toContain(path);
    }
  });

  test("holds the entry points, the chunks that they share, and only types that a program can reach", () => {
    const code = packed.files.filter((path) => path.endsWith(".js"));
    const entries = ["dist/cli/main.js", "dist/index.js", "dist/policy/index.js", "dist/provider.js"];
    const strange = code.filter((path) => !entries.includes(path) && !/^dist\/[\w-]+-[0-9A-Z]{8}\.js$/.test(path));
    expect([code.filter((path) => entries.includes(path)), strange]).toEqual([entries, []]);
    expect(code.length).toBeLessThan(25);
    const declared = packed.files.filter((path) => path.endsWith(".d.ts")).map((path) => path.slice(5, -5));
    for (const path of declared) expect(() => readFileSync(join(ROOT, "src", `${path}.ts`))).not.toThrow();
    expect(declared.length).toBeLessThan(40);
  });

  test("is less than 150 kB to download", () => {
    expect(statSync(packed.tarball).size).toBeLessThan(150_000);
  });

  test("names no path of the machine it was built on", () => {
    const found = project.run("tar", ["-xzOf", packed.tarball]);
    expect(found).toContain("pulumi-druid/provider");
    expect(found).not.toContain(ROOT);
  });

  test("publint finds nothing to say", () => {
    const script = project.write(
      "publint.mjs",
      `import { readFileSync, statSync } from "node:fs";
       import { pathToFileURL } from "node:url";
       const [entry, tarball] = process.argv.slice(2);
       const { publint } = await import(pathToFileURL(entry));
       const bytes = readFileSync(tarball);
       const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
       const { messages } = await publint({ strict: true, pack: { tarball: buffer } });
       console.log(JSON.stringify(messages));`,
    );
    const entry = join(ROOT, "node_modules", "publint", "src", "index-node.js");
    expect(JSON.parse(project.run(process.execPath, [script, entry, packed.tarball]))).toEqual([]);
  });

  test("its types resolve as its code does, from CommonJS and from ES modules", () => {
    const attw = join(ROOT, "node_modules", "@arethetypeswrong", "cli", "dist", "index.js");
    const output = project.run(process.execPath, [attw, packed.tarball, "--profile", "node16", "--format", "json"]);
    const { analysis } = JSON.parse(output);
    expect(Object.keys(analysis.entrypoints).sort()).toEqual([".", "./package.json", "./policy", "./provider"]);
    const problems: { resolutionKind?: string }[] = analysis.problems;
    expect(problems.filter(({ resolutionKind }) => resolutionKind !== "node10")).toEqual([]);
  });
});
