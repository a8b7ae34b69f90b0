/** For the environment of a process that loads Pulumi's SDK: see lazy-sdk.cjs. */
import { join } from "node:path";

export const LAZY_SDK = { NODE_OPTIONS: `-r ${JSON.stringify(join(__dirname, "lazy-sdk.cjs"))}` };
