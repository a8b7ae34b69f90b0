// `node test/run/transcripts.mjs [readme|watching]`: writes again, from real runs, the transcript in README.md, and
// docs/watching.md with docs/task.svg: how a load of a minute looks in terminals and in a log.
import { build, install, requireJava } from "./setup.mjs";

const wanted = process.argv.slice(2);
const has = (name) => wanted.length === 0 || wanted.includes(name);
install();
build();
requireJava();
const { register } = await import("tsx/cjs/api");
register();
const { createRequire } = await import("node:module");
const require = createRequire(import.meta.url);
if (has("readme")) await require("../harness/readme-transcript.ts").writeTranscript();
if (has("watching")) await require("../harness/transcripts.ts").main();
