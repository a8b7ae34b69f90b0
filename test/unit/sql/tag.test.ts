// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are SQL and file texts, no templates.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import { sql } from "../../../src";
import { extern } from "../../../src/sql/extern";
import { pieceOf } from "../../../src/sql/fragment";
import { isKnown, known } from "./known";

const unknown = () => pulumi.output(pulumi.unknown) as unknown as pulumi.Output<string>;

describe("sql", () => {
  test("leaves the text as it is written, with its backslashes", async () => {
    expect(await known(sql`SELECT '\d+\u0041\n' -- '`)).toBe("SELECT '\\d+\\u0041\\n' -- '");
    expect(await known(sql`SELECT '\${x} \`y\`'`)).toBe("SELECT '${x} `y`'");
  });

  test("quotes values, outputs, secrets and promises", async () => {
    const built = sql`a = ${"L'Aquila"} AND b = ${pulumi.output(5n)} AND c = ${Promise.resolve(null)} AND d = ${pulumi.secret("x'")}`;
    expect(await known(built)).toBe("a = 'L''Aquila' AND b = 5 AND c = NULL AND d = 'x'''");
    expect(await known(sql`t >= ${Promise.resolve(new Date(0))}`)).toBe("t >= TIMESTAMP '1970-01-01 00:00:00'");
  });

  test("is secret if a value is, and unknown if a value is", async () => {
    expect(await pulumi.isSecret(sql`a = ${pulumi.secret("x")}`)).toBe(true);
    expect(await pulumi.isSecret(sql`a = ${sql`${pulumi.secret("x")}`}`)).toBe(true);
    expect(await pulumi.isSecret(sql`a IN ${["y", pulumi.secret("x")]}`)).toBe(true);
    expect(await pulumi.isSecret(sql`FROM ${sql.id(pulumi.secret("x"))}`)).toBe(true);
    expect(await pulumi.isSecret(sql`a = ${"x"}`)).toBe(false);
    expect(await isKnown(sql`a = ${unknown()}`)).toBe(false);
    expect(await isKnown(sql`a IN ${[1, unknown()]}`)).toBe(false);
    expect(await isKnown(sql`${sql.id(unknown())}`)).toBe(false);
    expect(await isKnown(sql`${sql.during("2024-01-01", unknown())}`)).toBe(false);
    expect(await isKnown(sql`a = ${"x"}`)).toBe(true);
  });

  test("inserts SQL into SQL, at any depth, also from outputs and lists", async () => {
    const condition = sql`a = ${"x"}`;
    const columns = ["a b", "c"].map((name) => sql.id(name));
    expect(await known(sql`SELECT ${columns} FROM ${sql.id("t")} WHERE ${condition} OR ${sql.raw("1 = 1")}`)).toBe(
      `SELECT "a b", "c" FROM "t" WHERE a = 'x' OR 1 = 1`,
    );
    expect(await known(sql`WHERE ${pulumi.output("x").apply(() => condition)}`)).toBe("WHERE 'a = ''x'''");
  });

  test("writes parentheses around a list only after IN", async () => {
    expect(await known(sql`a IN ${[1, "b"]} AND c in (${["x"]}) AND ARRAY[${[1, 2]}]`)).toBe(
      "a IN (1, 'b') AND c in ('x') AND ARRAY[1, 2]",
    );
    expect(await known(sql`a NOT IN ${pulumi.output(["x", "y"])}`)).toBe("a NOT IN ('x', 'y')");
  });

  test("keeps each value a token of its own", async () => {
    expect(await known(sql`${"a"}${"b"} x${5} 1 -${-5} U&${"c"} "d"${sql.id("e")}${"f"}g`)).toBe(
      `'a' 'b' x 5 1 - -5 U& 'c' "d" "e" 'f' g`,
    );
    expect(await known(sql`prefix_${sql.raw("x")}_suffix`)).toBe("prefix_x_suffix");
  });

  test.each<[string, () => pulumi.Output<string>, RegExp]>([
    [
      "undefined",
      () => sql`a\n = ${1}\n = ${undefined as never}`,
      /^Cannot build the SQL: value 2 \(line 1\) is undefined; write null/,
    ],
    ["an item", () => sql`IN ${[1, Number.NaN]}`, /item 2 of value 1 \(line 1\) is NaN/],
    ["a list in a list", () => sql`IN ${[[1]] as never}`, /item 1 of value 1 .* is a list within a list/],
    ["an empty list", () => sql`IN ${[]}`, /value 1 \(line 1\) is an empty list/],
    ["quotes", () => sql`a = '${"x"}'`, /value 1 \(line 1\) stands within quotes; sql quotes each value itself/],
    ["quotes of a name", () => sql`FROM "${sql.id("x")}"`, /stands within quotes/],
    ["a comment", () => sql`a -- ${"x"}`, /stands within a comment/],
    ["an open quote", () => sql`a = 'x ${"y"}`, /stands within quotes/],
    ["a call", () => sql("SELECT 1" as never), /called like a function/],
    ["a name", () => sql.id(), /the name of sql.id is not a string/],
    ["a raw number", () => sql.raw(5 as never), /the text of sql.raw is not a string/],
  ])("refuses %s at once, by its place and not by what it is", (_what, build, reason) => {
    expect(build).toThrow(reason);
  });

  test.each([
    [Promise.resolve(Number.NaN), "a value is NaN"],
    [Promise.resolve(undefined), "a value is undefined"],
    [Promise.resolve([]), "a value is an empty list"],
  ])("refuses what becomes known later as well: %#", async (value, reason) => {
    await expect(pieceOf(value, "a value")).rejects.toThrow(`Cannot build the SQL: ${reason}`);
  });

  test("never shows a value in an error", () => {
    expect(() => sql`a = ${"canary\0"}`).toThrow(expect.not.stringContaining("canary") as never);
  });

  test("names the line of the value", () => {
    expect(
      () => sql`SELECT ${1}
        FROM x WHERE y = ${undefined as never}`,
    ).toThrow("value 2 (line 2)");
  });
});

describe("sql.during()", () => {
  test("includes the beginning and excludes the end, in UTC, for texts, Dates and outputs", async () => {
    const january = `("__time" >= TIMESTAMP '2024-01-01 00:00:00' AND "__time" < TIMESTAMP '2024-02-01 00:00:00')`;
    expect(await known(sql.during("2024-01-01", "2024-02"))).toBe(january);
    expect(await known(sql.during(new Date("2024-01-01"), pulumi.output("2024-02-01T00:00:00Z")))).toBe(january);
    expect(await known(sql.during("2024-01-01 01:00+01:00", "2024-01-31T19:00:00-0500"))).toBe(january);
    expect(await known(sql.during({ from: "2024-01-01", to: new Date("2024-02-01") }))).toBe(january);
  });

  test.each([
    ["2024-02-31", "2024-03-02", /not a date of the calendar/],
    ["2024-13-01", "2025-01-01", /not a date of the calendar/],
    ["yesterday", "2024-03-02", /is not a time; write it as "2024-01-01"/],
    ["01/02/2024", "2024-03-02", /is not a time/],
    ["2024-02-01", "2024-02-01", /does not end after it begins/],
  ])("refuses %s to %s", (from, to, reason) => {
    expect(() => sql.during(from, to)).toThrow(reason);
  });
});

describe("sql.extern()", () => {
  const source = { type: "http" as const, uris: [pulumi.output("https://x/it's.csv")] };

  test("writes source and format as JSON, and the columns with EXTEND", async () => {
    const table = sql.extern(
      source,
      { type: "csv", findColumnsFromHeader: true },
      { "the date": "VARCHAR", rain: "DOUBLE" },
    );
    expect(await known(sql`FROM ${table}`)).toBe(
      `FROM TABLE(EXTERN('{"type":"http","uris":["https://x/it''s.csv"]}', '{"type":"csv","findColumnsFromHeader":true}')) EXTEND ("the date" VARCHAR, "rain" DOUBLE)`,
    );
  });

  test("keeps the backslash of a pattern, and keeps a secret a secret", async () => {
    const built = sql.extern(
      { type: "inline", data: pulumi.secret("a") },
      { type: "regex", pattern: "(\\d+)" },
      { n: "BIGINT" },
    );
    expect(await known(built)).toContain('"pattern":"(\\\\d+)"');
    expect(await pulumi.isSecret(built)).toBe(true);
  });

  test.each([
    [{ type: "http" }, {}, /has no columns/],
    [{ type: "http" }, { a: "TEXT); DROP" }, /unknown type for the column "a"/],
    [{ type: "http", uris: [undefined] }, { a: "VARCHAR" }, /has undefined in the source\.uris\[0\]/],
    [{ uris: [] }, { a: "VARCHAR" }, /has no "type" in the source/],
  ])("refuses %#", (from, columns, reason) => {
    expect(() => extern(from, { type: "json" }, columns)).toThrow(reason);
  });
});

describe("sql.file()", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "pulumi-druid-sql-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const file = (text: string): string => {
    const path = join(folder, "load.sql");
    writeFileSync(path, text);
    return path;
  };

  test("inserts named values, and leaves quotes and comments alone", async () => {
    const path = file(
      "\ufeff-- ${who} wrote this for ${what}\r\nSELECT '${no}' FROM ${table} WHERE a = ${who} OR b = ${who}",
    );
    const values = { who: "me'", table: sql.id("t") };
    expect(await known(sql.file(path, values))).toBe(
      `-- \${who} wrote this for \${what}\r\nSELECT '\${no}' FROM "t" WHERE a = 'me''' OR b = 'me'''`,
    );
    expect(await known(sql.file(pathToFileURL(file("SELECT 1"))))).toBe("SELECT 1");
    expect(await pulumi.isSecret(sql.file(file("${x}"), { x: pulumi.secret("y") }))).toBe(true);
  });

  test("refuses missing and unused values, with the file and the line", () => {
    expect(() => sql.file(file("SELECT\n${a}"))).toThrow(/load\.sql": there is no value for \${a} on line 2/);
    expect(() => sql.file(file("SELECT 1"), { a: 1 })).toThrow(/it has no \${a}; remove the value "a"/);
    expect(() => sql.file(file("'${a}' ${a}"), { a: 1 })).toThrow(/\${a} on line 1 stands within quotes/);
    expect(() => sql.file(file("${a}"), { a: undefined as never })).toThrow('the value "a" is undefined');
    expect(() => sql.file(join(folder, "none.sql"))).toThrow(
      /there is no file at ".*none\.sql"; a path is relative to/,
    );
  });
});
