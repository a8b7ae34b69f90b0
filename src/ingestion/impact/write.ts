/** Tells which datasource a planned statement writes to, and which intervals it overwrites. Pure. */
import type { Explained } from "../../statement/explain";
import type { StatementFacts } from "../../statement/facts";
import { writeKindOf } from "../contract/content";
import type { Write } from "./impact";

/** Undefined for a statement without a target, and if the planner does not tell the intervals (before Druid 26). */
export function writeOf(facts: StatementFacts, { replaceTimeChunks }: Explained): Write | undefined {
  const { dataSource, overwrite } = facts;
  if (dataSource === undefined) return undefined;
  if (replaceTimeChunks === "ALL") return { dataSource, kind: "REPLACE", within: undefined };
  const kind = writeKindOf(facts);
  if (overwrite === undefined || overwrite === "ALL") return { dataSource, kind, within: undefined };
  const intervals = replaceTimeChunks?.split(",").map((interval) => interval.trim());
  return intervals?.every((interval) => interval.includes("/")) ? { dataSource, kind, within: intervals } : undefined;
}
