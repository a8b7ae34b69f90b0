import { expect, test } from "@jest/globals";
import { changedLineCount, changedLines } from "../../../src/statement/compare";

const BASE = "INSERT INTO t\nSELECT a, b\nFROM u\nWHERE a = 1\nPARTITIONED BY DAY";

test.each<[string, string, { removed: number[]; added: number[] }]>([
  ["nothing", BASE, { removed: [], added: [] }],
  ["white space, line ends and comments", BASE.replace(/\n/g, "\r\n -- x\r\n  "), { removed: [], added: [] }],
  ["one line", BASE.replace("a = 1", "a = 2"), { removed: [4], added: [4] }],
  [
    "one word in a text that is wrapped anew",
    BASE.replace(/\n/g, " ").replace("= 1", "= 2"),
    { removed: [4], added: [1] },
  ],
  ["a new line", BASE.replace("FROM", ", c,\n  d\nFROM"), { removed: [], added: [3, 4] }],
  ["a line that is gone", BASE.replace("WHERE a = 1\n", ""), { removed: [4], added: [] }],
  ["a literal over two lines", BASE.replace("1", "'x\ny'"), { removed: [4], added: [4, 5] }],
])("changedLines() tells %s", (_, after, expected) => {
  const { removed = [], added } = changedLines(BASE, after) ?? {};
  expect({ removed: removed.map(({ line }) => line), added }).toEqual(expected);
});

test("changedLineCount() counts a changed line only once", () => {
  expect(changedLineCount({ removed: [2, 3].map((line) => ({ line, before: 2 })), added: [2] })).toBe(2);
});

test("changedLines() quickly gives up on a different text", () => {
  const text = (word: string) => Array.from({ length: 20_000 }, (_, index) => `${word}${index}`).join("\n");
  expect(changedLines(text("a"), text("b"))).toBeUndefined();
  expect(changedLines(text("a"), text("a").replace("a777\n", "b\n"))).toEqual({
    removed: [{ line: 778, before: 779 }],
    added: [778],
  });
});
