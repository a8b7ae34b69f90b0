/**
 * `npm run record:cases`: runs the cases that have no recording yet on the Pulumi CLI on PATH, and records what came of
 * each. `ENGINE_CASES` names another folder than the fixtures.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Case, folder, type Observed, readCases } from "./cases";
import { replayOnCli } from "./pulumi";

const SDK = "@pulumi/pulumi";

async function main(): Promise<void> {
  const version = spawnSync("pulumi", ["version"], { encoding: "utf8" });
  if (version.status !== 0) {
    throw new Error('Cannot record: "pulumi" is not on PATH; get the CLI from pulumi.com/docs/install');
  }
  const sdk = JSON.parse(readFileSync(join(__dirname, "../../node_modules", SDK, "package.json"), "utf8")).version;
  mkdirSync(join(folder, "recorded"), { recursive: true });
  for (const one of readCases({ recorded: false })) {
    const steps: Observed[] = [];
    await replayOnCli(one, SDK, (step) => steps.push(step));
    write(one, { engine: version.stdout.trim(), sdk, steps });
    console.log(`${one.name}: ${steps.map(({ command, exit }) => `${command} ${exit}`).join(", ")}`);
  }
}

function write({ name, why, config, secretConfig }: Case, told: { engine: string; sdk: string; steps: Observed[] }) {
  const given = Object.entries({ config, secretConfig }).filter(([, values]) => Object.keys(values).length > 0);
  const { engine, sdk, steps } = told;
  const recording = { case: name, why, engine, sdk, ...Object.fromEntries(given), steps: steps.map(withoutTexts) };
  writeFileSync(join(folder, "recorded", `${name}.json`), `${JSON.stringify(recording, null, 1)}\n`);
}

/** Of a message only that it came is compared; what it says is the CLI's own, and tells of this machine. */
const withoutTexts = ({ diagnostics = [], ...rest }: Observed): Observed => {
  return { ...rest, diagnostics: diagnostics.map(([severity = "", urn = ""]) => [severity, urn]) };
};

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
