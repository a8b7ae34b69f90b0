/** The moments at which somebody is killed, and what becomes of the ingestion that stands there. */
import type { HoldOptions } from "../harness/proxy";

export type Kill = "provider" | "engine" | "both";
export const KILLS: readonly Kill[] = ["provider", "engine", "both"];

/** A round kills one command: the first `up`, one with a changed program, `destroy` or `refresh`. */
export type Group = "create" | "change" | "delete" | "refresh";
export const GROUPS: readonly Group[] = ["create", "change", "delete", "refresh"];

/** Every source has the same number of rows. */
export const ROWS = 25;

/** What the program declares; sources and datasources by a letter. `slow` is a source that a test lets go. */
export interface Declared {
  source: "a" | "b" | "c" | "slow";
  target?: "x" | "y";
  onDelete?: "keepData" | "dropDatasource";
  /** Wants nearly every slot of the cluster, and so has to wait for the other one of its connection. */
  isGreedy?: boolean;
}

/** One ingestion through a round: before it, in the killed command, and after. */
export interface Life {
  group: Group;
  first?: Declared;
  killed: Declared;
  /** The killed command's, if absent. */
  after?: Declared;
  /** Rows in each datasource at the end, wherever the kill came. */
  rows: Partial<Record<"x" | "y", number>>;
}

const A: Declared = { source: "a" };
const B: Declared = { source: "b" };
const SLOW: Declared = { source: "slow" };
const DROP: Declared = { ...A, onDelete: "dropDatasource" };

export const LIVES = {
  create: { group: "create", killed: A, rows: { x: ROWS } },
  createSlowly: { group: "create", killed: SLOW, rows: { x: ROWS } },
  // What it wants is more than the cluster could give it; it has to wait first, and never comes so far.
  createGreedily: { group: "create", killed: { ...A, isGreedy: true }, after: A, rows: { x: ROWS } },
  update: { group: "change", first: A, killed: B, rows: { x: 2 * ROWS } },
  // The slow run never comes to its end: it has to be canceled, and publishes nothing.
  updateRunning: { group: "change", first: SLOW, killed: B, rows: { x: ROWS } },
  replace: { group: "change", first: A, killed: { ...A, target: "y" }, rows: { x: ROWS, y: ROWS } },
  delete: { group: "delete", first: A, killed: A, rows: { x: ROWS } },
  drop: { group: "delete", first: DROP, killed: DROP, rows: { x: ROWS } },
  deleteRunning: { group: "delete", first: SLOW, killed: SLOW, rows: { x: ROWS } },
  refresh: { group: "refresh", first: A, killed: A, rows: { x: ROWS } },
  refreshRunning: { group: "refresh", first: SLOW, killed: SLOW, rows: { x: ROWS } },
} satisfies Record<string, Life>;

export interface Point {
  name: string;
  life: Life;
  /** The request at which it stands; without one, where its slow source is read, by its last run. */
  hold?: HoldOptions;
  /** The held request reaches Druid only after the next commands have ended. */
  isLate?: boolean;
  /** Loses its worker once, while its slow source is read, and so is run again by itself before it comes to its point. */
  losesWorker?: boolean;
  /** Name of a point whose connection it shares and which has to be reached first; it then waits for a slot. */
  waitsFor?: string;
}

// The planner is asked at the same address, without an id.
const SUBMIT = { method: "POST", path: /\/sql\/task$/, body: /"sqlQueryId"/ };
const MARK = { method: "POST", path: /\/indexer\/v1\/task$/ };
const OBSERVE = { method: "POST", path: /\/taskStatus$/ };
const STATUS = { method: "GET", path: /\/task\/[^/]+\/status$/ };
const REPORT = { method: "GET", path: /\/task\/[^/]+\/reports$/ };
const CANCEL = { method: "POST", path: /\/task\/[^/]+\/shutdown$/ };
const USED = { method: "POST", path: /\/metadata\/datasources\/[^/]+\/segments$/ };
const QUERYABLE = { method: "GET", path: /\/candidates/ };
const DROPPED = { method: "DELETE", path: /\/datasources\// };

const before = (hold: Omit<HoldOptions, "when">): HoldOptions => ({ ...hold, when: "before" });
const after = (hold: Omit<HoldOptions, "when">): HoldOptions => ({ ...hold, when: "after" });
const { create, createSlowly, createGreedily, update, updateRunning, replace, refresh, refreshRunning } = LIVES;

export const POINTS: readonly Point[] = [
  { name: "before the submit", life: create, hold: before(SUBMIT) },
  { name: "submit that arrives late", life: create, hold: before(SUBMIT), isLate: true },
  { name: "submit sent and unanswered", life: create, hold: after(SUBMIT) },
  { name: "submit answered and nothing returned", life: create, hold: before(STATUS) },
  { name: "running early", life: createSlowly },
  { name: "running late, with progress", life: createSlowly, hold: after({ ...REPORT, nth: 2 }) },
  { name: "waiting for a slot", life: createGreedily, waitsFor: "running early" },
  { name: "retry, before its submit", life: createSlowly, losesWorker: true, hold: before({ ...SUBMIT, nth: 2 }) },
  {
    name: "retry, its submit arrives late",
    life: createSlowly,
    losesWorker: true,
    hold: before({ ...SUBMIT, nth: 2 }),
    isLate: true,
  },
  { name: "retry, its submit unanswered", life: createSlowly, losesWorker: true, hold: after({ ...SUBMIT, nth: 2 }) },
  { name: "retry, running", life: createSlowly, losesWorker: true },
  { name: "ended, reading the report", life: create, hold: after(REPORT) },
  { name: "published and not loaded", life: create, hold: before(USED) },
  { name: "loading", life: create, hold: after(QUERYABLE) },

  { name: "update, submit unanswered", life: update, hold: after(SUBMIT) },
  { name: "update, loading", life: update, hold: after(QUERYABLE) },
  {
    name: "update, submit late, then another content",
    life: { ...update, after: { source: "c" } },
    hold: before(SUBMIT),
    isLate: true,
  },
  { name: "update, before the old run is canceled", life: updateRunning, hold: before(CANCEL) },
  { name: "update, the old run canceled", life: updateRunning, hold: after(CANCEL) },
  { name: "between delete and create of a replacement", life: replace, hold: before({ ...OBSERVE, nth: 2 }) },
  { name: "replacement, submit unanswered", life: replace, hold: after(SUBMIT) },

  { name: "delete, before its mark", life: LIVES.delete, hold: before(MARK) },
  { name: "delete, its mark unanswered", life: LIVES.delete, hold: after(MARK) },
  { name: "delete, before the run is canceled", life: LIVES.deleteRunning, hold: before(CANCEL) },
  { name: "delete, the run canceled", life: LIVES.deleteRunning, hold: after(CANCEL) },
  { name: "between drop and tombstone", life: LIVES.drop, hold: after(DROPPED) },
  { name: "tombstone unanswered", life: LIVES.drop, hold: after(MARK) },

  { name: "refresh, looking for later runs", life: refresh, hold: after(OBSERVE) },
  { name: "refresh, looking for the rows", life: refresh, hold: before(USED) },
  { name: "refresh of a run that goes on", life: refreshRunning, hold: after(OBSERVE) },
];
