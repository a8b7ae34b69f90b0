// `npm run test:layouts`: the packed package as npm, pnpm and yarn install it, on several releases of Node.js and of the SDK.
import { build, install } from "./setup.mjs";

install();
build();
const { register } = await import("tsx/cjs/api");
register();
const { createRequire } = await import("node:module");
await createRequire(import.meta.url)("../harness/layouts.ts").main();
