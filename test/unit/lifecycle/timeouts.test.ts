import { describe, expect, test } from "@jest/globals";
import { durationMs, timeoutFaults, timeoutMs } from "../../../src/lifecycle/timeouts";

describe("durationMs()", () => {
  test("reads what customTimeouts hold", () => {
    expect(durationMs("1h30m")).toBe(5_400_000);
    expect(durationMs("soon")).toBeUndefined();
  });

  test.each([
    ["30m", 1_800_000],
    ["1h30m", 5_400_000],
    ["90s", 90_000],
    ["1.5h", 5_400_000],
    [".5s", 500],
    ["1h2m3s4ms", 3_723_004],
    ["100us", 0.1],
    ["100µs", 0.1],
    ["100μs", 0.1],
    ["0s", 0],
  ])("of %s", (text, expected) => expect(durationMs(text)).toBeCloseTo(expected, 9));

  test.each(["", "5", "m", "5 m", "-5m", "5d", "1h 30m", "soon", "1h30", "."])("%j is none", (text) => {
    expect(durationMs(text)).toBeUndefined();
  });
});

describe("timeoutMs()", () => {
  test("is the operation's own", () => {
    const timeouts = { create: "1m", update: "2m", delete: "" };
    expect(timeoutMs(timeouts, "create")).toBe(60_000);
    expect(timeoutMs(timeouts, "update")).toBe(120_000);
    expect(timeoutMs(timeouts, "delete")).toBeUndefined();
    expect(timeoutMs({}, "create")).toBeUndefined();
    expect(timeoutMs({ create: null }, "create")).toBeUndefined();
    expect(timeoutMs({ create: "0s" }, "create")).toBeUndefined();
  });
});

describe("timeoutFaults()", () => {
  test("names each, and none that is left out or unknown", () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    expect(timeoutFaults({ create: "1m", update: null, delete: "", read: unknown })).toEqual([]);
    expect(timeoutFaults({ create: "x", update: 5 })).toEqual([
      { path: "customTimeouts.create", reason: 'must be a duration like "30m", "1h30m" or "90s"' },
      { path: "customTimeouts.update", reason: 'must be a duration like "30m", "1h30m" or "90s"' },
    ]);
  });
});
