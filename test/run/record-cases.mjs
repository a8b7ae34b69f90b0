// `npm run record:cases`: installs what is missing, then records what the Pulumi CLI on PATH does; see its header.
import { createRequire } from "node:module";
import { install } from "./setup.mjs";

install();
await import("tsx/cjs");
createRequire(import.meta.url)("../engine/record.ts");
