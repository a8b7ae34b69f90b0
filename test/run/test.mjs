// `npm test [-- part ...]`: does all set-up, runs the parts, prints the time of each and one count at the end.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { build, install, requireJava, root } from "./setup.mjs";

/** What runs a real Druid comes last. */
const PARTS = {
  lint: { command: ["@biomejs/biome/bin/biome", "check", "--error-on-warnings", "."] },
  types: { command: ["typescript/bin/tsc", "--noEmit", "-p", "test/tsconfig.json"] },
  tidy: { jest: true },
  unit: { jest: true },
  model: { jest: true },
  simulation: { jest: true },
  docs: { jest: true, built: true },
  package: { jest: true, built: true },
  host: { jest: true, built: true },
  engine: { jest: true },
  contract: { jest: true, druid: true },
  e2e: { jest: true, built: true, druid: true },
  crash: { jest: true, built: true, druid: true },
};

const wanted = process.argv.slice(2).filter((word) => !word.startsWith("-"));
const unknown = wanted.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`Cannot run "${unknown.join('", "')}": the parts are ${Object.keys(PARTS).join(", ")}`);
  process.exit(2);
}
const parts = Object.entries(PARTS).filter(([name]) => wanted.length === 0 || wanted.includes(name));

/** More than the cores of a small machine: processes and Druid are waited for more than computed with. */
const WORKERS = Math.max(3, availableParallelism());

const times = [];
const byPart = [];
const counts = { passed: 0, failed: 0 };
const scratch = mkdtempSync(join(tmpdir(), "pulumi-druid-test-"));
let druid;
let child;

const timed = async (name, work) => {
  const start = Date.now();
  console.log(`\n== ${name}`);
  const result = await work();
  times.push([name, (Date.now() - start) / 1000]);
  return result;
};

/** Runs to the end, with its output as it comes; resolves to the exit code. */
const node = (script, args, env = {}) =>
  new Promise((resolve) => {
    child = spawn(process.execPath, [join(root, "node_modules", script), ...args], {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, ...env },
    });
    child.once("exit", (code, signal) => resolve(signal ? 1 : code));
  });

/** Parts that run side by side, as one run of jest: most of them wait half of their time for somebody. */
async function jest(names) {
  const file = join(scratch, `${names[0]}.json`);
  const env = druid ? { PULUMI_DRUID_TEST_URL: druid.url } : {};
  const args = ["--selectProjects", ...names, "--json", `--outputFile=${file}`, `--maxWorkers=${WORKERS}`];
  const code = await node("jest/bin/jest.js", args, env);
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
    child?.kill(signal);
    await finish();
    process.exit(130);
  });
}

try {
  await timed("install", install);
  if (parts.some(([, part]) => part.druid)) requireJava();
  if (parts.some(([, part]) => part.built)) await timed("build", build);
  for (const [name, { command }] of parts.filter(([, part]) => part.command)) {
    const [script, ...args] = command;
    await timed(name, async () => {
      counts[(await node(script, args)) === 0 ? "passed" : "failed"] += 1;
    });
  }
  const dry = parts.filter(([, part]) => part.jest && !part.druid).map(([name]) => name);
  if (dry.length > 0) await timed("without Druid", () => jest(dry));
  const wet = parts.filter(([, part]) => part.druid).map(([name]) => name);
  if (wet.length > 0) {
    druid = await timed("start Druid", async () => {
      (await import("tsx/cjs/api")).register();
      const { startTestDruid } = createRequire(import.meta.url)("../harness/druid/druid.ts");
      return startTestDruid({ onPhase: (phase) => console.log(phase) });
    });
    console.log(`Druid was ready after ${(druid.startMs / 1000).toFixed(1)} s, with ${druid.rssMiB()} MiB`);
    await timed("with Druid", () => jest(wet));
  }
} catch (error) {
  console.error(error);
  counts.failed += 1;
} finally {
  await finish();
}
const row = (name, seconds) => console.log(`  ${name.padEnd(14)} ${seconds.toFixed(1).padStart(7)}`);
console.log("\nSeconds");
for (const [name, seconds] of times) row(name, seconds);
row(
  "all",
  times.reduce((sum, [, seconds]) => sum + seconds, 0),
);
console.log("\nOf these, added up over the files of each part, which run side by side");
for (const [name, seconds] of byPart) row(name, seconds);
console.log();
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed === 0 ? 0 : 1);
