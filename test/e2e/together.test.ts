/** Two engines at once on one datasource: no row twice, none lost, and nobody waits for ever. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type HoldingProxy, startProxy } from "../harness/proxy";
import { useWorld } from "./use-world";
import { csv, csvRows, ingestion, load } from "./world";

const ROWS = 25;
const world = useWorld();
let proxy: HoldingProxy;

beforeAll(async () => {
  proxy = await startProxy(world.url);
});
afterAll(() => proxy.stop());

test("two stacks insert into one datasource at the same time: the rows of both are there, once", async () => {
  const stacks = ["one", "two"].map(() => world.stack({ config: { "druid:url": proxy.url } }));
  const target = `shared_${stacks[0]?.name}`;
  const programs = stacks.map((_, index) =>
    ingestion("shared", {
      query: load("INSERT", target, world.files.text(`/shared-${index}.csv`, csv(ROWS, index * 1_000))),
    }),
  );
  // Neither has sent its task before both are about to.
  const submits = stacks.map(() =>
    proxy.hold({ method: "POST", path: /\/sql\/task$/, body: /pulumi-shared/, when: "before" }),
  );
  const runs = stacks.map((stack, index) => stack.must("up", programs[index] ?? ""));
  await Promise.race([Promise.all(submits.map(({ reached }) => reached)), Promise.all(runs)]);
  for (const { letGo } of submits) letGo();
  await Promise.all(runs);
  expect(await world.count(target, '"n" < 1000')).toBe(ROWS);
  expect(await world.count(target, '"n" >= 1000')).toBe(ROWS);
  for (const [index, stack] of stacks.entries()) {
    expect(stack.resource("shared").outputs).toMatchObject({ state: "SUCCESS", number: 1, adopted: false });
    await stack.must("up", programs[index] ?? "", "--expect-no-changes");
  }
});

test("an INSERT and a REPLACE of two stacks at the same time end, and what is there is what they say", async () => {
  const [appends, replaces] = [world.stack(), world.stack()];
  const target = `mixed_${appends.name}`;
  const drip = world.files.drip(`/mixed-${appends.name}.csv`);
  drip.write("t,n,name\n");
  const insert = ingestion("appends", { query: load("INSERT", target, world.files.text("/mixed.csv", csv(ROWS))) });
  const replace = ingestion("replaces", { query: load("REPLACE", target, drip.url) });
  // The REPLACE has its lock first, and holds it.
  const replacing = replaces.start("up", replace);
  await drip.readers();
  const appending = appends.start("up", insert);
  const first = await Promise.race([
    appending.ended,
    appending.says(/waiting for locks/).then(() => "waits" as const),
    appending.says(/reading \d/).then(() => "runs" as const),
  ]);
  drip.write(csvRows(ROWS, 1_000));
  drip.end();
  expect((await replacing.ended).exit).toBe(0);
  const appended = await appending.ended;
  process.stdout.write(
    `INSERT beside a REPLACE: ${typeof first === "string" ? first : "failed"}, exit ${appended.exit}\n`,
  );
  // Where Druid gives the INSERT no segment beside the other's lock, the next `pulumi up` brings its rows.
  if (appended.exit !== 0) {
    expect(appended.output).toMatch(/InsertCannotAllocateSegment|run `pulumi up` again/);
    expect(await world.count(target)).toBe(ROWS);
    await appends.must("up", insert);
  }
  expect(await world.count(target, '"n" >= 1000')).toBe(ROWS);
  expect(await world.count(target, '"n" < 1000')).toBe(ROWS);
  expect(appends.resource("appends").outputs).toMatchObject({ state: "SUCCESS" });
});

test("two engines with separate states of one stack load once between them, and a change of one ends well for both", async () => {
  const one = world.stack({ config: { "druid:url": proxy.url } });
  const two = world.stack({ config: { "druid:url": proxy.url }, name: one.name });
  const target = `twin_${one.name}`;
  const query = (from: number) => load("INSERT", target, world.files.text(`/twin-${from}.csv`, csv(ROWS, from)));
  const program = ingestion("twin", { query: query(0) });
  const submit = proxy.hold({ method: "POST", path: /\/sql\/task$/, body: /pulumi-twin/, when: "before" });
  const late = one.start("up", program);
  await submit.reached;
  await two.must("up", program);
  submit.letGo();
  expect(await late.ended).toMatchObject({ exit: 0 });
  expect(await world.count(target)).toBe(ROWS);
  for (const stack of [one, two]) expect(stack.resource("twin").outputs).toMatchObject({ state: "SUCCESS" });
  expect(one.resource("twin").outputs.taskId).toBe(two.resource("twin").outputs.taskId);

  // Both now want something else, and at once.
  const changes = [one, two].map((stack, index) =>
    stack.run("up", ingestion("twin", { query: query(1_000 * (index + 1)) })),
  );
  const ends = await Promise.all(changes);
  expect(ends.some(({ exit }) => exit === 0)).toBe(true);
  expect(await world.count(target, '"n" < 1000')).toBe(ROWS);
  for (const from of [1_000, 2_000]) {
    const rows = await world.count(target, `"n" >= ${from} AND "n" < ${from + 1_000}`);
    const ended = ends[from / 1_000 - 1];
    // Who was canceled for the other says so; it may have published just before.
    if (ended?.exit === 0) expect({ from, rows }).toEqual({ from, rows: ROWS });
    else
      expect({ rows: [0, ROWS], said: true }).toEqual({
        rows: expect.arrayContaining([rows]),
        said: /failed|cancel/i.test(ended?.output ?? ""),
      });
  }
  const left = (await world.tasks(one.resource("twin").id)).filter(({ statusCode }) => statusCode === "RUNNING");
  expect(left).toEqual([]);
});
