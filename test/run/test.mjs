// `npm test [-- part ... --lib DIR]`: does all set-up, runs the parts, prints the time of each and one count at the
// end.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build, install, requireJava, root } from "./setup.mjs";

const PARTS = {
  lint: { command: ["@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."] },
  types: { command: ["typescript/bin/tsc", "--noEmit", "-p", "test/tsconfig.json"] },
  tidy: {},
  unit: {},
  model: {},
  simulation: {},
  docs: { built: true },
  package: { built: true },
  host: { built: true },
  engine: {},
  contract: { druid: true },
  e2e: { built: true, druid: true },
  crash: { built: true, druid: true },
};

const refuse = (text) => {
  console.error(text);
  process.exit(2);
};
const { values, positionals: wanted } = readWords();
const unknown = wanted.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  refuse(`Cannot run "${unknown.join('", "')}": the parts are ${Object.keys(PARTS).join(", ")}`);
}
const parts = Object.entries(PARTS).filter(([name]) => wanted.length === 0 || wanted.includes(name));
const lib = values.lib === undefined ? undefined : resolve(values.lib);
if (lib !== undefined && !parts.some(([, part]) => part.druid)) {
  refuse("Cannot use --lib: none of these parts starts Druid; contract, e2e and crash do");
}

function readWords() {
  try {
    return parseArgs({ allowPositionals: true, options: { lib: { type: "string" } } });
  } catch (error) {
    return refuse(`Cannot run the tests: ${error.message}; usage: npm test -- [part ...] [--lib DIR]`);
  }
}

/** More than the cores of a small machine: processes and Druid are waited for more than computed with. */
const workersFor = (some) => Math.max(some.some(([, part]) => part.druid) ? 4 : 2, availableParallelism());

const times = [];
const byPart = [];
const counts = { passed: 0, failed: 0 };
const scratch = mkdtempSync(join(tmpdir(), "pulumi-druid-test-"));
let druid;
const children = new Set();

const timed = async (name, work) => {
  const start = Date.now();
  const result = await work();
  times.push([name, (Date.now() - start) / 1000]);
  return result;
};

/**
 * Runs to the end, with its output as it comes, or in one piece where others run beside it; resolves to the exit code.
 */
const node = (script, args, { env = {}, quiet = false } = {}) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, "node_modules", script), ...args], {
      cwd: root,
      stdio: ["inherit", quiet ? "pipe" : "inherit", quiet ? "pipe" : "inherit"],
      env: { ...process.env, ...env },
    });
    children.add(child);
    const output = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => output.push(data));
    child.once("close", (code, signal) => {
      children.delete(child);
      process.stdout.write(Buffer.concat(output));
      resolve(signal ? 1 : code);
    });
  });

async function command(name, [script, ...args]) {
  const code = await timed(name, () => node(script, args, { quiet: true }));
  counts[code === 0 ? "passed" : "failed"] += 1;
}

async function harness(name) {
  (await import("tsx/cjs/api")).register();
  return createRequire(import.meta.url)(`../harness/druid/${name}.ts`);
}

/** Nothing else is worth doing where the folder holds no Druid that can be tested. */
async function checkLib() {
  const { jarsOf } = await harness("folder");
  try {
    jarsOf(lib, { basicAuth: true });
  } catch (error) {
    rmSync(scratch, { recursive: true, force: true });
    refuse(error.message);
  }
}

async function startDruid() {
  const { startTestDruid } = await harness("druid");
  druid = await timed("start Druid", () => startTestDruid({ lib }));
  console.log(
    `Druid ${druid.version} was ready after ${(druid.startMs / 1000).toFixed(1)} s, with ${druid.rssMiB()} MiB`,
  );
}

/** One run of jest for all: most parts wait half of their time for somebody, and others compute meanwhile. */
async function jest(some) {
  const names = some.map(([name]) => name);
  const file = join(scratch, "jest.json");
  const env = {
    PULUMI_DRUID_TEST_SUITES: "1",
    ...(druid ? { PULUMI_DRUID_TEST_URL: druid.url } : {}),
    ...(lib ? { PULUMI_DRUID_TEST_LIB: lib } : {}),
  };
  const args = ["--selectProjects", ...names, "--json", `--outputFile=${file}`, `--maxWorkers=${workersFor(some)}`];
  const code = await node("jest/bin/jest.js", args, { env });
  let result;
  try {
    result = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    counts.failed += 1;
    return;
  }
  counts.passed += result.numPassedTests;
  // A file that cannot be loaded has no tests to count.
  const failed = result.numFailedTests + result.numRuntimeErrorTestSuites;
  counts.failed += code !== 0 && failed === 0 ? 1 : failed;
  if (result.numPendingTests > 0) {
    console.error(`${result.numPendingTests} test(s) were skipped: none may be`);
    counts.failed += result.numPendingTests;
  }
  for (const name of names) {
    const files = result.testResults.filter((one) => one.name.includes(join("/test", name, "/")));
    if (files.length === 0) {
      console.error(`Part "${name}" has no tests`);
      counts.failed += 1;
    }
    byPart.push([name, files.reduce((sum, { startTime, endTime }) => sum + (endTime - startTime) / 1000, 0)]);
  }
}

async function finish() {
  if (druid) await timed("stop Druid", () => druid.stop());
  druid = undefined;
  rmSync(scratch, { recursive: true, force: true });
}

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    for (const child of children) child.kill(signal);
    await finish();
    process.exit(130);
  });
}

try {
  await timed("install", install);
  if (parts.some(([, part]) => part.druid)) requireJava();
  if (lib !== undefined) await checkLib();
  if (parts.some(([, part]) => part.built)) await timed("build", build);
  const commands = parts.filter(([, part]) => part.command);
  await Promise.all([
    ...commands.map(([name, part]) => command(name, part.command)),
    ...(parts.some(([, part]) => part.druid) ? [startDruid()] : []),
  ]);
  const tested = parts.filter(([, part]) => !part.command);
  if (tested.length > 0) await timed("tests", () => jest(tested));
} catch (error) {
  console.error(error);
  counts.failed += 1;
} finally {
  await finish();
}
const row = (name, seconds) => console.log(`  ${name.padEnd(14)} ${seconds.toFixed(1).padStart(7)}`);
console.log("\nSeconds");
for (const [name, seconds] of times) row(name, seconds);
row("all", performance.now() / 1000);
console.log("\nOf these, added up over the files of each part, which run side by side");
for (const [name, seconds] of byPart) row(name, seconds);
console.log();
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed === 0 ? 0 : 1);
