/** The warnings that preview shows, by id. docs/warnings.md says of each when it comes, why, and what to do. */

export const WARNING_IDS = [
  "overwrite-all",
  "insert-appends",
  "insert-reads-target",
  "partitioning-changes",
  "drop-datasource",
  "shared-drop",
  "plain-credentials",
  "finalized-sketch",
  "untyped-null",
  "non-deterministic",
  "select-loads-nothing",
  "export-again",
  "skipped-rows",
  "wait-in-context",
  "misspelled-key",
  "not-checked",
  "rows-of-another",
  "loaded-before",
  "may-be-loaded",
] as const;

export type WarningId = (typeof WARNING_IDS)[number];

export interface Warning {
  id: WarningId;
  text: string;
}

/** As it is logged: the id stands at the end, where a reader and `review` find it. */
export function warningText({ id, text }: Warning): string {
  return `${text} [${id}]`;
}
