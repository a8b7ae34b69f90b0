/** Breaks a module on purpose by replacing its exports, so that reformatting a line cannot undo the break. */
import type { Heart, Next } from "../../src/ingestion/rules/heart";

export interface Modules {
  "src/ingestion/reconcile/adoptee": typeof import("../../src/ingestion/reconcile/adoptee");
  "src/ingestion/reconcile/one-task": typeof import("../../src/ingestion/reconcile/one-task");
  "src/ingestion/rules/adopt-steps": typeof import("../../src/ingestion/rules/adopt-steps");
  "src/ingestion/rules/ending": typeof import("../../src/ingestion/rules/ending");
  "src/ingestion/rules/load": typeof import("../../src/ingestion/rules/load");
  "src/ingestion/rules/outcomes": typeof import("../../src/ingestion/rules/outcomes");
  "src/ingestion/rules/published": typeof import("../../src/ingestion/rules/published");
  "src/ingestion/rules/record": typeof import("../../src/ingestion/rules/record");
  "src/ingestion/rules/refresh": typeof import("../../src/ingestion/rules/refresh");
  "src/ingestion/rules/removal": typeof import("../../src/ingestion/rules/removal");
  "src/ingestion/rules/sequence": typeof import("../../src/ingestion/rules/sequence");
  "src/ingestion/run/end-of-task": typeof import("../../src/ingestion/run/end-of-task");
  "src/ingestion/run/wait": typeof import("../../src/ingestion/run/wait");
  "src/ingestion/sequence/key": typeof import("../../src/ingestion/sequence/key");
  "src/ingestion/sequence/locate": typeof import("../../src/ingestion/sequence/locate");
  "src/ingestion/sequence/marker": typeof import("../../src/ingestion/sequence/marker");
  "src/lifecycle/state": typeof import("../../src/lifecycle/state");
}

export interface Mutation {
  module: keyof Modules;
  /** What the break would do to a user. */
  danger: string;
  /** Needs more lives to be noticed than a normal test run has: only `--mutations` simulates them. */
  isRare: boolean;
  /** Gets the original module, and returns the exports to replace. */
  breaks(real: object): object;
}

export function breaking<Module extends keyof Modules>(
  module: Module,
  danger: string,
  breaks: (real: Modules[Module]) => Partial<Modules[Module]>,
  { isRare = false } = {},
): Mutation {
  return { module, danger, isRare, breaks: (real) => breaks(real as Modules[Module]) };
}

export const RARE = { isRare: true };

/** It does something else than what the step says. */
export const doing = (change: (next: Next, real: Modules["src/ingestion/rules/load"]) => Next) => {
  return (real: Modules["src/ingestion/rules/load"]): Partial<Modules["src/ingestion/rules/load"]> => ({
    step: (heart: Heart, event) => change(real.step(heart, event), real),
  });
};
