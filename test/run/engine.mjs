// `npm run engine -- …`: the local engine of the tests, as a user would use Pulumi's CLI. It runs in this very process,
// so that signals and the terminal are its own.
import { createRequire } from "node:module";
import { build, install } from "./setup.mjs";

install();
// The examples find the provider by its package's name.
build();
await import("tsx/cjs");
createRequire(import.meta.url)("../harness/engine/cli.ts");
