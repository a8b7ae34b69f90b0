// `npm run docs:api`: writes docs/inputs.md, docs/outputs.md, the codes in docs/troubleshooting.md, and the API's pages
// (HTML, in .cache/api) from the source.
import { install } from "./setup.mjs";

install();
const { register } = await import("tsx/cjs/api");
register();
const { createRequire } = await import("node:module");
await createRequire(import.meta.url)("../harness/reference/main.ts").main(process.argv.slice(2));
