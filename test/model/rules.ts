/** The code under test: the very functions of `src`. The mutations put others around them. */
import { begin, step } from "../../src/ingestion/rules/load";
import { publishedAtEnd, seenByRefresh } from "../../src/ingestion/rules/refresh";
import { beginRemoval, stepRemoval } from "../../src/ingestion/rules/removal";

export const RULES = { begin, step, beginRemoval, stepRemoval, seenByRefresh, publishedAtEnd };

export type Rules = typeof RULES;
