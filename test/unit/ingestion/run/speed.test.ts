import { describe, expect, test } from "@jest/globals";
import { Speed } from "../../../../src/ingestion/run/speed";

describe("Speed", () => {
  test("is what was read in the last seconds", () => {
    const speed = new Speed();
    expect(speed.after(0, 0)).toBeUndefined();
    expect(speed.after(2_000, 3_000)).toBe(1_500);
    expect(speed.after(10_000, 15_000)).toBe(1_500);
    // The first look is forgotten by now.
    expect(speed.after(12_000, 15_000)).toBe(1_200);
  });

  test("shows a stall within the window", () => {
    const speed = new Speed();
    speed.after(0, 90_000);
    speed.after(9_000, 90_000);
    expect(speed.after(11_000, 90_000)).toBe(0);
  });

  test("of looks far apart goes from one to the next", () => {
    const speed = new Speed();
    speed.after(0, 0);
    expect(speed.after(60_000, 60_000)).toBe(1_000);
    expect(speed.after(120_000, 180_000)).toBe(2_000);
  });
});
