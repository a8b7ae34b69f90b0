/** What a changed program does: each change runs what it has to, once. Counted by SQL. */
import { describe, expect, test } from "@jest/globals";
import { useWorld } from "./use-world";
import { csv, extern, ingestion, load } from "./world";

const world = useWorld();

describe("a changed program", () => {
  test("two resources insert into one datasource, and a changed query inserts once more", async () => {
    const stack = world.stack();
    const target = `two_${stack.name}`;
    const [one, two, three] = ["/one.csv", "/two.csv", "/three.csv"].map((path, index) =>
      world.files.text(path, csv(1_000, index * 1_000)),
    ) as [string, string, string];
    const program = (first: string) =>
      ingestion("one", { query: load("INSERT", target, first) }) +
      ingestion("two", { query: load("INSERT", target, two) });
    await stack.must("up", program(one));
    expect(await world.count(target)).toBe(2_000);
    const changed = await stack.must("up", program(three));
    expect(changed.output).toContain("INSERT appends");
    expect(await world.count(target)).toBe(3_000);
    expect(stack.resource("one").outputs.number).toBe(2);
    expect(stack.resource("two").outputs.number).toBe(1);
  });

  test("a changed target replaces the resource, a changed trigger runs it again, a comment runs nothing", async () => {
    const stack = world.stack();
    const [from, to] = [`from_${stack.name}`, `to_${stack.name}`];
    const source = world.files.text("/target.csv", csv(300));
    const query = load("INSERT", from, source);
    await stack.must("up", ingestion("moved", { query }));
    await stack.must("up", ingestion("moved", { query: `-- a comment\n${query}` }));
    expect(await world.count(from)).toBe(300);
    await stack.must("up", ingestion("moved", { query, triggers: [1] }));
    expect(await world.count(from)).toBe(600);
    await stack.must("up", ingestion("moved", { query: load("INSERT", to, source), triggers: [1] }));
    expect(await world.count(to)).toBe(300);
    expect(await world.count(from)).toBe(600);
    expect(stack.resource("moved").outputs.dataSource).toBe(to);
  });

  test("REPLACE OVERWRITE WHERE takes one day and leaves the rest; parameters reach the query", async () => {
    const stack = world.stack();
    const target = `where_${stack.name}`;
    const source = world.files.text("/where.csv", csv(48));
    const all = load("INSERT", target, source).replace("PARTITIONED BY ALL", "PARTITIONED BY DAY");
    const day = `REPLACE INTO "${target}"
      OVERWRITE WHERE __time >= TIMESTAMP '2024-01-02' AND __time < TIMESTAMP '2024-01-03'
      SELECT TIME_PARSE("t") AS __time, "n" + ? AS "n", ? AS "name" FROM ${extern(source)}
      WHERE TIME_PARSE("t") >= TIMESTAMP '2024-01-02' PARTITIONED BY DAY`;
    const program =
      ingestion("all", { query: all }) +
      ingestion("day", { query: day, parameters: [1_000, "it's"] }, "{ dependsOn: [all] }");
    await stack.must("up", program);
    expect(await world.count(target)).toBe(48);
    expect(await world.count(target, `"n" >= 1000 AND "name" = 'it''s'`)).toBe(24);
    expect(stack.resource("day").outputs.statement).toMatchObject({ overwrite: expect.stringMatching(/^WHERE /) });
  });

  test("an ingestion that reads another's datasource finds its rows", async () => {
    const stack = world.stack();
    const [raw, sums] = [`raw_${stack.name}`, `sums_${stack.name}`];
    const source = world.files.text("/chain.csv", csv(700));
    const query = `REPLACE INTO "${sums}" OVERWRITE ALL
      SELECT TIME_FLOOR(__time, 'P1M') AS __time, "name", COUNT(*) AS "n" FROM "${raw}" GROUP BY 1, 2 PARTITIONED BY ALL`;
    const program =
      ingestion("raw", { query: load("REPLACE", raw, source) }) + ingestion("sums", { query }, "{ dependsOn: [raw] }");
    const preview = await stack.must("preview", program);
    expect(preview.output).toContain("could not be checked yet");
    await stack.must("up", program);
    expect(await world.sql(`SELECT SUM("n") AS "sum", COUNT(*) AS "rows" FROM "${sums}"`)).toEqual([
      { sum: 700, rows: 7 },
    ]);
  });

  test("a resource that moves into a component, or is renamed by an alias, loads nothing again", async () => {
    const stack = world.stack();
    const target = `alias_${stack.name}`;
    const source = world.files.text("/alias.csv", csv(20));
    const query = load("INSERT", target, source);
    const args = JSON.stringify({ query });
    await stack.must("up", ingestion("old", { query }));
    const { id } = stack.resource("old");
    const program = `class Group extends pulumi.ComponentResource { constructor(name) { super("e2e:Group", name); } }
       const group = new Group("group");
       const fresh = new MsqIngestion("fresh", ${args}, { parent: group, aliases: [{ name: "old", parent: pulumi.rootStackResource }] });`;
    const other = ingestion("old", { query: load("INSERT", `${target}_other`, source) }, "{ dependsOn: [fresh] }");
    const taken = await stack.run("up", `${program}\n${other}`);
    expect(taken.exit).not.toBe(0);
    await stack.must("up", program);
    expect(await world.count(target)).toBe(20);
    expect(stack.resource("fresh")).toMatchObject({ id, outputs: { key: expect.stringMatching(/^pulumi-fresh-/) } });
    await stack.must("up", program, "--expect-no-changes");
    // The old name is free once the runs are noted under the new one.
    await stack.must("up", `${program}\n${other}`);
    expect([await world.count(target), await world.count(`${target}_other`)]).toEqual([20, 20]);
    expect((await world.tasks(id)).filter(({ type }) => type === "query_controller")).toHaveLength(2);
  });

  test("a SELECT gives its rows as an output", async () => {
    const stack = world.stack();
    const source = world.files.text("/select.csv", csv(5));
    const query = `SELECT "n", "name" FROM ${extern(source)} WHERE "n" < 2`;
    await stack.must("up", `${ingestion("rows", { query })}exports.rows = rows.results.apply(r => r.rows);`);
    expect(stack.outputs().rows).toEqual([
      { n: 0, name: "name-0" },
      { n: 1, name: "name-1" },
    ]);
  });

  test("--replace runs the ingestion again", async () => {
    const stack = world.stack();
    const target = `forced_${stack.name}`;
    const program = ingestion("forced", { query: load("INSERT", target, world.files.text("/forced.csv", csv(10))) });
    await stack.must("up", program);
    await stack.must("up", program, "--replace", "**forced");
    expect(await world.count(target)).toBe(20);
  });
});
