import { describe, expect, test } from "@jest/globals";
import { otherPartitions, schemaText } from "../../../../src/ingestion/impact/schema";
import type { WriteKind } from "../../../../src/ingestion/rules/published";

const columns = (text: string) =>
  text
    .split(", ")
    .filter(Boolean)
    .map((one) => {
      const [name = "", ...type] = one.split(" ");
      return { name, type: type.join(" ") };
    });
const NOW = "__time TIMESTAMP, old VARCHAR, price BIGINT, sketch COMPLEX<hyperUnique>, tags ARRAY";

describe("schemaText()", () => {
  test.each<[string, WriteKind, string, string | undefined]>([
    [
      "what comes, goes and changes",
      "REPLACE",
      "__time LONG, price DOUBLE, max_amount DOUBLE, sketch LONG, tags ARRAY<STRING>",
      "+max_amount DOUBLE, -old VARCHAR, price BIGINT → DOUBLE",
    ],
    ["nothing", "REPLACE", "__time LONG, old STRING, price LONG, sketch STRING, tags ARRAY<LONG>", undefined],
    [
      "what new rows lack",
      "INSERT",
      "__time LONG, price FLOAT, sketch LONG, tags STRING",
      "price BIGINT → FLOAT; the new rows have no old VARCHAR",
    ],
    [
      "what new rows of a part lack",
      "REPLACE_PART",
      "__time LONG, price LONG, sketch LONG, tags STRING",
      "the new rows have no old VARCHAR",
    ],
    [
      "types of other kinds, and names that need quotes",
      "INSERT",
      "__time LONG, old STRING, price LONG, sketch LONG, tags STRING, a-b ARRAY<STRING>, u COMPLEX<HLLSketch>",
      '+"a-b" VARCHAR ARRAY, +u COMPLEX<HLLSketch>',
    ],
  ])("tells %s", (_, kind, planned, expected) => {
    expect(schemaText(columns(planned), { columns: columns(NOW) }, kind)).toBe(expected);
  });

  test("is undefined if one side is not known", () => {
    expect(schemaText(undefined, { columns: columns(NOW) }, "REPLACE")).toBeUndefined();
    expect(schemaText([], { columns: columns(NOW) }, "REPLACE")).toBeUndefined();
    expect(schemaText(columns("__time LONG, a LONG"), { columns: [] }, "REPLACE")).toBeUndefined();
    expect(schemaText([{ name: "a" }], { columns: columns("a BIGINT") }, "REPLACE")).toBeUndefined();
  });

  test("lists 20 changes, and counts the others", () => {
    const many = Array.from({ length: 30 }, (_, index) => ({ name: `c${index}`, type: "LONG" }));
    expect(schemaText(many, { columns: columns("a BIGINT") }, "INSERT")).toMatch(/\+c19 BIGINT and 10 more; the new/);
  });
});

test.each<[string | undefined, string[], string | undefined]>([
  ["HOUR", ["DAY"], "DAY"],
  ["DAY", ["DAY"], undefined],
  ["WEEK", ["DAY"], undefined],
  ["QUARTER", ["MONTH"], undefined],
  ["DAY", ["HOUR", "MONTH", "DAY"], "MONTH and HOUR"],
  ["ALL", ["ALL"], undefined],
  ["P2W", ["DAY"], undefined],
  [undefined, ["DAY"], undefined],
  ["DAY", [], undefined],
])("otherPartitions() of %s beside %j: %s", (partitionedBy, periods, expected) => {
  const groups = periods.map((period) => {
    return { place: "inside" as const, period, segments: 1, rows: 1, bytes: 1, uncounted: 0 };
  });
  const empty = { place: "inside" as const, period: "YEAR", segments: 0, rows: 0, bytes: 0, uncounted: 0 };
  expect(otherPartitions(partitionedBy, { columns: [], groups: [...groups, empty] })).toBe(expected);
});
