import { expect, test } from "@jest/globals";
import type { Holding, HoldingGroup } from "../../../../src/druid/client";
import { impactOf, impactText } from "../../../../src/ingestion/impact/impact";
import type { WriteKind } from "../../../../src/ingestion/rules/published";

const JANUARY = ["2024-01-01T00:00:00.000Z/2024-02-01T00:00:00.000Z"];
const columns = [{ name: "__time", type: "TIMESTAMP" }];
const group = (
  place: HoldingGroup["place"],
  rows: number,
  segments = 1,
  uncounted = 0,
  bytes = 1_000,
): HoldingGroup => {
  return { place, period: "DAY", rows, segments, bytes, uncounted };
};
const held = (...groups: HoldingGroup[]): Holding => ({ columns, groups });
const text = (kind: WriteKind, holding: Holding, within?: readonly string[]) =>
  impactText(impactOf({ dataSource: "wiki", kind, within }, holding));

const PART = held(group("inside", 12_431_002, 31, 0, 2_140_000_000), group("outside", 4_000_000, 9));

test.each<[string, WriteKind, Holding, readonly string[] | undefined]>([
  ['creates "wiki"', "REPLACE", { columns: [], groups: [] }, undefined],
  ['creates "wiki"', "INSERT", { columns: [], groups: [] }, undefined],
  ['fills "wiki", which has no rows', "REPLACE_PART", held(group("inside", 0, 0)), JANUARY],
  ['appends to 1,000 rows of "wiki"', "INSERT", held(group("inside", 900), group("inside", 100)), undefined],
  ['appends to 1 row of "wiki"', "INSERT", held(group("inside", 1)), undefined],
  [
    'replaces 1,461 rows, 4 segments, 62 kB of "wiki": all that is there',
    "REPLACE",
    held(group("inside", 1_461, 4, 0, 62_400)),
    undefined,
  ],
  [
    'replaces 12,431,002 rows, 31 segments, 2.1 GB of "wiki": 2024-01-01 to 2024-02-01 (4,000,000 rows outside stay)',
    "REPLACE_PART",
    PART,
    JANUARY,
  ],
  [
    'replaces 1 row, 1 segment, 987 B of "wiki": 2024-01-01 to 2024-02-01',
    "REPLACE_PART",
    held(group("inside", 1, 1, 0, 987)),
    JANUARY,
  ],
  [
    'replaces no rows of "wiki": 2024-01-01 to 2024-02-01 (5 rows outside stay)',
    "REPLACE_PART",
    held(group("outside", 5)),
    JANUARY,
  ],
  [
    'replaces 2 rows, 1 segment, 1.0 kB of "wiki", and the part that lies in this time of 1 segment with 40 rows: 2024-01-01 to 2024-02-01',
    "REPLACE_PART",
    held(group("inside", 2), group("partly", 40)),
    JANUARY,
  ],
  [
    'replaces the part that lies in this time of 2 segments with 40 rows of "wiki": 2024-01-01 to 2024-02-01',
    "REPLACE_PART",
    held(group("partly", 40, 2)),
    JANUARY,
  ],
  // Soon after a load the Broker has not counted all, or counts what is hidden since.
  ['appends to about 10 rows of "wiki"', "INSERT", held(group("inside", 10, 2, 1)), undefined],
  ['appends to rows that Druid has not counted yet of "wiki"', "INSERT", held(group("inside", 0, 2, 2)), undefined],
  // A secret query's times.
  ['replaces 12,431,002 rows, 31 segments, 2.1 GB of "wiki" (4,000,000 rows outside stay)', "REPLACE_PART", PART, []],
])("impactText() says: %s", (expected, kind, holding, within) => {
  expect(text(kind, holding, within)).toBe(expected);
});

test.each([
  ["up to 2024-01-03", ["-146136543-09-08T08:23:32.096Z/2024-01-03T00:00:00.000Z"]],
  ["from 2024-01-03T05:00Z", ["2024-01-03T05:00:00.000Z/146140482-04-24T15:36:27.903Z"]],
  ["2024-01-03T05:30:15Z to 2024-01-04", ["2024-01-03T05:30:15.000Z/2024-01-04T00:00:00.000Z"]],
  [
    "2024-01-01 to 2024-02-01, 2024-01-01 to 2024-02-01, 2024-01-01 to 2024-02-01 and 2 more intervals",
    Array.from({ length: 5 }, () => JANUARY[0] as string),
  ],
])("impactText() tells the time: %s", (expected, within) => {
  expect(text("REPLACE_PART", PART, within)).toContain(`"wiki": ${expected} (`);
});
