/** What one operation works towards, begins with and leaves: the shapes that `ensure` and its steps share. */
import type { SqlRequest } from "../druid/client";
import type { TaskReport, TaskStatus } from "../druid/wire";
import { NONE, type Published, type Situation } from "./sequence";

export interface Goal {
  wanted: Situation["wanted"];
  request: SqlRequest;
  urn: string;
  key: string;
  adoptTaskId: string | undefined;
  /** Slots that its tasks take together. */
  tasks: number;
  givenUpTo: number | undefined;
}

/** What the last operation left. */
export interface Recorded {
  number: number;
  published: Published;
  state: string | undefined;
  taskId: string | undefined;
  content: string | undefined;
  adopted: boolean;
  adoptTaskId: string | undefined;
  /** Undefined where nobody knows. */
  rowsPublished: number | undefined;
}

export const NOTHING_RECORDED: Recorded = {
  number: 0,
  published: [NONE],
  state: undefined,
  taskId: undefined,
  content: undefined,
  adopted: false,
  adoptTaskId: undefined,
  rowsPublished: undefined,
};

/** What the next operation has to find if this one ends here. */
export interface Progressed {
  number: number;
  published: Published;
  state: "RUNNING" | "FAILED" | "STALE";
  taskId: string | undefined;
  adopted: boolean;
  status?: TaskStatus | undefined;
  report?: TaskReport | undefined;
}

export type Save = (progressed: Progressed) => void;

/** The run whose rows are in the target. */
export interface Finished {
  number: number;
  published: Published;
  taskId: string | undefined;
  adopted: boolean;
  status: TaskStatus | undefined;
  report: TaskReport | undefined;
}
