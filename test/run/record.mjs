// `npm run record:fixtures [-- --lib DIR]`: installs what is missing, then records what a real Druid answers.
import { install, requireJava } from "./setup.mjs";

install();
requireJava();
const { register } = await import("tsx/cjs/api");
register();
const { createRequire } = await import("node:module");
const { main } = createRequire(import.meta.url)("../harness/record.ts");
await main(process.argv.slice(2)).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
