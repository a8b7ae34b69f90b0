/** For the environment of a process that loads Pulumi's SDK: see lazy-load.cjs. */
import { join } from "node:path";

export const LAZY_SDK = { NODE_OPTIONS: `-r ${JSON.stringify(join(__dirname, "lazy-load.cjs"))}` };
