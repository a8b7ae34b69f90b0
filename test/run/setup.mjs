// What every command of the repo does first, in plain JavaScript: it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const modules = join(root, "node_modules");

/** Runs a command and ends this process with its output when it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, encoding: "utf8", ...options });
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
    console.error(`Cannot run "${command} ${args.join(" ")}": ${result.error?.message ?? `exit ${result.status}`}`);
    process.exit(1);
  }
  return result.stdout;
}

/**
 * Installs what the lock file says, unless that is done. Not `npm ci`: it refuses a lock file that lacks the builds of
 * some tools for other platforms, and not every registry mirror has those.
 */
export function install() {
  const [major] = process.versions.node.split(".");
  if (Number(major) < 20) {
    console.error(`Cannot go on with Node.js ${process.versions.node}: 20 or newer is needed; get it from nodejs.org`);
    process.exit(1);
  }
  const stamp = join(modules, ".installed");
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return false;
  // "npm pack --dry-run" builds too, and hands its options on.
  run("npm", ["install", "--dry-run=false", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"]);
  writeFileSync(stamp, wanted);
  return true;
}

/**
 * Compiles src to dist and lays the package, as it would be published, into node_modules/pulumi-druid: programs and
 * the provider process below this folder then find it by name, as they would find an installed one.
 */
export function build() {
  const target = join(modules, "pulumi-druid");
  const stamp = join(target, ".built");
  const wanted = sourceHash();
  const isBuilt = existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
  if (isBuilt && existsSync(join(root, "dist", "index.js"))) return;
  rmSync(join(root, "dist"), { recursive: true, force: true });
  run(process.execPath, [join(modules, "typescript", "bin", "tsc"), "-p", "tsconfig.json", "--emitDeclarationOnly"]);
  keepReachable(join(root, "dist"), ["index.d.ts", "provider.d.ts", "policy/index.d.ts"]);
  lighten(join(root, "dist"));
  bundle(join(root, "src"), join(root, "dist"), ["index.ts", "provider.ts", "policy/index.ts", "cli/main.ts"]);
  // npm does so where the package is installed; here `npx pulumi-druid` runs the file itself.
  chmodSync(join(root, "dist", "cli", "main.js"), 0o755);
  const [packed] = JSON.parse(run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts", "--loglevel=error"]));
  rmSync(target, { recursive: true, force: true });
  for (const { path } of packed.files) {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    cpSync(join(root, path), join(target, path));
  }
  writeFileSync(stamp, wanted);
}

/** Removes the declarations that no entry point leads to. */
function keepReachable(dist, entries) {
  const needed = new Set();
  const visit = (path) => {
    if (needed.has(path)) return;
    needed.add(path);
    for (const [, name] of readFileSync(path, "utf8").matchAll(/(?:from |import\()"(\.[^"]+)"/g)) {
      const file = join(dirname(path), name.replace(/\.js$/, ""));
      visit(existsSync(`${file}.d.ts`) ? `${file}.d.ts` : join(file, "index.d.ts"));
    }
  };
  for (const entry of entries) visit(join(dist, entry));
  for (const name of readdirSync(dist, { recursive: true })) {
    const path = join(dist, name);
    if (name.endsWith(".d.ts") && !needed.has(path)) rmSync(path);
  }
}

/**
 * A third less to download, and a quicker start, than a file for each source: what the entry points share is in chunks.
 */
function bundle(src, dist, entries) {
  const { buildSync } = createRequire(import.meta.url)("esbuild");
  const options = { platform: "node", target: "node20", minify: true, logLevel: "error" };
  const parts = join(dist, ".parts");
  const entryPoints = entries.map((name) => join(src, name));
  const split = { bundle: true, splitting: true, format: "esm", packages: "external" };
  buildSync({ ...options, ...split, entryPoints, outbase: src, outdir: parts });
  // Only ES modules can be split, and programs in CommonJS need to require the package.
  const made = readdirSync(parts, { recursive: true }).filter((name) => name.endsWith(".js"));
  const all = made.map((name) => join(parts, name));
  // What is loaded late is required too: Node.js's `import` goes round loaders of CommonJS, e.g. jest's and Yarn's.
  const supported = { "dynamic-import": false };
  buildSync({ ...options, format: "cjs", supported, entryPoints: all, outbase: parts, outdir: dist });
  rmSync(parts, { recursive: true });
  for (const name of made) shrink(join(dist, name));
}

/** A few percent less than esbuild makes by itself. */
function shrink(path) {
  const { minifySync } = createRequire(import.meta.url)("@swc/core");
  const text = readFileSync(path, "utf8");
  const [start] = /^(#!.*\n)?/.exec(text);
  // Never run: Node.js reads from it which names an ES module can import. As dead code it would be removed.
  const [names] = /0&&\(module\.exports=\{[^}]*\}\);?\s*$/.exec(text) ?? [""];
  const options = { compress: { passes: 3, toplevel: true, keep_classnames: true }, module: false };
  const { code } = minifySync(text.slice(start.length), {
    ...options,
    mangle: { toplevel: true, keep_classnames: true },
  });
  writeFileSync(path, `${start}${code};${names}`);
}

/** Declarations whose types are documented elsewhere, or reached by no name of the package. */
const WITHOUT_COMMENTS = /(base\/tokens|statement\/clauses|connection\/connection|wire\/task|provider)\.d\.ts$/;

/** Editors show the text and the default; the rest of the documentation is in docs/ and on the pages of typedoc. */
function lighten(dist) {
  for (const name of readdirSync(dist, { recursive: true }).filter((one) => one.endsWith(".d.ts"))) {
    const path = join(dist, name);
    // The duty of the file comes first, for those who work on it.
    const text = readFileSync(path, "utf8").replace(/^\/\*\*[\s\S]*?\*\/\s*(?=import|\/\*\*)/, "");
    const light = WITHOUT_COMMENTS.test(path)
      ? text.replace(/\/\*\*[\s\S]*?\*\/\s*/g, "")
      : text
          .replace(/\n\s*\* @(errors|unit|source)[^\n]*(\n\s*\* (?!@)[^\n]*)*(?=\n\s*\*(\/| @|\n))/g, "")
          .replace(/(\n\s*\*)?\n\s*\* @example[\s\S]*?(?=\n\s*\*\/)/g, "");
    writeFileSync(path, light);
  }
}

/** Of everything that the package is made from. */
function sourceHash() {
  const names = readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
  const hash = createHash("sha256");
  for (const name of [...names, "package.json", "tsconfig.json", "test/run/setup.mjs"].map((one) => resolve(root, one)))
    hash.update(readFileSync(name));
  return hash.digest("hex");
}

/** The JDK and Maven that a real Druid needs; ends this process with how to get what is missing. */
export function requireJava() {
  const missing = [
    [
      "java",
      ["-version"],
      "a JDK 17",
      "apt-get install openjdk-17-jdk-headless, brew install openjdk@17, or adoptium.net",
    ],
    [
      "javac",
      ["-version"],
      "a JDK 17 (only a runtime was found)",
      "apt-get install openjdk-17-jdk-headless, brew install openjdk@17, or adoptium.net",
    ],
    ["mvn", ["-version"], "Maven", "apt-get install maven, brew install maven, or maven.apache.org"],
  ].filter(([command, args]) => spawnSync(command, args, { encoding: "utf8" }).status !== 0);
  for (const [command, , what, how] of missing) {
    console.error(`Cannot start Druid: "${command}" is not on PATH; install ${what} (${how})`);
  }
  if (missing.length > 0) process.exit(1);
}
