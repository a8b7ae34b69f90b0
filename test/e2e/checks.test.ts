/**
 * Checks on a real Druid: what they find, what happens to dependents, and that no failure, kill or change loads again.
 * Also the warnings, without any check, about rows that look wrong.
 */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type HoldingProxy, startProxy } from "../harness/proxy";
import { useWorld } from "./use-world";
import { csv, ingestion, load } from "./world";

const ROWS = 20;
const world = useWorld();
let proxy: HoldingProxy;

beforeAll(async () => {
  proxy = await startProxy(world.url);
});
afterAll(() => proxy.stop());

/** The column `name` has one null, in the last row. */
const withNull = () => `${csv(ROWS - 1)}2024-02-01T00:00:00.000Z,99,\n`;

test("checks that fail, change, pass or are killed never load again, and dependents wait for them", async () => {
  const stack = world.stack({ config: { "druid:url": proxy.url } });
  const table = `checks_${stack.name}`;
  const query = load("INSERT", table, world.files.text(`/checks-${stack.name}.csv`, withNull()));
  const after = load("INSERT", `after_${stack.name}`, world.files.text(`/after-${stack.name}.csv`, csv(ROWS)));
  const program = (checks: object) =>
    ingestion("first", { query, checks }) +
    ingestion("second", { query: after }, "{ dependsOn: [first] }") +
    "exports.passed = first.checks.apply((all) => all?.map(({ name, passed }) => [name, passed].join(' ')).join());\n";
  const big = { name: "no big n", query: `SELECT "n", "name" FROM "${table}" WHERE "n" > 15` };
  const failing = {
    minRows: ROWS + 1,
    notNull: ["n", "name"],
    sql: [big, { name: "typo", query: `SELECT NO_SUCH("n") FROM "${table}"` }],
  };

  const preview = await stack.must("preview", program(failing));
  expect(preview.output).toContain(
    "Checks that will run on the rows: minRows, notNull n, notNull name, no big n, typo",
  );
  const failed = await stack.run("up", program(failing));
  expect(failed.exit).not.toBe(0);
  expect(failed.output).toContain('4 of 5 checks failed: "minRows" expected at least 21 rows and found 20;');
  expect(failed.output).toMatch(/"notNull name" expected no null and found 1 in 20 rows: \{"__time":"2024-02-01T/);
  expect(failed.output).toMatch(/"no big n" expected no row and found 4 rows: \{"n":\d+,"name":"name-\d"\}, /);
  expect(failed.output).toMatch(/"typo" could not run: .*400.*NO_SUCH/i);
  expect(await world.count(`after_${stack.name}`)).toBe(0);
  expect(await world.count(table)).toBe(ROWS);

  // Killed while the Broker works on a check that would pass.
  const passing = { minRows: ROWS, notNull: ["n"], sql: [{ ...big, expect: "a row" }] };
  const held = proxy.hold({ method: "POST", path: /\/v2\/sql$/, body: /"n\\" > 15/, when: "after" });
  const killed = stack.start("up", program(passing));
  await held.reached;
  killed.child.kill("SIGKILL");
  await killed.ended;
  held.letGo();

  const passed = await stack.must("up", program(passing));
  expect(passed.output).toContain("minRows true,notNull n true,no big n true");
  await stack.must("up", program(passing), "--expect-no-changes");
  await stack.must("up", program({ ...passing, maxRows: ROWS }));
  await stack.must("up", program({ maxWarnings: 0 }));
  expect(stack.resource("first").outputs).toMatchObject({ state: "SUCCESS", number: 1 });
  expect(await world.count(table)).toBe(ROWS);
  expect(await world.count(`after_${stack.name}`)).toBe(ROWS);
  const runs = await world.tasks(stack.resource("first").id);
  expect(runs.filter(({ type }) => type === "query_controller")).toHaveLength(1);
});

test("warns of a column that the source lacks, and of seconds read as milliseconds", async () => {
  const stack = world.stack();
  const data = '{"s":1704067200,"user":"a"}\n{"s":1704067201,"user":"b"}';
  const query = `REPLACE INTO "odd_${stack.name}" OVERWRITE ALL
    SELECT MILLIS_TO_TIMESTAMP("s") AS __time, "user", "usr"
    FROM TABLE(EXTERN('{"type":"inline","data":${JSON.stringify(data)}}', '{"type":"json"}'))
    EXTEND ("s" BIGINT, "user" VARCHAR, "usr" VARCHAR) PARTITIONED BY DAY`;
  const { output } = await stack.must("up", ingestion("odd", { query }));
  expect(output).toContain(`"usr" is null in all 2 rows of "odd_${stack.name}" that this run wrote`);
  expect(output).toContain("goes from 1970-01-20T17:21:07.200Z to 1970-01-20T17:21:07.201Z");
});
