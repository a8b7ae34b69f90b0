import { describe, expect, test } from "@jest/globals";
import { counted, duration, size } from "../../../../src/ingestion/report/figures";

describe("figures", () => {
  test.each([
    [0, "0 s"],
    [40, "0.1 s"],
    [1_500, "1.5 s"],
    [25_400, "25 s"],
    [60_000, "1 min"],
    [95_000, "1 min 35 s"],
    [1_200_000, "20 min"],
    [7_500_000, "2 h 5 min"],
    [3_599_999, "1 h"],
  ])("%d ms are %s", (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  test.each([
    [0, "0 B"],
    [999, "999 B"],
    [1_234, "1.2 kB"],
    [123_456_789, "123 MB"],
    [9e15, "9.0 PB"],
  ])("%d bytes are %s", (bytes, text) => {
    expect(size(bytes)).toBe(text);
  });

  test("use the singular for one", () => {
    expect([counted(1, "row"), counted(1_000, "row")]).toEqual(["1 row", "1,000 rows"]);
  });
});
