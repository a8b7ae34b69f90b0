// `npm run test:layouts`: installs the packed package with npm, pnpm and yarn, on several releases of Node.js and the SDK.
import { build, install } from "./setup.mjs";

install();
build();
const { register } = await import("tsx/cjs/api");
register();
const { createRequire } = await import("node:module");
await createRequire(import.meta.url)("../harness/layouts.ts").main();
