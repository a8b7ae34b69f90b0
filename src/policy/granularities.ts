/** Compares segment granularities by their length. Pure. */
import { granularityName } from "../statement/granularity";

/** Druid's name, or an ISO 8601 period. */
export type Granularity =
  | "SECOND"
  | "MINUTE"
  | "FIVE_MINUTE"
  | "TEN_MINUTE"
  | "FIFTEEN_MINUTE"
  | "THIRTY_MINUTE"
  | "HOUR"
  | "SIX_HOUR"
  | "EIGHT_HOUR"
  | "DAY"
  | "WEEK"
  | "MONTH"
  | "QUARTER"
  | "YEAR"
  | "ALL"
  | `P${string}`;

const SECONDS: Readonly<Record<string, number>> = {
  SECOND: 1,
  MINUTE: 60,
  FIVE_MINUTE: 300,
  TEN_MINUTE: 600,
  FIFTEEN_MINUTE: 900,
  THIRTY_MINUTE: 1_800,
  HOUR: 3_600,
  SIX_HOUR: 21_600,
  EIGHT_HOUR: 28_800,
  DAY: 86_400,
  WEEK: 604_800,
  MONTH: 2_678_400,
  QUARTER: 7_948_800,
  YEAR: 31_622_400,
  ALL: Number.POSITIVE_INFINITY,
};

const PERIOD = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const UNITS = ["YEAR", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND"];

/** The greatest length in seconds; undefined for an expression. */
export function coarseness(granularity: string): number | undefined {
  const name = granularityName(granularity);
  const known = SECONDS[name];
  if (known !== undefined) return known;
  const parts = PERIOD.exec(name)?.slice(1);
  if (parts === undefined || parts.every((part) => part === undefined)) return undefined;
  return parts.reduce((sum, part, index) => sum + Number(part ?? 0) * (SECONDS[UNITS[index] ?? ""] ?? 0), 0);
}
