import { expect, test } from "@jest/globals";
import { remembered } from "../../../src/base/remembered";

function counted() {
  const made: string[] = [];
  const make = remembered((text) => {
    made.push(text);
    return { text };
  });
  return { make, made };
}

test("remembered() makes the same of a text once", () => {
  const { make, made } = counted();
  expect(make("a")).toBe(make("a"));
  expect(make("b")).toEqual({ text: "b" });
  expect(made).toEqual(["a", "b"]);
});

test("remembered() forgets the oldest of many texts, and of long ones", () => {
  const { make, made } = counted();
  make("first");
  for (let number = 0; number < 500; number += 1) make(String(number));
  make("499");
  make("first");
  expect(made.filter((text) => text === "first")).toHaveLength(2);
  expect(made.filter((text) => text === "499")).toHaveLength(1);
  make("x".repeat(10_000_001));
  make("499");
  expect(made.filter((text) => text === "499")).toHaveLength(2);
});
