/** What one part of the bench found: tables for people, goals for machines. */

export interface Options {
  /** A short look: fewer rounds, the same questions. */
  isQuick: boolean;
  /** A folder with the jars of the Druid to measure; 27.0.0 from the registry if absent. */
  lib?: string | undefined;
  /** Tells what is measured now; never a part of the result. */
  say(line: string): void;
}

export interface Table {
  title: string;
  head: string[];
  rows: (string | number)[][];
}

/** Every goal is a bound from above. */
export interface Goal {
  goal: number;
  value: number;
  unit: string;
  met: boolean;
}

export interface Findings {
  tables: Table[];
  goals: Record<string, Goal>;
}

/** All that parts found, in their order. */
export const together = (found: readonly Findings[]): Findings => ({
  tables: found.flatMap(({ tables }) => tables),
  goals: Object.assign({}, ...found.map(({ goals }) => goals)),
});

export type Part = (options: Options) => Promise<Findings>;

export function atMost(goal: number, value: number, unit: string): Goal {
  const rounded = Math.round(value * 1_000) / 1_000;
  return { goal, value: rounded, unit, met: rounded <= goal };
}

/** The value below which a share of all values lies; `values` need no order. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export const median = (values: readonly number[]) => quantile(values, 0.5);

export const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
