/** What a task of the fake Druid is to do. */
import type { FakeAnswer } from "./exchange";

export interface Failure {
  /** Druid's fault code, e.g. `WorkerFailed`. */
  fault: string;
  message?: string;
  /** Java's stack trace; only in the report. */
  stackTrace?: string;
  /** True: the segments were published before it failed. */
  published?: boolean;
  /** Phase of the last stage in the report; by default what the progress says. */
  phase?: string;
  stageNumber?: number;
}

export interface Plan {
  /** Waits for its locks at least so long. */
  waitingMs: number;
  /** Waits for a slot at least so long. */
  pendingMs: number;
  /** From the controller's launch until it asks for workers; meanwhile others may take the slots. */
  startMs: number;
  /** From all workers launched to publishing. */
  runMs: number;
  /** From publishing until the status says so; the live report says it at once. */
  endMs: number;
  outcome: "success" | Failure;
  rows: number;
  /** How many tasks Druid makes of the query, all with one id; it runs only the first. The text may not show it. */
  tasks: number;
  segments: number;
  /** From publishing until the segments can be queried. */
  loadDelayMs: number;
  /** The report answers 404 for so long after the task began to run, and again after it ended. */
  reportDelayMs: number;
  /** The report of the ended task is never to be had. */
  noReport: boolean;
  /** From a shutdown until the report says Canceled; the live report answers until then. */
  cancelReportMs: number;
  /** Accepted, then lost: no row of it remains, and it never runs. */
  vanish: boolean;
  /** Its row goes so long after its end. */
  historyMs: number | undefined;
  /** The submit is answered with this and starts nothing. */
  reject: FakeAnswer | undefined;
  /** Bad lines that were skipped, reported as CannotParseExternalData. */
  badLines: number;
  /** The query's columns in the task's payload. Default: none. */
  columns: string[];
  /** Those of `columns` whose type is complex, as that of JSON. Default: none. */
  complex: string[];
  /** What a SELECT gives; by default `rows` rows of one number. */
  results: unknown[][] | undefined;
  /** The columns that the query writes, with Druid's types. */
  writes: [name: string, type: string][];
}

export const defaultPlan: Plan = {
  waitingMs: 0,
  pendingMs: 0,
  startMs: 100,
  runMs: 2_000,
  endMs: 100,
  outcome: "success",
  rows: 1_000,
  tasks: 1,
  segments: 1,
  loadDelayMs: 300,
  reportDelayMs: 0,
  noReport: false,
  cancelReportMs: 2_000,
  vanish: false,
  historyMs: undefined,
  reject: undefined,
  badLines: 0,
  columns: [],
  complex: [],
  results: undefined,
  writes: [
    ["__time", "LONG"],
    ["n", "LONG"],
  ],
};

/** What a plan can be chosen by. */
export interface Submitted {
  /** Task id. */
  id: string;
  dataSource: string;
  query: string;
  context: Record<string, unknown>;
}

/** A text is a task id, a datasource or a part of the query; a pattern is tried on each of them. */
export type PlanMatch = string | RegExp | ((submitted: Submitted) => boolean);
export type PlanSource = Partial<Plan> | ((submitted: Submitted) => Partial<Plan>);

export class Plans {
  readonly #rules: { match: PlanMatch | undefined; source: PlanSource }[] = [];

  /** What is given later comes over what was given before. */
  add(match: PlanMatch | undefined, source: PlanSource): void {
    this.#rules.push({ match, source });
  }

  for(submitted: Submitted): Plan {
    const fitting = this.#rules.filter(({ match }) => fits(match, submitted));
    const parts = fitting.map(({ source }) => (typeof source === "function" ? source(submitted) : source));
    return Object.assign({}, defaultPlan, ...parts);
  }
}

function fits(match: PlanMatch | undefined, submitted: Submitted): boolean {
  const { id, dataSource, query } = submitted;
  if (match === undefined) return true;
  if (typeof match === "function") return match(submitted);
  if (typeof match === "string") return match === id || match === dataSource || query.includes(match);
  return [id, dataSource, query].some((text) => match.test(text));
}
