import { describe, expect, test } from "@jest/globals";
import { type FakeDruid, faults, isRun } from "../../harness/fake";
import { insert, replace, setUp } from "../../harness/virtual/setup";

const part = (letter: string) =>
  `SELECT "${letter}" FROM TABLE(EXTERN('{"type":"inline","data":"s3cr3t"}', '{"type":"json"}')) EXTEND ("${letter}" VARCHAR)`;
const into = (query: string) => `REPLACE INTO "events" OVERWRITE ALL ${query} PARTITIONED BY ALL`;
const UNION = into(`${part("a")} UNION ALL ${part("b")}`);
const TABLES = into('SELECT "a" FROM "t1" UNION ALL SELECT "a" FROM "t2"');

const SEVERAL = /"?query"? is not supported: Druid would run only its first part: .*list all files in one EXTERN/;
const OLD_TABLES =
  /"?query"? is not supported: SQL tasks can read a UNION ALL of tables only since Druid 28; use a separate ingestion for each table/;

const explained = (fake: FakeDruid) =>
  fake.receivedOn("submit").filter(({ json }) => /EXPLAIN PLAN FOR/.test((json as { query: string }).query));
const submitted = (fake: FakeDruid) => fake.receivedOn("submit").length - explained(fake).length;

function world(version: 24 | 27 | 28 | 37 = 27, forbidden: string[] = []) {
  const world = setUp({ version, forbidden });
  world.fake.tables.add("t1").add("t2");
  return world;
}

describe("a statement that Druid would make several tasks of", () => {
  test("is refused, and nothing is submitted", async () => {
    const { fake, stack } = world();
    expect((await stack.up({ query: UNION })).error).toMatch(SEVERAL);
    expect(submitted(fake)).toBe(0);
  });

  test.each([
    ["of parts that read files", UNION, SEVERAL],
    ["of a part that filters", into(`SELECT "a" FROM "t1" WHERE "a" = 'x' UNION ALL SELECT "a" FROM "t2"`), SEVERAL],
    ["of tables", TABLES, OLD_TABLES],
  ])("is refused in preview on 27: a union %s", async (_what, query, reason) => {
    const { fake, stack } = world();
    const { error } = await stack.preview({ query });
    expect(error).toMatch(reason);
    expect(error).not.toContain("s3cr3t");
    expect(submitted(fake)).toBe(0);
  });

  test.each([
    ["of parts that read files", UNION, SEVERAL],
    ["of tables", TABLES, OLD_TABLES],
  ])("is refused before the submit where preview was told not to ask: a union %s", async (_what, query, reason) => {
    const { fake, stack } = world();
    const { error } = await stack.up({ query, validate: "off" });
    expect(error).toMatch(/^Cannot create ingestion "events" on "http:\/\/router:8888": the query is not supported: /);
    expect(error).toMatch(reason);
    expect(fake.tasks).toEqual([]);
    expect(stack.resource).toBeUndefined();
  });

  test("is refused as an update too, and what ran before stays as it is", async () => {
    const { fake, stack } = world();
    await stack.up({ query: replace("A") });
    const before = stack.outputs;
    expect((await stack.up({ query: UNION, validate: "off" })).error).toMatch(SEVERAL);
    expect(stack.outputs).toEqual(before);
    expect(fake.contentsOf("events")).toEqual([replace("A")]);
  });

  test("is not submitted blindly: where preview found no Druid, `pulumi up` asks for a minute and fails", async () => {
    const { clock, fake, stack } = world();
    fake.faults.add(faults.refuse({ on: "submit", times: Number.POSITIVE_INFINITY }));
    const start = clock.now();
    const { error, lines } = await stack.up({ query: UNION });
    expect(lines[0]).toMatchObject({ message: expect.stringMatching(/^The query could not be checked yet: /) });
    expect(error).toMatch(/^Cannot plan the query on .*: the connection was refused/);
    expect(clock.now() - start).toBeGreaterThan(50_000);
    expect(submitted(fake)).toBe(0);
  });

  test("is refused once Druid is back within that minute", async () => {
    const { fake, stack } = world();
    fake.faults.add(faults.empty503({ on: "submit", times: 8 }));
    expect((await stack.up({ query: UNION })).error).toMatch(SEVERAL);
    expect(fake.tasks).toEqual([]);
  });

  test("what the planner refuses by itself is told with its place in the query", async () => {
    const { stack } = world(37);
    const { error } = await stack.up({ query: UNION, validate: "off" });
    expect(error).toMatch(/^Cannot plan the query on .*: 400 INVALID_INPUT: .*SQL requires union/);
    const missing = into('SELECT "a" FROM "none" UNION ALL SELECT "a" FROM "t2"');
    expect((await stack.up({ query: missing, validate: "off" })).error).toMatch(
      /: 400 INVALID_INPUT: Object 'none' not found \(line 1, column 53 of the query\)\n.* FROM "none" UNION ALL .*\n *\| *\^$/,
    );
  });
});

test("what the planner says before a submit tells nothing of a secret query", async () => {
  const { stack } = world();
  const query = into(`SELECT "a" FROM "none" WHERE "a" = 's3cr3t' UNION ALL SELECT "a" FROM "t2"`);
  const { error } = await stack.up({ query, validate: "off" }, { secretQuery: true });
  expect(error).toMatch(
    /: 400 INVALID_INPUT \(line 1, column 53 of the query\); run the query behind EXPLAIN PLAN FOR in Druid's console/,
  );
});

describe("a union of tables", () => {
  test.each([28, 37] as const)("is one task on %d", async (version) => {
    const { fake, stack } = world(version);
    expect((await stack.up({ query: TABLES })).error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([TABLES]);
  });

  test("fails by itself on 27 where a user may not know the version, and says why", async () => {
    const { fake, stack } = world(27, ["version"]);
    const { error } = await stack.up({ query: TABLES });
    expect(error).toMatch(/QueryNotSupported.*before Druid 28 it cannot read a UNION ALL/);
    expect(fake.ledger).toEqual([]);
  });
});

test("only what may become several tasks is asked about before the submit", async () => {
  const { fake, stack } = world();
  await stack.up({ query: replace("A"), validate: "off" });
  expect(explained(fake)).toEqual([]);
  const values = into(`SELECT * FROM (VALUES ('a', 1), ('b', 2)) AS "rows" ("k", "n")`);
  await stack.up({ query: values, validate: "off" });
  expect(explained(fake)).toHaveLength(1);
  expect(stack.outputs.state).toBe("SUCCESS");
});

describe("a statement that becomes several tasks, although its text does not show it", () => {
  const SOME = /the task of this query loads only some of its rows; Druid would run only its first part/;

  /** An operation that is stopped right after Druid has taken the first of them, before it could count. */
  async function stopped(how: "interrupt" | "kill") {
    const world = setUp();
    const { fake, stack } = world;
    fake.plan({ runMs: 60_000 });
    fake.plan("'A'", { tasks: 2 });
    const stop = (process: { interrupt(): void; kill(): void }) => {
      fake.faults.add({ name: "stop", effect: "now", on: isRun, delayMs: 5_000 });
      world.later(2_000, () => process[how]())(process as never);
    };
    await stack.up({ query: insert("A"), validate: "off" }, { meanwhile: stop });
    expect(fake.running).toHaveLength(1);
    return world;
  }

  test.each(["interrupt", "kill"] as const)("is not joined after %s: its first task is ended", async (how) => {
    const { fake, stack } = await stopped(how);
    expect((await stack.up({ query: insert("A"), validate: "off" })).error).toMatch(SOME);
    expect(fake.running).toEqual([]);
    expect(fake.ledger).toEqual([]);
  });

  test.each(["interrupt", "kill"] as const)(
    "does not count as done after %s, once that task has ended",
    async (how) => {
      const { clock, fake, stack } = await stopped(how);
      await clock.advance(120_000);
      if (how === "interrupt") await stack.refresh();
      expect((await stack.up({ query: insert("A"), validate: "off" })).error).toMatch(SOME);
      expect((await stack.up({ query: insert("A"), validate: "off" })).error).toMatch(SOME);
      expect(fake.ledger).toHaveLength(1);
    },
  );

  test("does not count as done if other content was loaded meanwhile", async () => {
    const { clock, stack } = await stopped("interrupt");
    await clock.advance(120_000);
    expect((await stack.up({ query: insert("B") })).error).toBeUndefined();
    expect((await stack.up({ query: insert("A"), validate: "off" })).error).toMatch(SOME);
  });

  test("joins a run even if Druid's planner refuses its query by now", async () => {
    const { fake, stack, later } = world(28);
    fake.plan({ runMs: 60_000 });
    await stack.up({ query: TABLES }, { meanwhile: later(5_000, (process) => process.kill()) });
    fake.tables.delete("t1");
    expect((await stack.up({ query: TABLES })).error).toBeUndefined();
    expect(fake.contentsOf("events")).toEqual([TABLES]);
  });
});
