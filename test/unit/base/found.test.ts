import { describe, expect, test } from "@jest/globals";
import { maskFound } from "../../../src/base/found";
import { redact, redactSaid } from "../../../src/base/redact";
import { cpuClock } from "../../harness/cpu-time";
import { ENCODINGS } from "../../harness/encodings";

const SECRET = `pä"ss/w'o<rd>&=\\1`;

const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("a secret is found", () => {
  test.each(Object.entries(ENCODINGS))("%s", (_name, encode) => {
    const written = encode(SECRET);
    for (const said of [`sent ${written} to x`, `{"a":"${written}","b":1}`, `<p>${written}</p>`]) {
      const shown = redactSaid(said, [SECRET]);
      expect(shown).toContain("[secret]");
      expect(shown).not.toContain(written);
    }
    expect(redactSaid(`sent ${written} to 10 of "x"`, [SECRET])).toBe('sent [secret] to 10 of "x"');
  });

  test("in a text that holds all encodings at once", () => {
    const said = Object.values(ENCODINGS).map((encode) => `(${encode(SECRET)})`);
    expect(redactSaid(said.join("; "), [SECRET])).toBe(said.map(() => "([secret])").join("; "));
  });

  test.each([0, 1, 2, 3, 4, 5])("within base64 that begins %i bytes before it", (before) => {
    const run = base64(`${"u".repeat(before)}:swordfish;more`);
    expect(redactSaid(`Basic ${run} was wrong`, ["swordfish"])).toBe("Basic [secret] was wrong");
  });

  test.each([
    ['cut "sword... at 1', 'cut "[secret]... at 1'],
    ["cut swor…", "cut [secret]…"],
    ["cut swordfi [truncated 9 chars]", "cut [secret] [truncated 9 chars]"],
    ["cut swordf", "cut [secret]"],
    ["cut swo", "cut swo"],
    ["a sword in the middle", "a sword in the middle"],
  ])("cut in %j", (said, shown) => {
    expect(redactSaid(said, ["swordfish"])).toBe(shown);
  });
});

// Druid cuts some texts at 100 characters, wherever that is: within a character that is escaped, or within its bytes.
test.each(Object.entries(ENCODINGS))("a secret is found wherever it is cut: %s", (_name, encode) => {
  const secret = `word'ä"<\\x`;
  const whole = encode(secret);
  const seen = encode(secret.slice(0, 5)).replace(/=+$/, "").slice(0, -1);
  for (let length = seen.length + 2; length < whole.length; length++) {
    expect(redactSaid(`sent (${whole.slice(0, length)}...`, [secret])).not.toContain(seen);
  }
});

describe("a secret of one to three characters", () => {
  test.each([
    ["abc", 'the password "abc" is wrong', 'the password "[secret]" is wrong'],
    ["abc", "u:abc@host, password=abc; abcd", "u:[secret]@host, password=[secret]; abcd"],
    ["abc", `Basic ${base64("u:abc")}`, "Basic [secret]"],
    ["#!", "password=#! is wrong", "password=[secret] is wrong"],
    ["é1", "password=%C3%A91", "password=[secret]"],
    ["1", "line 12, column 21", "line 12, column 21"],
  ])("%s is masked as a word in what a server said", (secret, said, shown) => {
    expect(redactSaid(said, [secret])).toBe(shown);
  });

  test("leaves our own sentence as it is", () => {
    expect(redact("Cannot load a row", ["a"])).toBe("Cannot load a row");
  });
});

describe("what helps stays", () => {
  test.each([
    "Column 'page' not found in any table (line 2, column 15)",
    "Cannot parse 2024-01-01/P1D: 100% of 1,000+2 rows at C:\\temp\\x &amp; y",
    "query-pulumi-events-e7e12cea53-1 of org.apache.druid.query.QueryException at /druid/indexer/v1/task",
    "eyJub25zZW5zZSI6MX0= dGhpcyBpcyBub3RoaW5n deadbeefdeadbeef",
  ])("%j", (said) => {
    expect(redactSaid(said, ["swordfish", "abc", "1x"])).toBe(said);
  });
});

test.each([
  ["escapes", "\\\\u0041%2541&amp;lt;''+".repeat(5_000)],
  ["runs", `${"A".repeat(50)} `.repeat(1_900)],
  ["one run", "QUFB".repeat(25_000)],
  ["cuts", "swor...".repeat(14_000)],
])("100 kB of %s take little time", (_name, text) => {
  const secrets = Array.from({ length: 20 }, (_, index) => `swordfish-${index}`);
  const computed = cpuClock();
  redactSaid(text, secrets);
  expect(computed()).toBeLessThan(5_000);
});

test("spans that overlap become one mask", () => {
  const spans = [
    [0, 3],
    [2, 5],
    [5, 6],
  ] as const;
  expect(maskFound("a b c d", (text) => (text === "a b c d" ? spans : []), "#")).toBe("##d");
});
