// `npm run quickstart`: from a fresh clone to rows that answer a query. Its options are read in TypeScript.
import { build, install, requireJava } from "./setup.mjs";

const options = process.argv.slice(2);
const times = [];
const timed = (name, work) => {
  const start = Date.now();
  console.log(`\n== ${name}`);
  work();
  times.push([name, Date.now() - start]);
};

timed("Install the packages", install);
timed("Build the provider", build);
if (!options.some((word) => /^--(url|help)\b/.test(word))) requireJava();
const { register } = await import("tsx/cjs/api");
register();
const { createRequire } = await import("node:module");
await createRequire(import.meta.url)("../harness/quickstart.ts").main(options, times);
