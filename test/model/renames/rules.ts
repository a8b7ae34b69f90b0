/** The code under test: the very functions of `src`. */
import { begin, step } from "../../../src/ingestion/rules/load";
import { beginRemoval, stepRemoval } from "../../../src/ingestion/rules/removal";
import { beginRename, continued, continuedUnder, stepRename } from "../../../src/ingestion/rules/rename";

export const RULES = { begin, step, beginRemoval, stepRemoval, beginRename, stepRename, continued, continuedUnder };
