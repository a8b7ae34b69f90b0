/** One line of the doctor: what was found, what it means for an ingestion, and how to mend it. */

/** `problem`: an ingestion cannot work; `warning`: it may fail, wait or be slow; `note`: worth knowing. */
export type Level = "ok" | "note" | "warning" | "problem";

export interface Finding {
  /** What was looked at, e.g. `history`: stable, for scripts. */
  id: string;
  level: Level;
  found: string;
  means?: string;
  mend?: string;
}

export const ok = (id: string, found: string, means?: string): Finding => {
  return { id, level: "ok", found, ...(means !== undefined && { means }) };
};
export const note = (id: string, found: string, means: string, mend?: string): Finding => {
  return { id, level: "note", found, means, ...(mend !== undefined && { mend }) };
};
export const warning = (id: string, found: string, means: string, mend: string): Finding => {
  return { id, level: "warning", found, means, mend };
};
export const problem = (id: string, found: string, means: string, mend: string): Finding => {
  return { id, level: "problem", found, means, mend };
};
