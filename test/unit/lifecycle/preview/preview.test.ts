/** What a preview says of the rows in the target, why it runs, and what that costs: against the fake Druid. */
import { describe, expect, test } from "@jest/globals";
import { type FakeDruid, faults } from "../../../harness/fake";
import type { Line } from "../../../harness/virtual/process";
import { insert, replace, setUp } from "../../../harness/virtual/setup";

const told = ({ lines }: { lines: Line[] }) =>
  lines.filter(({ kind }) => kind === "info" || kind === "warning").map(({ kind, message }) => `${kind}: ${message}`);
const routes = (fake: FakeDruid, from: number) => fake.received.slice(from).map(({ route }) => route);

describe("a preview", () => {
  test("of a new ingestion says that it creates the datasource, in three requests and without a warning", async () => {
    for (const query of [insert("A"), replace("A")]) {
      const { fake, stack } = setUp();
      expect(told(await stack.preview({ query, onDelete: "dropDatasource" }))).toEqual([
        "info: Why: runs because it is new",
        'info: Impact: creates "events"',
      ]);
      expect(fake.received).toHaveLength(3);
    }
  });

  test("of an unchanged ingestion sends and says nothing, also if its text is formatted anew", async () => {
    const { fake, stack } = setUp();
    const args = { query: insert("A"), validate: "sample", checks: { minRows: 1 } };
    await stack.up(args);
    const from = fake.received.length;
    expect(told(await stack.preview(args))).toEqual([]);
    expect(told(await stack.preview({ ...args, query: `/* x */ ${insert("A").replaceAll(" ", "\n ")} -- y` }))).toEqual(
      [],
    );
    expect(routes(fake, from)).toEqual([]);
  });

  test("of a new ingestion into very many segments lets the Broker count them, in three requests", async () => {
    for (const [query, kind] of [
      [insert("A"), "appends to 20,000 rows of"],
      [replace("A"), "replaces 20,000 rows, 10,000 segments,"],
    ] as const) {
      const { clock, fake, stack } = setUp();
      const run = { dataSource: "events", content: "others", rows: 20_000, taskId: "t", context: {} };
      fake.warehouse.publish({ what: "insert", ...run, segments: 10_000, loadDelayMs: 0 });
      await clock.run(clock.sleep(60_000));
      const lines = told(await stack.preview({ query })).join("\n");
      expect(lines).toContain(`Impact: ${kind}`);
      expect(lines).toContain("Why: runs because it is new");
      expect(routes(fake, 0)).toEqual(["submit", "tasks", "sql"]);
    }
  });

  test("of a change says why, what is there, and which columns change", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    fake.warehouse.columns.set("events", [
      ["__time", "TIMESTAMP"],
      ["n", "BIGINT"],
      ["old", "VARCHAR"],
    ]);
    fake.plan("'B'", {
      writes: [
        ["__time", "LONG"],
        ["n", "DOUBLE"],
      ],
    });
    const from = fake.received.length;
    expect(told(await stack.preview({ query: replace("B") }))).toEqual([
      'warning: OVERWRITE ALL replaces every row in "events" (now 1,000 rows), including rows loaded by others, with this query\'s rows [overwrite-all]',
      "info: Why: runs because the query changed (1 line)",
      'info: Impact: replaces 1,000 rows, 1 segment, 50 kB of "events": all that is there',
      "info: Schema: -old VARCHAR, n BIGINT → DOUBLE",
    ]);
    expect(routes(fake, from)).toEqual(["submit", "tasks", "sql"]);
  });

  test("of a partial REPLACE says which rows it replaces and how many stay", async () => {
    const { stack } = setUp();
    await stack.up({ query: insert("A") });
    const where = replace("B").replace(
      "ALL",
      "WHERE __time >= TIMESTAMP '2024-01-01' AND __time < TIMESTAMP '2024-02-01'",
    );
    expect(told(await stack.preview({ query: where }))).toContain(
      'info: Impact: replaces the part that lies in this time of 1 segment with 1,000 rows of "events": 2024-01-01 to 2024-02-01',
    );
  });

  const NOTHING_RUNS =
    "Why: nothing runs: its rows are there from an earlier run; only a replacement that you ask for loads them again";

  test.each([
    ["INSERT", insert("A")],
    ["REPLACE", replace("A")],
  ])("of an %s that was destroyed and comes back says what `pulumi up` then does", async (_, query) => {
    const { fake, stack } = setUp();
    await stack.up({ query });
    await stack.destroy();
    const { lines } = await stack.preview({ query });
    const messages = lines.map(({ message }) => message);
    expect(messages).toContain(NOTHING_RUNS);
    expect(messages.join("\n")).not.toMatch(/runs because|Impact/);
    await stack.up({ query });
    expect(fake.ledger).toHaveLength(1);
  });

  test("of what comes back after its rows were dropped says that it runs", async () => {
    const { clock, fake, stack } = setUp();
    await stack.up({ query: replace("A") });
    stack.forget();
    fake.warehouse.markUnused("events");
    await clock.run(clock.sleep(60_000));
    expect(told(await stack.preview({ query: replace("A") }))).toContain(
      "info: Why: runs because the rows of its earlier run are gone",
    );
  });

  test("of a lost state says that a running task is joined, or canceled for other content", async () => {
    const { fake, stack, later } = setUp();
    fake.plan({ runMs: 600_000 });
    await stack.up({ query: insert("A") }, { meanwhile: later(5_000, (process) => process.kill()) });
    stack.forget();
    expect(told(await stack.preview({ query: insert("A") }))).toContain(
      "info: Why: joins a task: a run of it is under way",
    );
    expect(told(await stack.preview({ query: insert("B") })).join("\n")).toMatch(
      /Why: runs because .* is canceled first/,
    );
  });

  test("of a lost state says that `pulumi up` will ask where an INSERT may have published", async () => {
    const { fake, stack } = setUp();
    fake.plan({ outcome: { fault: "UnknownError", published: true } });
    await stack.up({ query: insert("A") });
    stack.forget();
    const lines = told(await stack.preview({ query: insert("A") })).join("\n");
    expect(lines).toContain("[may-be-loaded]");
    expect(lines).not.toContain("runs because");
    expect((await stack.up({ query: insert("A") })).error).toBeDefined();
  });

  test("shows no impact if nothing runs", async () => {
    const { stack } = setUp();
    await stack.up({ query: insert("A") });
    await stack.up({ query: insert("B") });
    const lines = told(await stack.preview({ query: insert("A") }));
    expect(lines.filter((line) => !line.startsWith("warning"))).toEqual([
      expect.stringMatching(/^info: Nothing will run: "events" already has these rows/),
    ]);
  });

  test("says how many rows a newly set onDelete puts at stake, with one request", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    const from = fake.received.length;
    expect(told(await stack.preview({ query: insert("A"), onDelete: "dropDatasource" }))).toEqual([
      'warning: With onDelete "dropDatasource", a delete removes every row from "events" (now 1,000 rows), including rows loaded by others [drop-datasource]',
      "info: Why: nothing runs: onDelete changed",
    ]);
    expect(routes(fake, from)).toEqual(["sql"]);
  });

  test("says how many rows a move to another datasource drops", async () => {
    const { stack } = setUp();
    await stack.up({ query: insert("A"), onDelete: "dropDatasource" });
    const lines = told(await stack.preview({ query: insert("A", "others"), onDelete: "dropDatasource" }));
    expect(lines).toContain(
      'warning: The ingestion moves away from "events" and drops it with every row, now 1,000 rows, including rows loaded by others [drop-datasource]',
    );
    expect(lines).toContain('info: Why: runs because the target changes from "events" to "others"');
    expect(lines.filter((line) => line.includes("Impact"))).toEqual(['info: Impact: creates "others"']);
  });

  test("says after a failed run why it failed, and sends no other request", async () => {
    const { fake, stack } = setUp();
    fake.plan({ outcome: { fault: "InsertTimeNull" } });
    await stack.up({ query: replace("A") });
    const from = fake.received.length;
    expect(told(await stack.preview({ query: replace("A") }))).toEqual([
      "info: Why: runs because the last run failed: InsertTimeNull",
    ]);
    expect(routes(fake, from)).toEqual([]);
  });

  test("shows no impact if a permission is missing, and says so once", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    fake.faults.add(faults.forbidden({ on: "sql", times: 99 }));
    const news = { query: replace("B") };
    const lines = told(await stack.preview(news));
    expect(lines).toEqual([
      expect.stringMatching(
        /^info: Impact: not known, because reading what is in "events" now is forbidden; grant DATASOURCE "events" READ/,
      ),
      expect.stringMatching(/^warning: OVERWRITE ALL replaces every row in "events", including/),
      "info: Why: runs because the query changed (1 line)",
    ]);
  });

  test("never calls a datasource new that the user may not read", async () => {
    const { fake, stack } = setUp();
    // Without READ system tables show nothing, and a query on the table itself is refused.
    fake.faults.add(faults.html502({ on: "tasks", times: 99 }));
    fake.faults.add(faults.forbidden({ on: "sql", times: 99, skip: 1 }));
    const lines = told(await stack.preview({ query: replace("A") }));
    expect(lines.join("\n")).toMatch(/Impact: not known, .* is forbidden/);
    expect(lines.join("\n")).not.toContain("creates");
  });

  test("waits at most two seconds for what is in the target", async () => {
    const { clock, fake, stack } = setUp();
    await stack.up({ query: insert("A") });
    fake.faults.add(faults.hang({ on: "sql", times: 99 }));
    const start = clock.now();
    const { error, lines } = await stack.preview({ query: replace("B") });
    expect(error).toBeUndefined();
    expect(lines.map(({ message }) => message)).toContain(
      'Impact: not known, because "http://router:8888" did not tell what is in "events" now',
    );
    expect(clock.now() - start).toBeLessThanOrEqual(2_100);
  });

  test("of a secret query names neither its columns nor its times", async () => {
    const { fake, stack } = setUp();
    await stack.up({ query: insert("A") }, { secretQuery: true });
    fake.plan("canary", { writes: [["canary_column", "LONG"]] });
    const where = replace("canary").replace(
      "ALL",
      "WHERE __time >= TIMESTAMP '2024-01-01' AND __time < TIMESTAMP '2024-02-01'",
    );
    const lines = told(await stack.preview({ query: where }, { secretQuery: true }));
    expect(lines).toContain("info: Why: runs because the query changed");
    expect(lines.join("\n")).toContain(
      'Impact: replaces the part that lies in this time of 1 segment with 1,000 rows of "events"',
    );
    expect(lines.join("\n")).not.toMatch(/canary|2024/);
  });

  test.each([true, false])("shows no value of query, context and parameters, secret: %s", async (secretQuery) => {
    const { fake, stack } = setUp();
    const args = (letter: string, more = "") => ({
      query: `REPLACE INTO "events" OVERWRITE ALL SELECT 'c4nary-${letter}' AS "letter", ? AS "b"${more} PARTITIONED BY ALL`,
      context: { maxNumTasks: 2, "c4nary-key": `c4nary-${letter}` },
      parameters: [`c4nary-${letter}`],
      triggers: [`c4nary-${letter}`],
    });
    const outcomes = [await stack.preview(args("A"), { secretQuery }), await stack.up(args("A"), { secretQuery })];
    outcomes.push(await stack.preview(args("B"), { secretQuery }));
    fake.plan({ outcome: { fault: "InsertTimeNull", message: "near c4nary-B" } });
    const failed = await stack.up(args("B"), { secretQuery: true });
    outcomes.push(await stack.preview(args("B"), { secretQuery }));
    outcomes.push(await stack.preview(args("C", ", FROM c4nary_table"), { secretQuery: true }));
    const said = outcomes.map(({ lines, error }) => [lines.map(({ message }) => message), error]);
    expect(JSON.stringify([said, failed.error])).not.toMatch(/c4nary/);
    expect(JSON.stringify(said)).toMatch(/Why: runs because the (query|context)/);
  });
});
