/** The ids of the warnings that preview shows. docs/warnings.md says when each appears, why, and what to do. */

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
  "sample-source",
  "sample-lines",
  "sample-times",
  "sample-columns",
  "rows-of-another",
  "loaded-before",
  "may-be-loaded",
  "unchecked-certificate",
] as const;

export type WarningId = (typeof WARNING_IDS)[number];

export interface Warning {
  id: WarningId;
  text: string;
}

/** The text to log, with the id at its end, by which `review` finds it. */
export function warningText({ id, text }: Warning): string {
  return `${text} [${id}]`;
}
