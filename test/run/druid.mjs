// `npm run druid`: installs what is missing, then keeps a real Druid until Ctrl-C. Its options are read in TypeScript.
import { install, requireJava } from "./setup.mjs";

install();
requireJava();
const { register } = await import("tsx/cjs/api");
register();
const { createRequire } = await import("node:module");
await createRequire(import.meta.url)("../harness/druid/main.ts").main(process.argv.slice(2));
