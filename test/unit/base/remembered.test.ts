import { expect, test } from "@jest/globals";
import { remembered } from "../../../src/base/remembered";

test("makes each text once, and forgets the oldest where there are too many or too long ones", () => {
  const made: string[] = [];
  const make = remembered((text) => {
    made.push(text);
    return { text };
  });
  expect(make("a")).toBe(make("a"));
  for (let index = 0; index < 500; index += 1) make(`${index}`);
  make("499");
  expect(made).toHaveLength(501);
  make("a");
  expect(made).toHaveLength(502);
  const long = "x".repeat(10_000_001);
  make(long);
  make(long);
  expect(made.filter((text) => text === long)).toHaveLength(2);
});
