// Writes docs/watching.md and docs/task.svg again: how a load of a minute looks in terminals and in a log, on a real Druid.
import { build, install, requireJava } from "./setup.mjs";

install();
build();
requireJava();
const { register } = await import("tsx/cjs/api");
register();
const { createRequire } = await import("node:module");
await createRequire(import.meta.url)("../harness/transcripts.ts").main();
