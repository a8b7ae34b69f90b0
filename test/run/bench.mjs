// Measures pulumi-druid beside the ways of its peers: `npm run bench -- --help`.
import { build, install } from "./setup.mjs";

install();
build();
(await import("tsx/cjs/api")).register();
// For what src loads late with import().
(await import("tsx/esm/api")).register();
const { createRequire } = await import("node:module");
try {
  await createRequire(import.meta.url)("../bench/main.ts").main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
