// Measures a backfill in which nothing has changed; te../bench/backfill.ts says how.
import { build, install } from "./setup.mjs";

install();
build();
const { register } = await import("tsx/cjs/api");
register();
const { createRequire } = await import("node:module");
await createRequire(import.meta.url)("../bench/backfill.ts").main(process.argv.slice(2));
