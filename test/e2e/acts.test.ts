/** What people do to ingestions beside running them, with INSERT on a real Druid: rows show every second load. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import type { TestStack } from "../harness/stack";
import { useWorld } from "./use-world";
import { csv, ingestion, load } from "./world";

const ROWS = 20;
const world = useWorld();

/** A source of its own for each content. */
const source = (stack: TestStack, content: string): string =>
  world.files.text(`/acts-${content}-${stack.name}.csv`, csv(ROWS, content.charCodeAt(0) * 1_000));
const insert = (stack: TestStack, target: string, content: string): string =>
  load("INSERT", `${target}_${stack.name}`, source(stack, content));

async function byHand(query: string): Promise<string> {
  const response = await fetch(`${world.url}/druid/v2/sql/task`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  const { taskId } = (await response.json()) as { taskId: string };
  for (;;) {
    const answer = await fetch(`${world.url}/druid/indexer/v1/task/${taskId}/status`);
    const { status } = (await answer.json()) as { status: { statusCode: string } };
    if (status.statusCode !== "RUNNING") return taskId;
    await new Promise((done) => setTimeout(done, 100));
  }
}

const rowsOf = async (stack: TestStack, ...targets: string[]) =>
  Object.fromEntries(
    await Promise.all(targets.map(async (target) => [target, await world.count(`${target}_${stack.name}`)] as const)),
  );

/** The stack's state is gone, as where a backend was lost; only the local engine keeps it in a file that we know. */
const stateFile = (stack: TestStack): string => join(stack.folder, ".state", `${stack.name}.json`);
const usesCli = process.env.ENGINE === "pulumi";
const onOurEngine = usesCli ? test.skip : test;

test("an adoptTaskId that comes later is taken: new content, another datasource, after a failure, after a destroy", async () => {
  const stack = world.stack();
  const program = (more: Record<string, object>, content = "A") =>
    ["update", "failed", "again"]
      .map((name) => ingestion(name, { query: insert(stack, name, content), ...more[name] }))
      .join("") + ingestion("moved", { query: insert(stack, content === "A" ? "here" : "there", "A"), ...more.moved });
  const bad = world.files.text(`/acts-A-${stack.name}.csv`, "t,n,name\nnever,1,x\n");
  expect(
    (await stack.run("up", ingestion("failed", { query: load("INSERT", `failed_${stack.name}`, bad) }))).exit,
  ).not.toBe(0);
  await stack.must("up", program({}));
  await stack.must("destroy", program({}), "--target", stack.resource("again").urn);
  const adopts: Record<string, object> = {};
  for (const [name, target] of [
    ["update", "update"],
    ["failed", "failed"],
    ["again", "again"],
    ["moved", "there"],
  ]) {
    const content = name === "moved" ? "A" : "B";
    adopts[name ?? ""] = { adoptTaskId: await byHand(insert(stack, target ?? "", content)) };
  }
  await stack.must("up", program(adopts, "B"));
  expect(await rowsOf(stack, "update", "failed", "again", "here", "there")).toEqual({
    update: 2 * ROWS,
    failed: 2 * ROWS,
    again: 2 * ROWS,
    here: ROWS,
    there: ROWS,
  });
  for (const name of Object.keys(adopts)) {
    expect(stack.resource(name).outputs).toMatchObject({ state: "SUCCESS", adopted: true, ...adoptedOf(adopts[name]) });
  }
  await stack.must("up", program(adopts, "B"), "--expect-no-changes");
});

const adoptedOf = (more: object | undefined) => ({
  taskId: (more as { adoptTaskId?: string } | undefined)?.adoptTaskId,
});

onOurEngine(
  "what was adopted, renamed or moved with its stack is found again, destroyed or lost from state",
  async () => {
    const stack = world.stack();
    const adoptTaskId = await byHand(insert(stack, "adopted", "A"));
    const program = (name: string, more: object = {}, options = "{}") =>
      ingestion("adopted", { query: insert(stack, "adopted", "A"), ...more }) +
      ingestion(name, { query: insert(stack, "named", "A") }, options);
    await stack.must("up", program("before", { adoptTaskId }));
    const renamed = program("after", {}, '{ aliases: [{ name: "before" }] }');
    await stack.must("up", renamed);
    await stack.must("up", renamed, "--expect-no-changes");
    await stack.must("destroy", renamed);
    await stack.must("up", program("after"));
    expect(await rowsOf(stack, "adopted", "named")).toEqual({ adopted: ROWS, named: ROWS });

    rmSync(stateFile(stack));
    await stack.must("up", program("after"));
    expect(await rowsOf(stack, "adopted", "named")).toEqual({ adopted: ROWS, named: ROWS });
    expect(stack.resource("adopted").outputs).toMatchObject({ adopted: true, taskId: adoptTaskId });

    // What `pulumi stack rename` does to a state.
    const other = world.stack();
    const moved = readFileSync(stateFile(stack), "utf8").replaceAll(
      `urn:pulumi:${stack.name}::`,
      `urn:pulumi:${other.name}::`,
    );
    writeFileSync(stateFile(other), moved.replaceAll(`"${stack.name}"`, `"${other.name}"`));
    rmSync(stateFile(stack));
    await other.must("up", program("after"));
    await other.must("up", program("after"), "--expect-no-changes");
    await other.must("destroy", program("after"));
    await other.must("up", program("after"));
    expect(await rowsOf(stack, "adopted", "named")).toEqual({ adopted: ROWS, named: ROWS });

    // A new stack under the old name begins anew, and nothing of the renamed one is touched.
    const fresh = ingestion("after", { query: insert(stack, "fresh", "B") });
    await stack.must("up", fresh);
    expect(await rowsOf(stack, "named", "fresh")).toEqual({ named: ROWS, fresh: ROWS });
  },
);

test("a first create that was killed is found under the alias of its name", async () => {
  const stack = world.stack();
  const drip = world.files.drip(`/killed-${stack.name}.csv`);
  drip.write(csv(ROWS));
  const query = load("INSERT", `killed_${stack.name}`, drip.url);
  const run = stack.start("up", ingestion("before", { query }));
  await drip.readers();
  run.child.kill("SIGKILL");
  await run.ended;
  drip.end();
  await stack.must("up", ingestion("after", { query }, '{ aliases: [{ name: "before" }] }'));
  expect(await rowsOf(stack, "killed")).toEqual({ killed: ROWS });
});

test("A, then B, then A again, with destroys between, loads each once; so does a trigger that is taken out", async () => {
  const stack = world.stack();
  for (const content of ["A", "B", "A"]) {
    const program = ingestion("rows", { query: insert(stack, "rows", content) });
    await stack.must("up", program);
    await stack.must("destroy", program);
  }
  expect(await rowsOf(stack, "rows")).toEqual({ rows: 2 * ROWS });
  const query = insert(stack, "rows", "B");
  await stack.must("up", ingestion("rows", { query, triggers: ["once more"] }));
  const preview = await stack.must("preview", ingestion("rows", { query }));
  expect(preview.output).toContain(`Nothing will run: "rows_${stack.name}" already has these rows`);
  await stack.must("up", ingestion("rows", { query }));
  expect(await rowsOf(stack, "rows")).toEqual({ rows: 3 * ROWS });
});

test("a rename without an alias, a swap and a taken place are refused in preview, with the way, and nothing runs", async () => {
  const stack = world.stack();
  const drop = { onDelete: "dropDatasource" };
  const program = (one: string, two: string) =>
    ingestion("one", { query: insert(stack, one, "A"), ...drop }) +
    ingestion("two", { query: insert(stack, two, "B"), ...drop });
  await stack.must("up", program("left", "right"));
  const swap = await stack.run("preview", program("right", "left"));
  expect(swap.exit).not.toBe(0);
  expect(swap.output).toMatch(/moves away from ".*" and drops it, while ".*" loads into it.*do it in steps/);
  const renamed = await stack.run(
    "preview",
    program("left", "right").replaceAll('"one"', '"other"').replace("const one", "const other"),
  );
  expect(renamed.exit).not.toBe(0);
  expect(renamed.output).toContain('add the resource option aliases: [{ name: "one" }]');
  const inItsPlace = await stack.run("preview", ingestion("two", { query: insert(stack, "left", "A"), ...drop }));
  expect(inItsPlace.exit).not.toBe(0);
  expect(inItsPlace.output).toContain('"one" of this stack has already loaded exactly these rows');
  expect(await rowsOf(stack, "left", "right")).toEqual({ left: ROWS, right: ROWS });
});
