/** Decides whether the task named by `adoptTaskId` can be adopted. Pure. */
import type { Wanted } from "./sequence";

/** What Druid says about the task to be adopted. */
export type Adoptee =
  | { is: "forgotten"; isNoted: boolean }
  | {
      is: "running" | "success" | "unpublished" | "unknown";
      /** Druid's type; `query_controller` for a SQL task. */
      type: string | undefined;
      dataSource: string | undefined;
      /** The content recorded in the task; undefined if it is not one of ours. */
      content: string | undefined;
      /** Its rows are no longer in its datasource. */
      areRowsGone: boolean;
      /** This ingestion has since overwritten them. */
      areWrittenOver: boolean;
      /** A note in the sequence says that it was adopted for the wanted content. */
      isNoted: boolean;
    };

export type Refused =
  | { why: "forgotten" | "unpublished" | "rowsGone" | "writtenOver" | "otherContent" }
  | { why: "noSqlTask"; type: string | undefined }
  | { why: "otherTarget"; dataSource: string | undefined };

/** Undefined if it can be adopted. */
export function refusalOf(
  adoptee: Adoptee,
  wanted: Wanted,
  { isRunOfOurs, isOwnNumber }: { isRunOfOurs: boolean; isOwnNumber: boolean },
): Refused | undefined {
  // Druid has forgotten our own run, or one adopted before: trust the user's adoptTaskId.
  if (adoptee.is === "forgotten") return isRunOfOurs || adoptee.isNoted ? undefined : { why: "forgotten" };
  const { type, dataSource, content } = adoptee;
  if (type !== "query_controller") return { why: "noSqlTask", type };
  if (wanted.target !== undefined && dataSource !== wanted.target) return { why: "otherTarget", dataSource };
  // According to our own record, it loaded other content than is wanted now.
  if (isOwnNumber && content !== undefined && content !== wanted.content) return { why: "otherContent" };
  if (adoptee.is === "unpublished") return { why: "unpublished" };
  if (adoptee.areRowsGone) return { why: "rowsGone" };
  if (adoptee.areWrittenOver) return { why: "writtenOver" };
  return undefined;
}
