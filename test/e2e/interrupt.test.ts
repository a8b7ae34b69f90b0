/** Every way to stop an `up`, at every moment of a run: what is left, and that the next one goes on from there. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { descendantsOf } from "../harness/descendants";
import type { Drip } from "../harness/druid/files";
import { type HoldingProxy, startProxy } from "../harness/proxy";
import type { Running, TestStack } from "../harness/stack";
import { survivorsAfter } from "../harness/survivors";
import { runsInto } from "./runs";
import { useWorld } from "./use-world";
import { csv, csvRows, ingestion, load } from "./world";

const ROWS = 40;
const LEFT_AFTER_MS = 10_000;
const world = useWorld();
let proxy: HoldingProxy;

beforeAll(async () => {
  proxy = await startProxy(world.url);
});
afterAll(() => proxy.stop());

test("the first Ctrl-C returns at once at any moment of a run, and the next `pulumi up` goes on", async () => {
  const stack = world.stack({ config: { "druid:url": proxy.url } });
  const drip = dripOf(stack);
  const source = world.files.text(`/interrupt-${stack.name}.csv`, csv(ROWS));
  const name = (moment: string) => `${moment}_${stack.name}`;
  const program =
    ingestion("slow", { query: load("INSERT", name("slow"), drip.url) }) +
    ingestion("unanswered", { query: load("INSERT", name("unanswered"), source) }) +
    ingestion("loading", { query: load("INSERT", name("loading"), source) });
  const submitted = proxy.hold({ method: "POST", path: /\/sql\/task$/, body: /pulumi-unanswered/, when: "after" });
  const looked = proxy.hold({ method: "POST", path: /\/loading_[^/]*\/segments$/, when: "before" });

  const up = stack.start("up", program);
  await Promise.all([drip.readers(), submitted.reached, looked.reached]);
  const at = Date.now();
  up.child.kill("SIGINT");
  await Promise.all([up.says(/keeps running in Druid/), up.says(/continues to wait/), up.says(/checks what Druid/)]);
  const returnedMs = Date.now() - at;
  const ended = await up.ended;
  process.stdout.write(`first Ctrl-C to the last word: ${returnedMs} ms, to the end of up: ${Date.now() - at} ms\n`);
  // Without being heard it would return when the load ends. On an idle machine it takes a quarter of a second.
  expect(returnedMs).toBeLessThan(3_000);
  expect(ended.exit).not.toBe(0);
  const [slow, loading] = ["slow", "loading"].map((one) => stack.resource(one));
  expect(ended.output).toContain(
    `Pulumi was asked to stop (task "query-${slow?.id}-1" keeps running in Druid; the next \`pulumi up\` resumes it)`,
  );
  expect(ended.output).toContain(
    `(the rows of task "query-${loading?.id}-1" are published; the next \`pulumi up\` continues to wait for them)`,
  );
  expect(ended.output).toContain("(the next `pulumi up` checks what Druid has accepted, and loads nothing twice)");
  expect(slow?.outputs).toMatchObject({ state: "RUNNING", number: 1, published: [] });
  expect(loading?.outputs).toMatchObject({ state: "RUNNING", number: 1, published: [expect.stringMatching(/^v1:/)] });
  expect(stack.resource("unanswered").outputs).toMatchObject({ state: "STALE", number: 0, published: [] });
  expect(await statesOf(name("slow"))).toEqual(["RUNNING"]);

  submitted.letGo();
  looked.letGo();
  const next = stack.start("up", program);
  await next.says(/Joining task query-pulumi-slow-/);
  await next.says(/% · .*rows? .*reading 1/);
  finish(drip);
  expect((await next.ended).exit).toBe(0);
  for (const moment of ["slow", "unanswered", "loading"]) {
    expect({ moment, rows: await world.count(name(moment)) }).toEqual({ moment, rows: ROWS });
    expect(stack.resource(moment).outputs).toMatchObject({ state: "SUCCESS", taskId: expect.stringMatching(/-1$/) });
  }
});

test("however `pulumi up` ends, no process is left and the run is not lost: the next one joins it", async () => {
  const stack = world.stack();
  const drip = dripOf(stack);
  const target = `ends_${stack.name}`;
  const program = ingestion("ends", { query: load("INSERT", target, drip.url) });
  const ways: [name: string, end: (run: Running) => void | Promise<void>][] = [
    [
      "a second Ctrl-C",
      async ({ child }) => {
        child.kill("SIGINT");
        // Sooner it would count as the same key press.
        await new Promise((done) => setTimeout(done, 250));
        child.kill("SIGINT");
      },
    ],
    ["SIGTERM", ({ child }) => void child.kill("SIGTERM")],
    ["a closed terminal", ({ child }) => void child.kill("SIGHUP")],
    ["a killed engine", ({ child }) => void child.kill("SIGKILL")],
  ];
  for (const [index, [way, end]] of ways.entries()) {
    const run = stack.start("up", program);
    await (index === 0 ? drip.readers() : run.says(/Joining task/));
    const started = descendantsOf(run.child.pid ?? 0);
    // The program and the provider, at the least.
    expect(started.length).toBeGreaterThan(1);
    await end(run);
    const left = await survivorsAfter(started, LEFT_AFTER_MS);
    expect({ way, left, ok: (await run.ended).exit === 0 }).toEqual({ way, left: [], ok: false });
    expect({ way, tasks: await statesOf(target) }).toEqual({ way, tasks: ["RUNNING"] });
  }
  const last = stack.start("up", program);
  await last.says(/Joining task/);
  finish(drip);
  expect((await last.ended).exit).toBe(0);
  expect(await world.count(target)).toBe(ROWS);
  expect(stack.resource("ends").outputs).toMatchObject({ state: "SUCCESS", number: 1 });
  expect(await statesOf(target)).toEqual(["SUCCESS"]);
});

function dripOf(stack: TestStack): Drip {
  const drip = world.files.drip(`/interrupt-drip-${stack.name}.csv`);
  drip.write("t,n,name\n");
  return drip;
}

function finish(drip: Drip): void {
  drip.write(csvRows(ROWS));
  drip.end();
}

const statesOf = async (dataSource: string) => (await runsInto(world, dataSource)).map(({ statusCode }) => statusCode);
