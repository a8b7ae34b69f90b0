/** What a preview with `validate: "sample"` says of the query's sources: against the fake Druid. */
import { describe, expect, test } from "@jest/globals";
import { type FakeDruid, faults, json } from "../../../harness/fake";
import type { Line } from "../../../harness/virtual/process";
import { setUp } from "../../../harness/virtual/setup";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const A = "http://h/a.json";
const extern = (uri: string, columns = '"t" BIGINT, "n" BIGINT') =>
  `TABLE(EXTERN('${JSON.stringify({ type: "http", uris: [uri] })}', '{"type":"json"}')) EXTEND (${columns})`;
const load = (from = extern(A), time = 'MILLIS_TO_TIMESTAMP("t")') =>
  `INSERT INTO "events" SELECT ${time} AS __time, "n" FROM ${from} PARTITIONED BY DAY`;
const DAY = Date.UTC(2024, 0, 1);
const rows = (...values: object[]) => values.map((value) => JSON.stringify(value));

const told = ({ lines }: { lines: Line[] }) =>
  lines.filter(({ message }) => /sample/i.test(message)).map(({ kind, message }) => `${kind}: ${message}`);
const samplings = (fake: FakeDruid) => fake.receivedOn("sampler").length;

async function sampled(lines: readonly string[], query = load(), options = {}) {
  const { fake, stack } = setUp();
  fake.sources.set(A, lines);
  const outcome = await stack.preview({ query, validate: "sample" }, options);
  expect(outcome.error).toBeUndefined();
  return told(outcome);
}

describe("a sample", () => {
  test("is taken only if it is asked for, of new content, once", async () => {
    const { fake, stack } = setUp();
    await stack.preview({ query: load() });
    expect(samplings(fake)).toBe(0);
    fake.sources.set(A, rows({ t: DAY, n: 1 }, { t: DAY + 1_000, n: 2 }));
    const outcome = await stack.preview({ query: load(), validate: "sample" });
    expect(told(outcome)).toEqual([
      `info: Sample: 2 of the first 2 rows of "${A}" can be read, "__time" from 2024-01-01T00:00:00.000Z to 2024-01-01T00:00:01.000Z`,
    ]);
    expect(samplings(fake)).toBe(1);
    await stack.up({ query: load(), validate: "sample" });
    const before = samplings(fake);
    await stack.preview({ query: load(), validate: "sample" });
    expect(samplings(fake)).toBe(before);
  });

  test("is taken once of a replacement", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: load() });
    await stack.preview({ query: load().replace("events", "others"), validate: "sample" });
    expect(samplings(fake)).toBe(1);
  });

  test("quotes the first three lines that cannot be parsed, without credentials", async () => {
    const secret = `{"secretAccessKey":"c4nary1234"`;
    const from = extern(A).replace(
      '"uris"',
      '"httpAuthenticationPassword":{"type":"default","password":"c4nary1234"},"uris"',
    );
    const lines = await sampled(
      [...rows({ t: DAY, n: 1 }), '{"t":3', "x\u001b[2Jy", `${secret},`, "fourth", `${"z".repeat(500)}`],
      load(from),
    );
    expect(lines).toContain(
      `warning: Sample: 5 of the first 6 lines of "${A}" cannot be parsed, and by default the load fails over such a line: line 2: {"t":3; line 3: x [2Jy; line 4: {"secretAccessKey":"[secret]", [sample-lines]`,
    );
    expect(lines.join("\n")).not.toMatch(/c4nary|fourth/);
  });

  test.each([
    [
      "null",
      [{ n: 1 }, { t: DAY, n: 2 }],
      load(),
      /"__time" is null in 1 of the first 2 rows of .*InsertTimeNull.* \[sample-times\]$/,
    ],
    [
      "of another format",
      [{ t: "01/02/2024", n: 1 }],
      load(extern(A, '"t" VARCHAR, "n" BIGINT'), 'TIME_PARSE("t")'),
      undefined,
    ],
    [
      "seconds taken for milliseconds",
      [{ t: DAY / 1_000, n: 1 }],
      load(),
      /outside 1990 to \d+ \(1970-01-20T\S+\) in the only row of .*the source has seconds .*multiply them by 1000/,
    ],
    [
      "milliseconds taken for seconds",
      [{ t: DAY, n: 1 }],
      load(extern(A), 'MILLIS_TO_TIMESTAMP("t" * 1000)'),
      /the source has milliseconds where the query takes them for seconds/,
    ],
    ["0", [{ t: 0, n: 1 }], load(), /a time of 0 usually is a missing number/],
    [
      "0 beside seconds",
      [
        { t: 0, n: 1 },
        { t: DAY / 1_000, n: 1 },
      ],
      load(),
      /the source has seconds/,
    ],
    ["far away", [{ t: -1e15, n: 1 }], load(), /outside 1990 .*check the format and the unit/],
  ])("warns of times that are %s", async (_, values, query, expected) => {
    const lines = await sampled(rows(...values), query);
    if (expected === undefined) expect(lines).toHaveLength(1);
    else expect(lines.filter((line) => line.startsWith("warning"))).toEqual([expect.stringMatching(expected)]);
  });

  test("warns of columns that the data does not have, or only null, or with other values", async () => {
    const from = extern(A, '"t" BIGINT, "nn" BIGINT, "user" VARCHAR, "gone" VARCHAR, "empty" VARCHAR');
    const lines = await sampled(
      rows({ t: DAY, nn: "many", usr: "x", empty: "" }, { t: DAY, nn: 2, empty: null }),
      load(from),
    );
    expect(lines.slice(1)).toEqual([
      `warning: Sample: The columns that the query declares for "${A}" do not fit its first rows: "nn" is declared BIGINT, but 1 of 2 rows have no number there; the data has no "user" (did you mean "usr"?); the data has no "gone"; "empty" is null in all of the first 2 rows [sample-columns]`,
    ]);
  });

  test("warns of a source that gives nothing", async () => {
    expect(await sampled([])).toContain(
      `warning: Sample: "${A}" gave no row: it is empty or does not exist [sample-source]`,
    );
  });

  test("says why the Overlord cannot read a source", async () => {
    const { fake, stack } = setUp();
    const detail = "Failed to sample data: java.net.ConnectException: Connection refused";
    fake.sources.set(A, json(400, { error: detail }));
    const outcome = await stack.preview({ query: load(), validate: "sample" });
    expect(outcome.error).toBeUndefined();
    expect(told(outcome)).toEqual([
      `warning: Sample: the Overlord cannot read "${A}": ConnectException: Connection refused [sample-source]`,
    ]);
  });

  test("takes less than ten seconds for all sources together, and shows those that answered", async () => {
    const { clock, fake, stack } = setUp();
    fake.sources.set("http://h/dead1", { code: "HANGS" });
    fake.sources.set("http://h/dead2", { code: "HANGS" });
    const query = load(`${extern("http://h/dead1")} x JOIN ${extern("http://h/dead2")} y JOIN ${extern(A)} z`);
    const from = clock.now();
    const outcome = await stack.preview({ query, validate: "sample" });
    expect(outcome.error).toBeUndefined();
    expect(clock.now() - from).toBeLessThan(10_000);
    expect(told(outcome)).toEqual([
      expect.stringMatching(/^warning: Sample: "http:\/\/h\/dead1" gave no row within ten seconds.*\[sample-source\]$/),
      expect.stringMatching(/^warning: Sample: "http:\/\/h\/dead2" gave no row/),
      `info: Sample: the only row of "${A}" can be read`,
    ]);
  });

  test("never keeps many threads of the Overlord waiting", async () => {
    const { fake, stack } = setUp();
    const dead = Array.from({ length: 10 }, (_, index) => `http://h/dead${index}`);
    for (const uri of dead) fake.sources.set(uri, { code: "HANGS" });
    const outcome = await stack.preview({
      query: load(dead.map((uri) => extern(uri)).join(" x JOIN ")),
      validate: "sample",
    });
    expect(samplings(fake)).toBe(4);
    const lines = told(outcome);
    expect(lines.filter((line) => line.includes("Druid still tries to reach other sources"))).toHaveLength(4);
    expect(lines.at(-1)).toBe("info: Sample: 2 more sources not read");
  });

  test("says once that the permission is missing, and goes on", async () => {
    const { fake, stack } = setUp();
    fake.faults.add(faults.forbidden({ on: "sampler", times: 99 }));
    const query = load(`${extern(A)} x JOIN ${extern("http://h/b")} y`);
    const outcome = await stack.preview({ query, validate: "sample" });
    expect(outcome.error).toBeUndefined();
    expect(told(outcome)).toEqual([expect.stringMatching(/^info: Sample: not taken, .* forbidden; grant STATE WRITE/)]);
  });

  test("says that it was left out while the query is not known", async () => {
    const { fake, stack } = setUp();
    const outcome = await stack.preview({ query: UNKNOWN, parameters: [UNKNOWN], validate: "sample" });
    expect(told(outcome)).toEqual([
      "info: Sample: not taken, because query and parameters are not known yet; `pulumi up` takes it",
    ]);
    expect(fake.received).toEqual([]);
  });

  test("says that it was left out if the query could not be planned", async () => {
    const { fake, stack } = setUp();
    fake.faults.add(faults.refuse({ on: "submit", times: 99 }));
    const outcome = await stack.preview({ query: load(), validate: "sample" });
    expect(told(outcome)).toEqual(["info: Sample: not taken, because Druid could not plan the query"]);
  });

  test.each([
    ["query", { secretQuery: true }],
    ["parameter", { secretValues: true }],
  ])("shows nothing of the data of a secret %s", async (_, options) => {
    const from = extern(A, '"t" BIGINT, "c4nary_column" VARCHAR');
    const lines = await sampled([...rows({ t: 1, n: 1 }, { n: 2 }, { t: DAY }), "c4nary line"], load(from), options);
    expect(lines).toEqual([
      "info: Sample: 3 of the first 4 rows of the source can be read",
      expect.stringMatching(
        /^warning: Sample: 1 of the first 4 lines of the source cannot be parsed, .* such a line \[sample-lines\]$/,
      ),
      expect.stringMatching(/^warning: Sample: "__time" is null in 1 of the first 3 rows of the source/),
      expect.stringMatching(/^warning: Sample: "__time" is outside 1990 to \d+ in 1 of the first 3 rows of the source/),
      "warning: Sample: 1 of the 2 columns that the query declares for the source do not fit its first rows [sample-columns]",
    ]);
    expect(lines.join("\n")).not.toMatch(/c4nary|http|1970|2024-/);
  });

  test("names a source without its credentials", async () => {
    const { stack } = setUp();
    const outcome = await stack.preview({
      query: load(extern("http://user:c4nary@h/a.json?sig=c4nary")),
      validate: "sample",
    });
    expect(told(outcome).join("\n")).not.toContain("c4nary");
    expect(told(outcome).join("\n")).toContain('"http://h/a.json"');
  });
});
