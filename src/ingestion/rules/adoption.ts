/** Whether a task may be taken for this ingestion's run because the user says so. Pure. */
import type { Wanted } from "./sequence";

/** What Druid says of the task that is to be adopted. */
export type Adoptee =
  | { is: "forgotten" }
  | {
      is: "running" | "success" | "unpublished" | "unknown";
      /** Druid's type; `query_controller` for a SQL task. */
      type: string | undefined;
      dataSource: string | undefined;
      /** What the task says of itself; undefined where it is none of ours. */
      content: string | undefined;
      /** Rows that it has published are no longer in its datasource. */
      areRowsGone: boolean;
      /** This ingestion has written over them since. */
      areWrittenOver: boolean;
    };

export type Refused =
  | { why: "forgotten" | "unpublished" | "rowsGone" | "writtenOver" | "otherContent" }
  | { why: "noSqlTask"; type: string | undefined }
  | { why: "otherTarget"; dataSource: string | undefined };

/** Undefined where it is taken. */
export function refusalOf(
  adoptee: Adoptee,
  wanted: Wanted,
  { isOurs, isOwnNumber }: { isOurs: boolean; isOwnNumber: boolean },
): Refused | undefined {
  // A run of ours of which Druid cannot say what became of it: the user has looked.
  if (adoptee.is === "forgotten") return isOurs ? undefined : { why: "forgotten" };
  const { type, dataSource, content } = adoptee;
  if (type !== "query_controller") return { why: "noSqlTask", type };
  if (wanted.target !== undefined && dataSource !== wanted.target) return { why: "otherTarget", dataSource };
  // Our own record knows better than a guess: it loaded something else than what is wanted now.
  if (isOwnNumber && content !== undefined && content !== wanted.content) return { why: "otherContent" };
  if (adoptee.is === "unpublished") return { why: "unpublished" };
  if (adoptee.areRowsGone) return { why: "rowsGone" };
  if (adoptee.areWrittenOver) return { why: "writtenOver" };
  return undefined;
}
