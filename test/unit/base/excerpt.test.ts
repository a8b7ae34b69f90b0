import { describe, expect, test } from "@jest/globals";
import { excerptAt, isTime } from "../../../src/base/excerpt";
import { positionAt } from "../../../src/base/tokens";

const at = (sql: string, mark: string) => excerptAt(sql, positionAt(sql, sql.indexOf(mark)));

describe("excerptAt()", () => {
  test("shows the line with a caret", () => {
    expect(at("INSERT INTO w\n  SELECT t, FOO(t)\nFROM x", "FOO")).toBe(
      "  2 |   SELECT t, FOO(t)\n    |             ^",
    );
    expect(at("SELECT a\r\nFROM t\r\n", "t")).toBe("  2 | FROM t\n    |      ^");
  });

  test("puts the caret below what follows a hidden literal", () => {
    const shown = at("SELECT f('c4nary', 1234567) AS x /* c4nary */ FROM bad -- c4nary", "bad");
    expect(shown).toBe(`  1 | SELECT f('…', …) AS x FROM bad\n    | ${" ".repeat(27)}^`);
  });

  test("keeps times, and cuts a long line around the position", () => {
    expect(at("SELECT TIMESTAMP '2024-01-02' + x", "x")).toContain("TIMESTAMP '2024-01-02' + x");
    const [line = "", caret = ""] =
      at(`SELECT ${"a, ".repeat(200)}bad, ${"b, ".repeat(200)}c`, "bad")?.split("\n") ?? [];
    expect(line.length).toBeLessThan(112);
    expect(line.slice(caret.indexOf("^"), caret.indexOf("^") + 3)).toBe("bad");
  });

  test.each([
    ["a secret in the wrong quotes", 'SELECT x FROM TABLE(HTTP(password => "c4nary")) WHERE bad'],
    ["a secret without quotes", "SELECT x FROM TABLE(HTTP(password => c4nary)) WHERE bad"],
    ["a hint", "SELECT /*+ c4nary */ bad"],
    ["a literal over two lines", "SELECT 'a\nc4nary' AS bad"],
    ["an escape", "SELECT U&'c4nary' UESCAPE '!' AS bad"],
    ["a long number", "SELECT 2048102412, bad"],
  ])("hides %s", (_, sql) => {
    const shown = at(sql, "bad");
    expect(shown).toContain("^");
    expect(shown).not.toMatch(/c4nary|2048/);
  });

  test.each([
    ["quotes that do not match", "SELECT 'it's', 'c4nary' AS bad"],
    ["a quote that nothing closes", "SELECT bad, 'c4nary"],
    ["a place that is not there", "SELECT 1"],
  ])("shows nothing of %s", (_, sql) => {
    expect(at(sql, "bad") ?? excerptAt(sql, { line: 1, column: 30 })).toBeUndefined();
  });

  test("shows only what is before quotes that do not match", () => {
    expect(at("SELECT bad, 'it's' || 'b, c4nary", "bad")).not.toContain("c4nary");
  });
});

test.each([
  ["2024-01-02", true],
  ["2024-01-02T03:04:05.678Z", true],
  ["P1D", true],
  ["PT1H", true],
  ["2024-13-01", false],
  ["P", false],
  ["Passw0rd", false],
  ["20240102", false],
])("isTime(%j) is %s", (value, expected) => {
  expect(isTime(value)).toBe(expected);
});
