/** Destroy, whatever the run does at that moment: nothing of it runs on, and what the user wants kept is kept. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { forgotten } from "../harness/pretences";
import { startPretender } from "../harness/pretender";
import { type HoldingProxy, startProxy } from "../harness/proxy";
import type { TestStack } from "../harness/stack";
import { useWorld } from "./use-world";
import { csv, csvRows, ingestion, load } from "./world";

const ROWS = 30;
const world = useWorld();
let proxy: HoldingProxy;

beforeAll(async () => {
  proxy = await startProxy(world.url);
});
afterAll(() => proxy.stop());

test("a running task is canceled and ended, and a Ctrl-C on the way forgets nothing", async () => {
  const stack = world.stack({ config: { "druid:url": proxy.url } });
  const target = `running_${stack.name}`;
  const drip = world.files.drip(`/delete-${stack.name}.csv`);
  drip.write(csv(ROWS));
  const query = load("INSERT", target, drip.url);
  const program = ingestion("running", { query, onDelete: "dropDatasource" });
  await leaveRunning(stack, program, () => drip.readers());
  const { id } = stack.resource("running");

  const early = proxy.hold({ method: "POST", path: /\/query-pulumi-running-[^/]+\/shutdown$/, when: "before" });
  const stopped = stack.start("destroy", program);
  await early.reached;
  stopped.child.kill("SIGINT");
  expect((await stopped.ended).output).toContain("the resource stays in the state: run the delete again");
  expect(stack.resource("running").outputs).toMatchObject({ state: "RUNNING", number: 1 });
  expect(await states(id)).toEqual([["query_controller", "RUNNING"]]);

  await stack.must("destroy", program);
  early.letGo();
  expect((await states(id))[0]).toEqual(["query_controller", "FAILED"]);
  // Nobody waits for the mark behind it, and just as a task ends Druid's list may lack it.
  while ((await states(id)).join("; ") !== "query_controller,FAILED; noop,SUCCESS") await pause();
  drip.end();
  expect(await world.count(target)).toBe(0);
  expect(ingestionsIn(stack)).toEqual([]);
});

test("the lost race: a task that ends well while its shutdown is on its way leaves its rows, or loses them as asked", async () => {
  const stack = world.stack({ config: { "druid:url": proxy.url } });
  const drip = world.files.drip(`/race-${stack.name}.csv`);
  drip.write("t,n,name\n");
  const names = ["racekeeps", "racedrops"];
  const target = (name: string) => `${name}_${stack.name}`;
  const program = names
    .map((name) => {
      const onDelete = name === "racedrops" ? "dropDatasource" : "keepData";
      return ingestion(name, { query: load("INSERT", target(name), drip.url), onDelete });
    })
    .join("");
  await leaveRunning(stack, program, () => drip.readers(2));
  const keys = names.map((name) => stack.resource(name).id);
  const holds = names.map((name) =>
    proxy.hold({ method: "POST", path: new RegExp(`/task/query-pulumi-${name}-[^/]+/shutdown$`), when: "before" }),
  );
  const destroy = stack.start("destroy", program);
  await Promise.all(holds.map(({ reached }) => reached));
  drip.write(csvRows(ROWS));
  drip.end();
  for (const key of keys) await ended(key);
  for (const { letGo } of holds) letGo();
  expect(await destroy.ended).toMatchObject({ exit: 0 });
  for (const key of keys) expect((await states(key))[0]).toEqual(["query_controller", "SUCCESS"]);
  await expect(rowsSoon(target("racekeeps"))).resolves.toBe(ROWS);
  expect(await world.count(target("racedrops"))).toBe(0);

  const again = await stack.must("up", program);
  expect(again.output).toContain(`"${target("racekeeps")}" is up to date`);
  for (const name of names) expect({ name, rows: await world.count(target(name)) }).toEqual({ name, rows: ROWS });
});

test("a Druid that is away is a clear error and keeps the state; a task that it has forgotten is fine", async () => {
  const away = await startPretender(world.url);
  const stack = world.stack({ config: { "druid:url": away.url } });
  const target = `away_${stack.name}`;
  const program = ingestion("away", { query: load("INSERT", target, world.files.text("/away.csv", csv(ROWS))) });
  await stack.must("up", program);
  const before = stack.resource("away");
  await away.stop();
  const failed = await stack.run("destroy", program);
  expect(failed.exit).not.toBe(0);
  expect(failed.output).toMatch(/Cannot .* "http:\/\/127\.0\.0\.1:\d+": the connection was refused/);
  expect(failed.output).toContain("the resource stays in the state: run the delete again");
  expect(stack.resource("away")).toEqual(before);

  const back = await startPretender(world.url, Number(new URL(away.url).port));
  try {
    forgotten(back, new RegExp(`${before.id}-1(?!\\d)`));
    await stack.must("destroy", program);
    expect(ingestionsIn(stack)).toEqual([]);
    expect(await world.count(target)).toBe(ROWS);
  } finally {
    await back.stop();
  }
});

async function leaveRunning(stack: TestStack, program: string, begun: () => Promise<void>): Promise<void> {
  const up = stack.start("up", program);
  await begun();
  up.child.kill("SIGINT");
  await up.ended;
}

const ingestionsIn = (stack: TestStack) => stack.resources().filter(({ urn }) => urn.includes("MsqIngestion"));

/** What the tasks of an ingestion are and came to, in the order of their numbers. */
async function states(key: string): Promise<[string, string][]> {
  const tasks = (await world.tasks(key)).filter(({ type }) => type !== "query_worker");
  return tasks.map(({ type, statusCode }) => [type, statusCode]);
}

async function ended(key: string): Promise<void> {
  while ((await states(key)).some(([, state]) => state === "RUNNING")) await pause();
}

async function rowsSoon(target: string): Promise<number> {
  for (const until = Date.now() + 120_000; Date.now() < until; await pause()) {
    if ((await world.count(target)) > 0) break;
  }
  return world.count(target);
}

const pause = () => new Promise((done) => setTimeout(done, 100));
