/**
 * One statement is one task. Before Druid 28 some become several tasks under one id, of which the first alone loads: no
 * such statement may ever be submitted. What the refusal says to write instead loads every row.
 */
import { beforeAll, expect, test } from "@jest/globals";
import type { TestStack } from "../harness/stack";
import { runsInto } from "./runs";
import { useWorld } from "./use-world";
import { csv, extern, ingestion, load } from "./world";

const ROWS = 25;
const world = useWorld();
let version: number;

beforeAll(async () => {
  const response = await fetch(`${world.url}/status`);
  version = Number.parseInt(((await response.json()) as { version: string }).version, 10);
});

const select = (from: string) => `SELECT TIME_PARSE("t") AS __time, "n", "name" FROM ${from}`;
const replace = (target: string, query: string) => `REPLACE INTO "${target}" OVERWRITE ALL ${query} PARTITIONED BY ALL`;

/** Two files of as many rows. */
function sources(stack: TestStack): [string, string] {
  const file = (part: number) => world.files.text(`/union-${stack.name}-${part}.csv`, csv(ROWS, part * ROWS));
  return [file(0), file(1)];
}

async function isRefused(stack: TestStack, target: string, query: string): Promise<void> {
  const preview = await stack.run("preview", ingestion("united", { query }));
  expect({ query, exit: preview.exit }).not.toEqual({ query, exit: 0 });
  const up = await stack.run("up", ingestion("united", { query, validate: "off" }));
  expect({ query, exit: up.exit }).not.toEqual({ query, exit: 0 });
  for (const { output } of [preview, up]) {
    expect(output).toMatch(
      version < 28 ? /is not supported: (Druid would run only its first part|SQL tasks can read)/ : /: 400 /,
    );
  }
  expect(await runsInto(world, target)).toEqual([]);
  expect(await world.count(target)).toBe(0);
}

test("what would become several tasks is refused in preview and before the submit, and nothing is loaded", async () => {
  const stack = world.stack();
  const target = `union_${stack.name}`;
  const table = `union_table_${stack.name}`;
  const [one, two] = sources(stack);
  await stack.must("up", ingestion("table", { query: load("REPLACE", table, one) }));
  expect(await world.count(table)).toBe(ROWS);

  const both = `${select(extern(one))} UNION ALL ${select(extern(two))}`;
  for (const query of [
    both,
    // 27 takes it without a word, and answers with the task of the first part.
    `SELECT * FROM (${both}) LIMIT 1`,
    `SELECT __time, "n", "name" FROM "${table}" UNION ALL ${select(extern(two))}`,
    `SELECT __time, "n" FROM "${table}" WHERE "n" < 3 UNION ALL SELECT __time, "n" FROM "${table}"`,
  ]) {
    await isRefused(stack, target, replace(target, query));
  }
});

test("rows of VALUES that hold expressions load whole, or not at all", async () => {
  const stack = world.stack();
  const target = `values_${stack.name}`;
  const rows = `(TIME_PARSE('2024-01-01'), 'a'), (TIME_PARSE('2024-01-02'), 'b')`;
  const query = replace(target, `SELECT "t" AS __time, "k" FROM (VALUES ${rows}) AS "rows" ("t", "k")`);
  const up = await stack.run("up", ingestion("rows", { query, validate: "off" }));
  if (version < 28) expect(up.output).toMatch(/is not supported: Druid would run only its first part/);
  expect(await world.count(target)).toBe(up.exit === 0 ? 2 : 0);
});

test("what the refusal says to write instead loads every row", async () => {
  const stack = world.stack();
  const [one, two] = sources(stack);
  const name = (what: string) => `${what}_${stack.name}`;
  const files = extern(one).replace(`"${one}"`, `"${one}","${two}"`);
  const day = (target: string, from: string, to: string, uri: string) =>
    `REPLACE INTO "${target}" OVERWRITE WHERE __time >= TIMESTAMP '${from} 00:00:00' AND __time < TIMESTAMP '${to} 00:00:00'
    SELECT TIMESTAMP '${from} 00:00:00' AS __time, "n", "name" FROM ${extern(uri)} PARTITIONED BY DAY`;
  await stack.must(
    "up",
    ingestion("files", { query: replace(name("files"), select(files)) }) +
      ingestion("first", { query: load("INSERT", name("inserts"), one) }) +
      ingestion("second", { query: load("INSERT", name("inserts"), two) }, "{ dependsOn: [first] }") +
      ingestion("monday", { query: day(name("days"), "2024-01-01", "2024-01-02", one) }) +
      ingestion("tuesday", { query: day(name("days"), "2024-01-02", "2024-01-03", two) }, "{ dependsOn: [monday] }"),
  );
  for (const what of ["files", "inserts", "days"]) {
    expect({ what, rows: await world.count(name(what)) }).toEqual({ what, rows: 2 * ROWS });
  }
});

test("a union of tables loads all of their rows since Druid 28, and is refused before", async () => {
  const stack = world.stack();
  const [one, two] = sources(stack);
  const name = (what: string) => `${what}_${stack.name}`;
  const tables =
    ingestion("one", { query: load("REPLACE", name("one"), one) }) +
    ingestion("two", { query: load("REPLACE", name("two"), two) });
  await stack.must("up", tables);
  const columns = `SELECT __time, "n", "name" FROM`;
  const query = replace(name("united"), `${columns} "${name("one")}" UNION ALL ${columns} "${name("two")}"`);
  const target = name("united");
  if (version < 28) return isRefused(stack, target, query);
  await stack.must("up", tables + ingestion("united", { query }));
  expect(await world.count(target)).toBe(2 * ROWS);
});
