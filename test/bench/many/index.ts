/** Many at once: waits in one process, resources in which nothing has changed, creates, and too few task slots. */
import { type Findings, type Part, together } from "../part";
import { backfill } from "./backfill";
import { creates } from "./creates";
import { slots } from "./slots";
import { unchanged } from "./unchanged";
import { waits } from "./waits";

export const many: Part = async (options) => {
  const found: Findings[] = [];
  for (const part of [slots, waits, creates, unchanged, backfill]) found.push(await part(options));
  return together(found);
};
