/** What one operation works towards, begins with and leaves: the shapes that `reconcile` and its steps share. */
import type { SqlRequest } from "../../druid/client";
import type { TaskReport, TaskStatus } from "../../druid/wire/task";
import type { Progress } from "../rules/heart";
import type { Published } from "../rules/published";
import type { Recorded } from "../rules/record";
import type { Wanted } from "../rules/sequence";

export interface Goal {
  wanted: Wanted;
  request: SqlRequest;
  /** Asks Druid's planner about the same query; starts nothing. */
  explain: SqlRequest;
  urn: string;
  /** URNs that it may have had before. */
  aliases: readonly string[];
  key: string;
  adoptTaskId: string | undefined;
  /** Slots that its tasks take together. */
  tasks: number;
  givenUpTo: number | undefined;
  /** A create: nothing is recorded. */
  isNew: boolean;
}

/** What the last operation left, with what it knew of the rows. */
export type Before = Recorded & {
  /** Undefined where nobody knows. */
  rowsPublished: number | undefined;
};

export const NOTHING_RECORDED: Before = {
  number: 0,
  published: [],
  state: undefined,
  taskId: undefined,
  content: undefined,
  kind: "REPLACE",
  adopted: false,
  adoptedTaskId: undefined,
  rowsPublished: undefined,
};

/** What the next operation has to find if this one ends here, with what Druid said of the run. */
export type Progressed = Progress & {
  status?: TaskStatus | undefined;
  report?: TaskReport | undefined;
};

export type Save = (progressed: Progressed) => void;

/** The run whose rows are in the target. */
export interface Finished {
  number: number;
  published: Published;
  taskId: string | undefined;
  adopted: boolean;
  adoptedTaskId: string | undefined;
  status: TaskStatus | undefined;
  report: TaskReport | undefined;
}
