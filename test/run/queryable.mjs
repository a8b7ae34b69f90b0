// Measures how long after the rows answer `create` and `update` return: test/measure/queryable.ts tells its options.
import { install, requireJava } from "./setup.mjs";

install();
requireJava();
const { register } = await import("tsx/cjs/api");
register();
const { createRequire } = await import("node:module");
await createRequire(import.meta.url)("../measure/queryable.ts").main(process.argv.slice(2));
