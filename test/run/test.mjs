// `npm test [-- part ...]`: does all set-up, runs the parts, prints the time of each and one count at the end.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, install, requireJava, root } from "./setup.mjs";

/** In the order run: what is quick to fail comes first. */
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

const times = [];
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

async function jest(name) {
  const file = join(scratch, `${name}.json`);
  const env = druid ? { PULUMI_DRUID_TEST_URL: druid.url } : {};
  const args = [
    "--selectProjects",
    name,
    "--json",
    `--outputFile=${file}`,
    "--maxWorkers=2",
    "--passWithNoTests=false",
  ];
  const code = await node("jest/bin/jest.js", args, env);
  try {
    const result = JSON.parse(readFileSync(file, "utf8"));
    counts.passed += result.numPassedTests;
    // A file that cannot be loaded has no tests to count.
    counts.failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
    if (code !== 0 && result.numFailedTests + result.numRuntimeErrorTestSuites === 0) counts.failed += 1;
    if (result.numPendingTests > 0) {
      console.error(`Part "${name}" has ${result.numPendingTests} skipped test(s): none may be`);
      counts.failed += result.numPendingTests;
    }
  } catch {
    counts.failed += 1;
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
  for (const [name, part] of parts) {
    if (part.druid && !druid) {
      druid = await timed("start Druid", async () => {
        (await import("tsx/cjs/api")).register();
        const { startTestDruid } = createRequire(import.meta.url)("../harness/druid/druid.ts");
        return startTestDruid({ onPhase: (phase) => console.log(phase) });
      });
      console.log(`Druid was ready after ${(druid.startMs / 1000).toFixed(1)} s, with ${druid.rssMiB()} MiB`);
    }
    await timed(name, async () => {
      if (part.jest) return jest(name);
      const [script, ...args] = part.command;
      counts[(await node(script, args)) === 0 ? "passed" : "failed"] += 1;
    });
  }
} catch (error) {
  console.error(error);
  counts.failed += 1;
} finally {
  await finish();
}
console.log("\nSeconds by part");
for (const [name, seconds] of times) console.log(`  ${name.padEnd(12)} ${seconds.toFixed(1).padStart(7)}`);
console.log(
  `  ${"all".padEnd(12)} ${times
    .reduce((sum, [, seconds]) => sum + seconds, 0)
    .toFixed(1)
    .padStart(7)}\n`,
);
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed === 0 ? 0 : 1);
