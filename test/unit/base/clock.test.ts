import { expect, jest, test } from "@jest/globals";
import { systemClock } from "../../../src/base/clock";

test("a sleep longer than the longest timer of Node is not over at once", async () => {
  jest.useFakeTimers();
  try {
    const day = 86_400_000;
    let isOver = false;
    const slept = systemClock.sleep(30 * day).then(() => {
      isOver = true;
    });
    await jest.advanceTimersByTimeAsync(29 * day);
    expect(isOver).toBe(false);
    await jest.advanceTimersByTimeAsync(2 * day);
    await slept;
    expect(isOver).toBe(true);
  } finally {
    jest.useRealTimers();
  }
});
