import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { tokenize } from "../../../src/base/tokens";
import { canonicalQuery } from "../../../src/statement/canonical";
import { cpuClock } from "../../harness/cpu-time";

const fixture = (name: string) => readFileSync(join(__dirname, "../../fixtures/sql", name), "utf8");

/** Frozen: what these say is in the state of every ingestion that ever ran. */
const frozen: { name: string; query: string; canonical: string }[] = JSON.parse(
  readFileSync(join(__dirname, "../../fixtures/statement/canonical-v1.json"), "utf8"),
);

const PIECES =
  `a SELECT x U& n _utf8 1 1.5 .5 2e-3 ' '' " "" 'a''b' "c d" x'00' U&"d" E'\\'' ? ; , . .. ( ) = < > <= != => || | - -- // / /* */ /** /*+ + * é 名 🐘`.split(
    " ",
  );
const GAPS = ["", "", " ", "  ", "\n", "\r\n", "\t", "\f", "/* c */", "/**/", " -- l\n"];

/** Small and seeded, so that a failure comes again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return (state >>> 8) % below;
  };
}

function randomSql(next: (below: number) => number): string {
  const piece = () => (PIECES[next(PIECES.length)] ?? "") + (GAPS[next(GAPS.length)] ?? "");
  return Array.from({ length: 1 + next(10) }, piece).join("");
}

const withLf = (sql: string) => sql.replace(/\r\n?/g, "\n");
const texts = (sql: string) => tokenize(sql).tokens.map(({ kind, text }) => `${kind} ${text}`);

describe("canonicalQuery()", () => {
  test.each(frozen)("v1: $name", ({ query, canonical }) => {
    expect(canonicalQuery(query)).toBe(canonical);
  });

  test("says the same tokens as the query, and is its own canonical form", () => {
    const next = random(27);
    const seen = new Map<string, string>();
    let checked = 0;
    const broken: string[] = [];
    for (let round = 0; round < 8_000; round += 1) {
      const sql = randomSql(next);
      const canonical = canonicalQuery(sql);
      if (canonicalQuery(canonical) !== canonical) broken.push(sql);
      if (tokenize(sql).fault !== undefined) {
        if (canonical !== withLf(sql)) broken.push(sql);
        continue;
      }
      const tokens = texts(withLf(sql));
      while (tokens.at(-1) === "symbol ;") tokens.pop();
      const key = tokens.join("\n");
      if (texts(canonical).join("\n") !== key) broken.push(sql);
      // Two queries meet in one canonical form only if their tokens are the same.
      if ((seen.get(canonical) ?? key) !== key) broken.push(sql);
      seen.set(canonical, key);
      checked += 1;
    }
    expect(broken).toEqual([]);
    expect(checked).toBeGreaterThan(1_000);
  });

  test("is the same whatever stands between the tokens", () => {
    const next = random(31);
    const tokens = tokenize(
      `INSERT INTO "a b" SELECT 'c -- d', x'00' || U&'e' FROM t WHERE f <= -1.5 PARTITIONED BY ALL`,
    );
    const wanted = canonicalQuery(tokens.tokens.map(({ text }) => text).join(" "));
    for (let round = 0; round < 500; round += 1) {
      const gap = () => ` ${GAPS[next(GAPS.length)]}${GAPS[next(GAPS.length)]} `;
      expect(canonicalQuery(gap() + tokens.tokens.map(({ text }) => text + gap()).join(""))).toBe(wanted);
    }
  });

  test("is the same whichever line ends the file was saved with, also within literals and hints", () => {
    const query = fixture("lines-in-literal.sql");
    for (const ends of ["\r\n", "\r"]) {
      expect(canonicalQuery(query.replaceAll("\n", ends))).toBe(canonicalQuery(query));
    }
    // An escape in JSON is two characters and stays.
    expect(canonicalQuery(query)).toContain("a\\n");
  });

  test.each([
    ["SELECT 'a  b'", "SELECT 'a b'"],
    ['SELECT "a" FROM t', "SELECT a FROM t"],
    ["SELECT A FROM t", "SELECT a FROM t"],
    ["SELECT x'AB'", "SELECT x 'AB'"],
    ["SELECT 1.5", "SELECT 1 .5"],
    ["SELECT ab", "SELECT a b"],
    ["SELECT a /*+ b */ FROM t", "SELECT a FROM t"],
    ["SELECT '/* a */'", "SELECT ''"],
    ["SELECT a <= b", "SELECT a < = b"],
    ["SELECT 1; SELECT 2", "SELECT 1 SELECT 2"],
    ["SELECT 'a\n\nb'", "SELECT 'a\nb'"],
    ["SELECT 'a\nb'", "SELECT 'a b'"],
    ["SELECT 'a '", "SELECT 'a'"],
    ["SELECT 'é'", "SELECT 'e\u0301'"],
    ["SELECT 'a\u00a0b'", "SELECT 'a b'"],
    ["SELECT a <> b", "SELECT a != b"],
    ["SELECT 1.0", "SELECT 1.00"],
  ])("keeps %j and %j apart", (one, other) => {
    expect(canonicalQuery(one)).not.toBe(canonicalQuery(other));
  });

  test("takes 1 MB in a moment", () => {
    const sql = `INSERT INTO t SELECT ${'"a", 1 -- c\n, '.repeat(60_000)} '${"x ".repeat(100_000)}' FROM u PARTITIONED BY ALL`;
    const computed = cpuClock();
    expect(canonicalQuery(sql).length).toBeGreaterThan(500_000);
    expect(computed()).toBeLessThan(10_000);
  });
});
