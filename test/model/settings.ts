/**
 * How far the search goes: measured, so that all of it takes less than two minutes on two quiet cores. What has no
 * limit may happen wherever it can; an operation is killed or interrupted at most once, so that as many may be as there
 * are operations.
 */
import { type Limits, UNLIMITED } from "./left";
import type { Setting } from "./world";

export interface Depth extends Omit<Setting, "kind"> {
  name: string;
  /** Of both where it is left out. */
  kind?: Setting["kind"];
  /** Worlds that are reached at least: fewer would say that the model has lost some of its steps. */
  atLeast: number;
}

export const ONE_TARGET = { A: "1", B: "1", C: "1" } as const;
export const TWO_CONTENTS = { A: "1", B: "1" } as const;
export const TWO_TARGETS = { A: "1", B: "1", C: "2" } as const;

/** Each mishap as often as the others, so often together. */
export const anyOf = (mishaps: number, operations: number): Limits => ({
  operations,
  mishaps,
  stops: mishaps,
  unanswered: mishaps,
  unknown: mishaps,
  forgets: mishaps,
  takes: mishaps,
  splits: 0,
});

/** Kills, interrupts and unknown ends wherever they can be; of the rarer mishaps one of each kind. */
const everyStop = (operations: number, takes: number, rarer: Partial<Limits> = {}): Limits => ({
  operations,
  mishaps: UNLIMITED,
  stops: UNLIMITED,
  unanswered: 1,
  unknown: UNLIMITED,
  forgets: 1,
  takes,
  splits: 0,
  ...rarer,
});

export const DEPTHS: readonly Depth[] = [
  { name: "any number of operations, 1 mishap", targets: ONE_TARGET, limits: anyOf(1, UNLIMITED), atLeast: 4_000 },
  {
    name: "any number of operations, 1 mishap, two targets",
    targets: TWO_TARGETS,
    limits: anyOf(1, UNLIMITED),
    atLeast: 25_000,
  },
  // An INSERT adds, and so has more to tell apart with each content more.
  {
    name: "any number of operations, 2 mishaps, two contents",
    kind: "INSERT",
    targets: TWO_CONTENTS,
    limits: anyOf(2, UNLIMITED),
    atLeast: 100_000,
  },
  {
    name: "any number of operations, 2 mishaps",
    kind: "REPLACE",
    targets: ONE_TARGET,
    limits: anyOf(2, UNLIMITED),
    atLeast: 50_000,
  },
  {
    name: "3 operations, kills and unknown ends everywhere, two targets",
    targets: TWO_TARGETS,
    limits: everyStop(3, 1),
    atLeast: 100_000,
  },
  {
    name: "4 operations, kills and unknown ends everywhere, one request without an answer, two contents",
    kind: "INSERT",
    targets: TWO_CONTENTS,
    limits: everyStop(4, 0, { forgets: 0 }),
    atLeast: 200_000,
  },
  {
    name: "4 operations, kills and unknown ends everywhere, history cleaned once, two contents",
    kind: "INSERT",
    targets: TWO_CONTENTS,
    limits: everyStop(4, 0, { unanswered: 0 }),
    atLeast: 100_000,
  },
  // A REPLACE that is in doubt runs again in place of asking, and so has more ways to go on.
  {
    name: "3 operations, kills and unknown ends everywhere",
    kind: "REPLACE",
    targets: ONE_TARGET,
    limits: everyStop(3, 1),
    atLeast: 100_000,
  },
  {
    name: "4 operations, kills and unknown ends everywhere",
    kind: "REPLACE",
    targets: ONE_TARGET,
    limits: everyStop(4, 0, { unanswered: 0, forgets: 0 }),
    atLeast: 100_000,
  },
  {
    name: "4 operations, kills everywhere, one unknown end, one request without an answer",
    kind: "REPLACE",
    targets: ONE_TARGET,
    limits: everyStop(4, 0, { unknown: 1, forgets: 0 }),
    atLeast: 250_000,
  },
  { name: "4 operations, 2 mishaps, two targets", targets: TWO_TARGETS, limits: anyOf(2, 4), atLeast: 70_000 },
  {
    name: "4 operations, 1 mishap, a task made by hand that may be adopted",
    targets: TWO_CONTENTS,
    byHand: "A",
    limits: anyOf(1, 4),
    atLeast: 50_000,
  },
  {
    name: "4 operations, 2 mishaps, a query of which Druid makes several tasks",
    targets: TWO_CONTENTS,
    limits: { ...anyOf(2, 4), splits: 1 },
    atLeast: 10_000,
  },
  {
    name: "3 operations, 2 mishaps, failed runs repeated once by themselves",
    targets: TWO_TARGETS,
    retries: 1,
    limits: anyOf(2, 3),
    atLeast: 10_000,
  },
  {
    name: "4 operations, 3 mishaps",
    kind: "REPLACE",
    targets: ONE_TARGET,
    limits: { ...anyOf(3, 4), unanswered: 1, forgets: 1, takes: 0 },
    atLeast: 100_000,
  },
];
