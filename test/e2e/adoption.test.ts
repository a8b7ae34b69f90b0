/** `adoptTaskId` with tasks that somebody has submitted by hand: those it takes, and those it refuses. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type HoldingProxy, startProxy } from "../harness/proxy";
import { runsInto } from "./runs";
import { useWorld } from "./use-world";
import { csv, csvRows, ingestion, load } from "./world";

const ROWS = 30;
const world = useWorld();
let proxy: HoldingProxy;

beforeAll(async () => {
  proxy = await startProxy(world.url);
});
afterAll(() => proxy.stop());

/** A task of nobody's making that we know: as a console or a script submits it. */
async function byHand(query: string): Promise<string> {
  const answer = (await post("/druid/v2/sql/task", { query })) as { taskId: string };
  return answer.taskId;
}

async function post(path: string, body: unknown): Promise<unknown> {
  const response = await fetch(`${world.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

async function ended(taskId: string): Promise<string> {
  for (;;) {
    const response = await fetch(`${world.url}/druid/indexer/v1/task/${taskId}/status`);
    const { status } = (await response.json()) as { status: { statusCode: string } };
    if (status.statusCode !== "RUNNING") return status.statusCode;
    await new Promise((done) => setTimeout(done, 100));
  }
}

test("takes a finished task with its report, joins a running one, and both are this resource's from then on", async () => {
  const stack = world.stack();
  const [done, slow] = [`done_${stack.name}`, `slow_${stack.name}`];
  const drip = world.files.drip(`/adopt-${stack.name}.csv`);
  drip.write("t,n,name\n");
  const queries = {
    done: load("INSERT", done, world.files.text(`/adopted-${stack.name}.csv`, csv(ROWS))),
    slow: load("INSERT", slow, drip.url),
  };
  const [doneTask, slowTask] = [await byHand(queries.done), await byHand(queries.slow)];
  expect(await ended(doneTask)).toBe("SUCCESS");
  const program = (adopts: boolean, done = queries.done) =>
    ingestion("done", { query: done, ...(adopts && { adoptTaskId: doneTask }) }) +
    ingestion("slow", { query: queries.slow, ...(adopts && { adoptTaskId: slowTask }) });

  const first = stack.start("up", program(true));
  await first.says(new RegExp(`Adopting task ${slowTask}, which is still running`));
  await first.says(/reading \d/);
  await first.says(/ done created /);
  first.child.kill("SIGINT");
  expect((await first.ended).output).toContain(
    `(task "${slowTask}" keeps running in Druid; the next \`pulumi up\` resumes it)`,
  );
  expect(stack.resource("slow").outputs).toMatchObject({
    state: "RUNNING",
    adopted: true,
    taskId: slowTask,
    number: 1,
  });
  expect(stack.resource("done").outputs).toMatchObject({
    state: "SUCCESS",
    adopted: true,
    taskId: doneTask,
    number: 1,
    report: { rowsRead: ROWS, rowsWritten: ROWS },
    segmentLoad: { state: "SUCCESS", pendingSegments: 0 },
    status: { createdTime: expect.any(String) },
  });

  // Nobody says any more which task it is: it is this resource's run all the same.
  const second = stack.start("up", program(false));
  await second.says(/reading \d/);
  drip.write(csvRows(ROWS));
  drip.end();
  expect(await second.ended).toMatchObject({ exit: 0 });
  expect(stack.resource("slow").outputs).toMatchObject({
    state: "SUCCESS",
    adopted: true,
    taskId: slowTask,
    report: { rowsWritten: ROWS },
  });
  expect(await runsInto(world, slow)).toEqual([]);
  await stack.must("up", program(false), "--expect-no-changes");

  const more = load("INSERT", done, world.files.text(`/more-${stack.name}.csv`, csv(ROWS, 1_000)));
  await stack.must("up", program(true, more));
  expect(stack.resource("done").outputs).toMatchObject({ state: "SUCCESS", adopted: false, number: 2 });
  expect(await world.count(done)).toBe(2 * ROWS);
  expect(await world.count(slow)).toBe(ROWS);
});

test("refuses what did not load these rows, each with its reason, and then keeps and submits nothing", async () => {
  const stack = world.stack({ config: { "druid:url": proxy.url } });
  const target = `refuse_${stack.name}`;
  const source = world.files.text(`/refuse-${stack.name}.csv`, csv(ROWS));
  const query = load("INSERT", target, source);
  const noop = `noop-${stack.name}`;
  await post("/druid/indexer/v1/task", { type: "noop", id: noop, dataSource: target, runTime: 1 });
  const { task: kill } = (await post("/druid/indexer/v1/task", {
    type: "kill",
    dataSource: target,
    interval: "2000-01-01/2001-01-01",
  })) as { task: string };
  const failed = await byHand(query.replace('TIME_PARSE("t")', 'TIME_PARSE("name")'));
  const elsewhere = await byHand(load("INSERT", `other_${stack.name}`, source));
  await Promise.all([noop, kill, failed, elsewhere].map(ended));
  const cases: [name: string, taskId: string, reason: string][] = [
    ["noop", noop, 'it is of type "noop", not a SQL task ("query_controller")'],
    ["kill", kill, 'it is of type "kill", not a SQL task ("query_controller")'],
    ["unknown", `query-nobody-${stack.name}`, "Druid does not know it"],
    ["failed", failed, "it failed before it published any rows; remove adoptTaskId to load them"],
    ["elsewhere", elsewhere, `it loads into "other_${stack.name}", the query into "${target}"`],
  ];
  const program = cases.map(([name, adoptTaskId]) => ingestion(name, { query, adoptTaskId })).join("");
  // The first error keeps the engine from beginning anything more: all of them are to have begun.
  const begun = cases.map(([name]) =>
    proxy.hold({ method: "POST", path: /\/taskStatus$/, body: new RegExp(`pulumi-${name}-`), when: "before" }),
  );
  const run = stack.start("up", program);
  await Promise.all(begun.map(({ reached }) => reached));
  for (const { letGo } of begun) letGo();
  const up = await run.ended;
  expect(up.exit).not.toBe(0);
  for (const [, taskId, reason] of cases) {
    expect(up.output).toContain(`Cannot adopt task "${taskId}" on "${proxy.url}": ${reason}`);
  }
  expect(stack.resources().filter(({ urn }) => urn.includes("MsqIngestion"))).toEqual([]);
  expect(await runsInto(world, target)).toEqual([]);
  expect(await world.count(target)).toBe(0);
});
