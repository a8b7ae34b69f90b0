// Measures a backfill in which nothing has changed; test/measure/backfill.ts says how.
import { build, install } from "./setup.mjs";

install();
build();
const { register } = await import("tsx/cjs/api");
register();
const { createRequire } = await import("node:module");
await createRequire(import.meta.url)("../measure/backfill.ts").main(process.argv.slice(2));
