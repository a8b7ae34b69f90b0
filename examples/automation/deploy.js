/**
 * Deploys program.js without anybody at a terminal: previews, goes on only if nothing is deleted or replaced, and
 * prints how many rows were loaded. Run it with `npm run deploy -- DRUID_URL SOURCE [TARGET]`.
 */
import { LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation/index.js";
import program from "./program.js";

const [url, source, target = "weather_automation"] = process.argv.slice(2);
if (url === undefined || source === undefined) {
  fail("Cannot deploy: the addresses are missing; usage: npm run deploy -- DRUID_URL SOURCE [TARGET]");
}

// The Automation API drives the Pulumi CLI; it contains no engine of its own.
const pulumiCommand = await PulumiCommand.get().catch(({ message }) => {
  const cause = message.includes("ENOENT") ? "`pulumi` is not on PATH" : message;
  return fail(`Cannot deploy: ${cause}; install the Pulumi CLI: see pulumi.com/docs/install`);
});

const projectName = "pulumi-druid-automation";
const stack = await LocalWorkspace.createOrSelectStack(
  { stackName: process.env.STACK ?? "dev", projectName, program },
  { pulumiCommand },
);
await stack.setAllConfig({
  "druid:url": { value: url },
  [`${projectName}:source`]: { value: source },
  [`${projectName}:target`]: { value: target },
});

// The CLI then ends within a second. The task keeps running in Druid, and the next deployment joins it.
const stop = new AbortController();
process.once("SIGTERM", () => stop.abort());
const options = { signal: stop.signal, onOutput: (/** @type {string} */ text) => process.stdout.write(text) };

const { changeSummary } = await stack.preview(options);
const lost = (changeSummary.delete ?? 0) + (changeSummary.replace ?? 0);
if (lost > 0) fail(`Cannot deploy: ${lost} of the resources would be deleted or replaced; see the preview above`);

const { outputs } = await stack.up(options);
console.log(`loaded ${outputs.rows?.value} rows with task ${outputs.taskId?.value}`);

/**
 * @param {string} text
 * @returns {never}
 */
function fail(text) {
  console.error(text);
  process.exit(1);
}
