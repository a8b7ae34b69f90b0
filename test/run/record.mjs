// `npm run record:fixtures`: installs what is missing, then records what a real Druid answers.
import { install, requireJava } from "./setup.mjs";

install();
requireJava();
const { register } = await import("tsx/cjs/api");
register();
const { createRequire } = await import("node:module");
await createRequire(import.meta.url)("../harness/record.ts").main();
