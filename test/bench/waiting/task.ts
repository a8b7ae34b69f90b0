/** A task to wait for: when it ends, and what its reports say until then. */

export type Version = "27.0.0" | "37.0.0";

/** What a report says of one stage. */
export interface StageFigures {
  /** Absent before it begins. */
  phase: string | null;
  duration: number | null;
  /** Read, and to be read. */
  files: [number, number];
  /** In, out, and sorted. */
  rows: [number, number, number];
  /** Processed, merged and pushed, in the stage that writes segments. */
  written: [number, number, number];
}

export interface Task {
  kind: string;
  /** Of which Druid's reports its reports are made. */
  version: Version;
  durationMs: number;
  /** Undefined while there is no report. */
  stagesAt(ageMs: number): StageFigures[] | undefined;
}

export const SECOND_MS = 1_000;
export const LONGEST_MS = 6 * 3_600_000;
