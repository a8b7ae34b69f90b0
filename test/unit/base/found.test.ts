import { describe, expect, test } from "@jest/globals";
import { maskFound } from "../../../src/base/found";
import { redact, redactSaid } from "../../../src/base/redact";

const SECRET = `pä"ss/w'o<rd>&=\\1`;

type Encode = (text: string) => string;
const json: Encode = (text) => JSON.stringify(text).slice(1, -1);
const base64: Encode = (text) => Buffer.from(text).toString("base64");
const each = (write: (code: number) => string): Encode => {
  return (text) => Array.from(text, (char) => write(char.codePointAt(0) ?? 0)).join("");
};
const ENCODINGS: Record<string, Encode> = {
  plain: (text) => text,
  "percent-encoded": encodeURIComponent,
  "percent-encoded in lower case": (text) => encodeURIComponent(text).toLowerCase(),
  "percent-encoded throughout": (text) => Buffer.from(text).toString("hex").replace(/../g, "%$&"),
  "as a form": (text) => new URLSearchParams({ "": text }).toString().slice(1),
  JSON: json,
  "JSON in JSON": (text) => json(json(text)),
  "JSON in JSON in JSON": (text) => json(json(json(text))),
  "JSON of escapes": each((code) => `\\u${code.toString(16).padStart(4, "0")}`),
  "JSON with its slash": (text) => json(text).replaceAll("/", "\\/"),
  "HTML entities": (text) => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`),
  "named HTML entities": (text) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;"),
  "HTML entities throughout": each((code) => `&#x${code.toString(16)};`),
  "HTML entities twice": (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("&", "&amp;"),
  "a literal of SQL": (text) => text.replaceAll("'", "''"),
  "Calcite's literal": (text) =>
    text
      .replace(/[\\']/g, "$&$&")
      .replace(/[^\0-\x7f]/g, (char) => `\\${char.charCodeAt(0).toString(16).padStart(4, "0")}`),
  CSV: (text) => text.replaceAll('"', '""'),
  base64,
  "base64 for URLs": (text) => Buffer.from(text).toString("base64url"),
  "base64 of a login": (text) => base64(`someone:${text}`),
  "base64 twice": (text) => base64(base64(text)),
  "base64 of JSON": (text) => base64(JSON.stringify({ password: text })),
  "base64, percent-encoded": (text) => encodeURIComponent(base64(`u:${text}`)),
  hexadecimal: (text) => Buffer.from(text).toString("hex"),
  "percent-encoded twice": (text) => encodeURIComponent(encodeURIComponent(text)),
  "JSON, percent-encoded": (text) => encodeURIComponent(json(text)),
  "percent-encoded, in JSON": (text) => json(encodeURIComponent(text)),
  "JSON in HTML": (text) => json(text).replaceAll("&", "&amp;").replaceAll('"', "&quot;"),
};

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
])("20 kB of %s take little time", (_name, text) => {
  const secrets = Array.from({ length: 20 }, (_, index) => `swordfish-${index}`);
  const started = performance.now();
  redactSaid(text, secrets);
  expect(performance.now() - started).toBeLessThan(5_000);
});

test("spans that overlap become one mask", () => {
  const spans = [
    [0, 3],
    [2, 5],
    [5, 6],
  ] as const;
  expect(maskFound("a b c d", (text) => (text === "a b c d" ? spans : []), "#")).toBe("##d");
});
