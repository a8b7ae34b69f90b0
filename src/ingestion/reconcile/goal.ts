/** Types shared by `reconcile` and its steps: the goal of an operation, its starting point and its result. */
import type { SqlRequest } from "../../druid/client";
import type { TaskReport, TaskStatus } from "../../druid/wire/task";
import type { Checkpoint } from "../rules/heart";
import type { Published } from "../rules/published";
import type { Recorded } from "../rules/record";
import type { Wanted } from "../rules/sequence";
import type { Turns } from "../run/turns";

export interface Goal {
  wanted: Wanted;
  request: SqlRequest;
  /** The same query with EXPLAIN, which starts no task. */
  explain: SqlRequest;
  urn: string;
  /** Former URNs of the resource. */
  aliases: readonly string[];
  key: string;
  adoptTaskId: string | undefined;
  /** Task slots that it needs. */
  tasks: number;
  /** The limit on how many ingestions of a backfill run at the same time. */
  turns: Turns | undefined;
  givenUpTo: number | undefined;
  retries: number;
  /** True in a create, when nothing is recorded. */
  isNew: boolean;
}

/** What the last operation recorded. */
export type Before = Recorded & {
  /** Undefined if unknown. */
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

/** What must be recorded for the next operation if this one ends here, with Druid's answers about the run. */
export type RunCheckpoint = Checkpoint & {
  status?: TaskStatus | undefined;
  report?: TaskReport | undefined;
};

export type Save = (progressed: RunCheckpoint) => void;

/** The run whose rows are in the target. */
export interface Finished {
  number: number;
  published: Published;
  taskId: string | undefined;
  adopted: boolean;
  adoptedTaskId: string | undefined;
  status: TaskStatus | undefined;
  report: TaskReport | undefined;
  /** Whether this operation has followed it to its end; otherwise nothing ran. */
  isFollowed: boolean;
}
