import { describe, expect, test } from "@jest/globals";
import { Speed } from "../../../../src/ingestion/run/speed";

const SECOND = 1_000;

describe("rows per second", () => {
  const rates = (looks: [atMs: number, rows: number][]) => {
    const speed = new Speed();
    return looks.map(([atMs, rows]) => speed.after(atMs, rows, undefined).rowsPerSecond);
  };

  test("are those of the last seconds", () => {
    expect(
      rates([
        [0, 0],
        [2 * SECOND, 3_000],
        [10 * SECOND, 15_000],
        [12 * SECOND, 15_000],
      ]),
    ).toEqual([undefined, 1_500, 1_500, 1_200]);
  });

  test("show a stall within the window", () => {
    expect(
      rates([
        [0, 0],
        [SECOND, 90_000],
        [11 * SECOND, 90_000],
      ]).at(-1),
    ).toBe(0);
  });

  test("are counted between neighbouring polls that are far apart", () => {
    expect(
      rates([
        [0, 0],
        [60 * SECOND, 60_000],
        [120 * SECOND, 180_000],
      ]),
    ).toEqual([undefined, 1_000, 2_000]);
  });
});

describe("the rest", () => {
  /** Looks once a second for a minute; the last rest told. */
  const last = (restAt: (second: number) => number) => {
    const speed = new Speed();
    return Array.from({ length: 60 }, (_, second) => speed.after(second * SECOND, 0, restAt(second)).restMs);
  };

  test("is given once the same end has been predicted for a while", () => {
    const told = last((second) => (100 - second) * SECOND);
    expect(told[5]).toBeUndefined();
    expect(told[10]).toBe(90 * SECOND);
    expect(told[59]).toBe(41 * SECOND);
  });

  test("is not given while it grows, as when one of few files is long", () => {
    expect(last((second) => second * 4 * SECOND).filter((rest) => rest !== undefined)).toEqual([]);
  });

  test("is given again soon after a jump", () => {
    const told = last((second) => ((second < 30 ? 1_000 : 100) - second) * SECOND);
    expect(told[29]).toBe(971 * SECOND);
    expect(told[35]).toBeUndefined();
    expect(told[40]).toBe(60 * SECOND);
  });
});
