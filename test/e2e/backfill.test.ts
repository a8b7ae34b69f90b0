/**
 * A backfill on a real Druid: 30 days with two kills in the middle, a span that moves, a day that runs again, and days
 * of a zone whose clocks change.
 */
import { expect, test } from "@jest/globals";
import { runsInto } from "./runs";
import { useWorld } from "./use-world";
import type { Task } from "./world";

const ROWS_A_DAY = 3;
const world = useWorld();

/** Without those that 37's Overlord failed before they began (`rules/passing.ts`): they were repeated. */
async function begunInto(target: string): Promise<Task[]> {
  const runs = await runsInto(world, target);
  return runs.filter((run) => !/inactive Task/.test(run.errorMsg ?? ""));
}

test("loads each day once, even if it is interrupted, and leaves other days alone if the span moves", async () => {
  const stack = world.stack();
  const target = `backfill_${stack.name}`;
  const program = (from: string, to: string, more = "") => `
    const { MsqBackfill, sql } = require("pulumi-druid");
    const rows = (day) => Array.from({ length: ${ROWS_A_DAY} }, (_, hour) => JSON.stringify({ t: day + "T0" + hour + ":00:00Z", n: hour }));
    const backfill = new MsqBackfill("days", {
      from: "${from}", to: "${to}", every: "P1D", concurrency: 6, validate: "off", context: { maxNumTasks: 2 }, ${more}
      query: (day) => sql\`
        REPLACE INTO \${sql.id("${target}")} OVERWRITE WHERE \${sql.during(day)}
        SELECT TIME_PARSE("t") AS __time, "n"
        FROM \${sql.extern({ type: "inline", data: rows(day.name).join("\\n") }, { type: "json" }, { t: "VARCHAR", n: "BIGINT" })}
        PARTITIONED BY DAY\`,
    });
    exports.rows = backfill.rowsWritten;
    exports.intervals = backfill.intervals;`;
  const april = program("2024-04-01", "2024-05-01");

  for (const created of [4, 9]) {
    const killed = stack.start("up", april);
    await killed.says(new RegExp(`(MsqIngestion days-\\S+ created[\\s\\S]*?){${created}}`));
    killed.child.kill("SIGKILL");
    await killed.ended;
  }
  await stack.must("up", april);
  expect(stack.outputs().rows).toBe(30 * ROWS_A_DAY);
  expect(await world.count(target)).toBe(30 * ROWS_A_DAY);
  expect(await begunInto(target)).toHaveLength(30);
  await stack.must("up", april, "--expect-no-changes");

  const moved = program("2024-04-02", "2024-05-02", 'rerun: ["2024-04-10"],');
  await stack.must("up", moved);
  const names = Object.keys(stack.outputs().intervals as object);
  expect([names.at(0), names.at(-1), names.length]).toEqual(["2024-04-02", "2024-05-01", 30]);
  // What left the window stays queryable; the new day and the one that was asked for have run, and nothing else.
  expect(await world.count(target)).toBe(31 * ROWS_A_DAY);
  expect(await begunInto(target)).toHaveLength(32);
});

test("days of a zone have 23, 24 and 25 hours where its clocks change", async () => {
  const stack = world.stack();
  const target = `zone_${stack.name}`;
  const hours = (from: string, count: number) =>
    Array.from({ length: count }, (_, hour) => new Date(Date.parse(from) + hour * 3_600_000).toISOString());
  const rows = [...hours("2024-03-29T22:00:00Z", 75), ...hours("2024-10-25T20:00:00Z", 80)];
  const source = world.files.text(`/${target}.json`, rows.map((t) => JSON.stringify({ t })).join("\n"));
  const span = (name: string, from: string, to: string) => `
    exports.${name} = new MsqBackfill("${name}", {
      from: "${from}", to: "${to}", every: "P1D", timeZone: "Europe/Zurich", concurrency: 3,
      query: (day) => sql\`
        REPLACE INTO \${sql.id("${target}")} OVERWRITE WHERE \${sql.during(day)}
        SELECT * FROM (SELECT TIME_PARSE("t") AS __time, 1 AS "n"
          FROM \${sql.extern({ type: "http", uris: ["${source}"] }, { type: "json" }, { t: "VARCHAR" })})
        WHERE \${sql.during(day)} PARTITIONED BY HOUR\`,
    }).intervals.apply((all) => Object.values(all).map(({ rowsWritten }) => rowsWritten));`;
  await stack.must(
    "up",
    `const { MsqBackfill, sql } = require("pulumi-druid");
     ${span("spring", "2024-03-30", "2024-04-02")} ${span("autumn", "2024-10-26", "2024-10-29")}`,
  );
  expect(stack.outputs()).toEqual({ spring: [24, 23, 24], autumn: [24, 25, 24] });
  expect(await world.count(target)).toBe(24 + 23 + 24 + 24 + 25 + 24);
});
