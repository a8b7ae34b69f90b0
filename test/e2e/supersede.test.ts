/**
 * Content that changes while the last run still goes, and texts that are put back: what runs, and what rows are there.
 */
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { descendantsOf } from "../harness/descendants";
import type { Drip } from "../harness/druid/files";
import { stillRunning } from "../harness/pretences";
import { type Pretender, startPretender } from "../harness/pretender";
import type { Running, TestStack } from "../harness/stack";
import { survivorsAfter } from "../harness/survivors";
import { runsInto } from "./runs";
import { useWorld } from "./use-world";
import { csv, csvRows, ingestion, load, type Task } from "./world";

const A = 25;
const B = 7;
const world = useWorld();
let pretender: Pretender;

beforeAll(async () => {
  pretender = await startPretender(world.url);
});
afterAll(() => pretender.stop());

test("changed content first ends the run of the old one: no moment with both, and only the new rows", async () => {
  const stack = world.stack();
  const target = `changed_${stack.name}`;
  const drip = dripOf(stack, "old");
  const first = stack.start("up", ingestion("changed", { query: load("INSERT", target, drip.url) }));
  await drip.readers();
  first.child.kill("SIGINT");
  await first.ended;
  drip.write(csvRows(B));
  const source = world.files.text(`/supersede-${stack.name}.csv`, csv(A));
  const up = await stack.must("up", ingestion("changed", { query: load("INSERT", target, source) }));
  drip.end();
  expect(up.output).toContain("Canceling 1 running task(s) of this ingestion that are no longer wanted");
  const [old, fresh] = await runsInto(world, target);
  expect([old?.statusCode, fresh?.statusCode]).toEqual(["FAILED", "SUCCESS"]);
  expect(endOf(old)).toBeLessThanOrEqual(Date.parse(fresh?.createdTime ?? ""));
  expect(stack.resource("changed").outputs).toMatchObject({ state: "SUCCESS", number: 2 });
  expect(await world.count(target)).toBe(A);
});

/** One ingestion whose text goes A, B, and back to A. */
interface Life {
  name: string;
  /** Whether B's run ends before A is wanted again. */
  ends: boolean;
  /** Whether a refresh comes before. */
  refreshed?: boolean;
}

const RUNS: Life = { name: "runs", ends: false };
const ENDED: Life = { name: "ended", ends: true };
/** An INSERT whose run has published is in the target for good: it is not loaded again because it is wanted again. */
const wanted = ({ name, ends }: Life) => ({ name, A, B: ends ? B : 0 });

describe("a text that is put back", () => {
  test("after an interrupted update ends what it began, and loads nothing again that is there", async () => {
    const lives = [RUNS, ENDED, { name: "endedRefreshed", ends: true, refreshed: true }];
    const { stack, program, rows, end } = await livesTo("partial", lives, ({ child }) => void child.kill("SIGINT"));
    expect(lives.map(({ name }) => stack.resource(name).outputs)).toMatchObject([
      { state: "RUNNING", number: 2 },
      { state: "RUNNING", number: 2 },
      { state: "SUCCESS", number: 2, report: { rowsWritten: B } },
    ]);
    await stack.must("up", program("A"));
    expect(await rows()).toEqual(lives.map(wanted));
    expect(lives.map(({ name }) => stack.resource(name).outputs.number)).toEqual([3, 3, 3]);
    expect(await runStates(stack, "runs")).toEqual(["SUCCESS", "FAILED"]);
    await stack.must("up", program("A"), "--expect-no-changes");
    end();
  });

  test("after a killed update shows no difference until a refresh, which finds what the update has begun", async () => {
    const lives = [RUNS, ENDED];
    const { stack, program, rows, end } = await livesTo("killed", lives, ({ child }) => void child.kill("SIGKILL"));
    // What nobody can know without a refresh: the README says so, with the command.
    await stack.must("up", program("A"), "--expect-no-changes");
    expect(await rows()).toEqual([
      { name: "runs", A, B: 0 },
      { name: "ended", A, B },
    ]);
    expect(await runStates(stack, "runs")).toEqual(["SUCCESS", "RUNNING"]);
    await stack.must("refresh", program("A"));
    expect(lives.map(({ name }) => stack.resource(name).outputs.state)).toEqual(["STALE", "STALE"]);
    await stack.must("up", program("A"));
    expect(await rows()).toEqual(lives.map(wanted));
    expect(await runStates(stack, "runs")).toEqual(["SUCCESS", "FAILED"]);
    end();
  });
});

/** All lives up to the moment before A is wanted again. */
async function livesTo(kind: string, lives: Life[], stop: (run: Running) => void) {
  const stack = world.stack({ config: { "druid:url": pretender.url } });
  const target = (name: string) => `${kind}_${name}_${stack.name}`;
  const source = world.files.text(`/${kind}-${stack.name}.csv`, csv(A));
  const other = world.files.text(`/${kind}-other-${stack.name}.csv`, csv(B, 1_000));
  const drips = lives.filter(({ ends }) => !ends).map(({ name }) => ({ name, drip: dripOf(stack, `${kind}-${name}`) }));
  const program = (text: "A" | "B") =>
    lives
      .map(({ name }) => {
        const slow = drips.find((one) => one.name === name)?.drip.url ?? other;
        return ingestion(name, { query: load("INSERT", target(name), text === "A" ? source : slow) });
      })
      .join("");
  await stack.must("up", program("A"));

  const undo = stillRunning(pretender, /pulumi-ended\w*-\w{10}-2(?!\d)/);
  const run = stack.start("up", program("B"));
  await Promise.all(drips.map(({ drip }) => drip.readers()));
  for (const { name } of lives.filter(({ ends }) => ends)) await untilEnded(target(name));
  const started = descendantsOf(run.child.pid ?? 0);
  stop(run);
  await run.ended;
  undo();
  expect(await survivorsAfter(started, 10_000)).toEqual([]);
  const refreshed = lives
    .filter((life) => life.refreshed)
    .flatMap(({ name }) => ["--target", stack.resource(name).urn]);
  if (refreshed.length > 0) await stack.must("refresh", program("A"), ...refreshed);
  const rows = () =>
    Promise.all(
      lives.map(async ({ name }) => ({
        name,
        A: await world.count(target(name), `"n" < 1000`),
        B: await world.count(target(name), `"n" >= 1000`),
      })),
    );
  // A canceled worker keeps its slot for as long as its source stays open.
  const end = () => {
    for (const { drip } of drips) drip.end();
  };
  return { stack, program, rows, end };
}

async function untilEnded(target: string): Promise<void> {
  while ((await runsInto(world, target)).some(({ statusCode }) => statusCode === "RUNNING")) {
    await new Promise((done) => setTimeout(done, 100));
  }
  while ((await world.count(target)) < A + B) await new Promise((done) => setTimeout(done, 100));
}

function dripOf(stack: TestStack, name: string): Drip {
  const drip = world.files.drip(`/supersede-${stack.name}-${name}.csv`);
  drip.write("t,n,name\n");
  return drip;
}

const runStates = async (stack: TestStack, name: string) =>
  (await runsInto(world, String(stack.resource(name).outputs.dataSource))).map(({ statusCode }) => statusCode);

const endOf = (task: Task | undefined) => Date.parse(task?.createdTime ?? "") + (task?.duration ?? Number.NaN);
