import { describe, expect, test } from "@jest/globals";
import { readName, readString } from "../../../src/base/names";
import { tokenize } from "../../../src/base/tokens";
import { identifier, literal } from "../../../src/sql/literal";
import { NASTY_STRINGS } from "../../harness/nasty-strings";

describe("literal()", () => {
  test.each([
    ["a", "'a'"],
    ["", "''"],
    ["L'Aquila", "'L''Aquila'"],
    ["'", "''''"],
    ["\\d+\\", "'\\d+\\'"],
    ["Zürich 東京 🙂", "'Zürich 東京 🙂'"],
    ["a\nb", "'a\nb'"],
    ["a\r\n'\\b", "U&'a\\000d\n''\\\\b'"],
    [1, "1"],
    [-2.5, "-2.5"],
    [-0, "0"],
    [1e300 / 3e300, "0.3333333333333333"],
    [1.5e-7, "1.5e-7"],
    [9007199254740993n, "9007199254740993"],
    [true, "TRUE"],
    [false, "FALSE"],
    [null, "NULL"],
    [new Date("2024-01-02T03:04:05Z"), "TIMESTAMP '2024-01-02 03:04:05'"],
    [new Date("2024-01-02T03:04:05.060Z"), "TIMESTAMP '2024-01-02 03:04:05.060'"],
  ])("writes %j as %s", (value, sql) => {
    expect(literal(value)).toBe(sql);
  });

  test.each([
    [undefined, /^is undefined; write null for NULL/],
    [Number.NaN, /^is NaN, which SQL cannot write/],
    [Number.POSITIVE_INFINITY, /^is Infinity/],
    [2 ** 53, /already rounded; write a bigint/],
    [new Date(Number.NaN), /^is an invalid Date/],
    [new Date(Date.UTC(12024, 0)), /years 1 to 9999/],
    [new Date(Date.UTC(-2024, 0)), /years 1 to 9999/],
    ["a\0b", /the character NUL/],
    ["a\ud83d", /half of a character/],
    [{ a: 1 }, /is an object.*JSON\.stringify/],
    [() => 1, /is a function/],
    [Symbol("a"), /is a symbol/],
  ])("refuses %p and says what to write", (value, reason) => {
    expect(() => literal(value)).toThrow(reason);
  });

  test.each(NASTY_STRINGS)("%j is read back unchanged, also as a name", (text) => {
    const strings = tokenize(literal(text));
    expect(strings.fault).toBeUndefined();
    expect(readString(strings.tokens, 0)).toEqual({ value: text, next: 1 });
    if (text === "") return;
    const names = tokenize(identifier([text]));
    expect(names.fault).toBeUndefined();
    expect(readName(names.tokens, 0)).toEqual({ value: text, next: 1 });
  });
});

describe("identifier()", () => {
  test.each([
    [["weather"], '"weather"'],
    [["druid", "my table"], '"druid"."my table"'],
    [['say "hi"'], '"say ""hi"""'],
    [["a\nb"], 'U&"a\\000ab"'],
  ])("writes %j as %s", (parts, sql) => {
    expect(identifier(parts)).toBe(sql);
  });

  test.each([
    [[""], /is empty/],
    [["a\0"], /NUL/],
    [[undefined], /is not a string/],
    [[5], /is not a string/],
  ])("refuses %j", (parts, reason) => {
    expect(() => identifier(parts)).toThrow(reason);
  });
});
