// Measures how long after the rows answer `create` and `update` return: te../bench/queryable.ts tells its options.
import { install, requireJava } from "./setup.mjs";

install();
requireJava();
const { register } = await import("tsx/cjs/api");
register();
const { createRequire } = await import("node:module");
await createRequire(import.meta.url)("../bench/queryable.ts").main(process.argv.slice(2));
