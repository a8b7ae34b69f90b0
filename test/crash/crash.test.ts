/**
 * The crash matrix: the provider process, the engine, or both are killed with SIGKILL at a chosen request, then the
 * same command runs again. INSERT only, so that every load too many and every lost one shows in a count by SQL.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { csv, ingestion, load, startWorld, type World } from "../e2e/world";
import { type HoldingProxy, type HoldOptions, startProxy } from "../harness/proxy";
import type { Command, TestStack } from "../harness/stack";

const ROWS = 25;
type Kill = "provider" | "engine" | "both";
/** `npm test` kills both at each point, which is the hardest; `npm run test:crash` each of the three. */
const KILLS = (process.env.CRASH_KILLS ?? "both").split(",") as Kill[];

const SUBMIT = { method: "POST", path: /\/sql\/task$/ };
const MARK = { method: "POST", path: /\/indexer\/v1\/task$/ };
const BULK = { method: "POST", path: /\/taskStatus$/ };
const STATUS = { method: "GET", path: /\/task\/[^/]+\/status$/ };
const REPORT = { method: "GET", path: /\/task\/[^/]+\/reports$/ };
const LOADED = { method: "GET", path: /\/loadstatus/ };
const SQL = { method: "POST", path: /\/v2\/sql$/ };
const DROP = { method: "DELETE", path: /\/datasources\// };

interface Point {
  name: string;
  /** Commands that end well before the kill. */
  before?: Step[];
  /** The command that is killed. */
  step: Step;
  hold: HoldOptions;
  /** Run after the kill, in place of the same command again. */
  next?: Step[];
  /** Rows per datasource letter at the end. */
  rows: Partial<Record<Letter, number>>;
  /** The request reaches Druid only after the next command has ended. */
  late?: boolean;
}

type Letter = "a" | "b";
/** A command and the content that its program declares: the source's letter, then the target's. */
interface Step {
  command: Command;
  source: Letter;
  target?: Letter;
  onDelete?: "keepData" | "dropDatasource";
  words?: string[];
}

const up = (source: Letter, more: Partial<Step> = {}): Step => ({ command: "up", source, ...more });
const drop = { onDelete: "dropDatasource" } as const;

const POINTS: Point[] = [
  { name: "before the submit", step: up("a"), hold: { ...SUBMIT, when: "before" }, rows: { a: ROWS } },
  {
    name: "submit that arrives late",
    step: up("a"),
    hold: { ...SUBMIT, when: "before" },
    late: true,
    rows: { a: ROWS },
  },
  { name: "submit sent and unanswered", step: up("a"), hold: { ...SUBMIT, when: "after" }, rows: { a: ROWS } },
  {
    name: "submit answered and nothing returned",
    step: up("a"),
    hold: { ...STATUS, when: "before" },
    rows: { a: ROWS },
  },
  { name: "running", step: up("a"), hold: { ...STATUS, when: "after", nth: 2 }, rows: { a: ROWS } },
  { name: "ended, reading the report", step: up("a"), hold: { ...REPORT, when: "after" }, rows: { a: ROWS } },
  { name: "published and not loaded", step: up("a"), hold: { ...LOADED, when: "before" }, rows: { a: ROWS } },
  { name: "loading", step: up("a"), hold: { ...SQL, when: "after" }, rows: { a: ROWS } },
  {
    name: "update, submit unanswered",
    before: [up("a")],
    step: up("b"),
    hold: { ...SUBMIT, when: "after" },
    rows: { a: 2 * ROWS },
  },
  {
    name: "update, submit late, then another content",
    before: [up("a")],
    step: up("b"),
    hold: { ...SUBMIT, when: "before" },
    late: true,
    rows: { a: 2 * ROWS },
  },
  {
    name: "delete, before its mark",
    before: [up("a")],
    step: { command: "destroy", source: "a" },
    hold: { ...MARK, when: "before" },
    next: [{ command: "destroy", source: "a" }, up("a")],
    rows: { a: ROWS },
  },
  {
    name: "between drop and tombstone",
    before: [up("a", drop)],
    step: { command: "destroy", source: "a", ...drop },
    hold: { ...DROP, when: "after" },
    next: [{ command: "destroy", source: "a", ...drop }, up("a", drop)],
    rows: { a: ROWS },
  },
  {
    name: "tombstone unanswered",
    before: [up("a", drop)],
    step: { command: "destroy", source: "a", ...drop },
    hold: { ...MARK, when: "after" },
    next: [{ command: "destroy", source: "a", ...drop }, up("a", drop)],
    rows: { a: ROWS },
  },
  {
    name: "between delete and create of a replacement",
    before: [up("a")],
    step: up("a", { target: "b" }),
    hold: { ...BULK, when: "before", nth: 2 },
    rows: { a: ROWS, b: ROWS },
  },
  {
    name: "in a refresh",
    before: [up("a")],
    step: { command: "refresh", source: "a" },
    hold: { ...BULK, when: "after" },
    next: [up("a")],
    rows: { a: ROWS },
  },
];

const sum = { rounds: 0, expected: 0, found: 0 };
let world: World;

beforeAll(async () => {
  world = await startWorld();
}, 240_000);
afterAll(async () => {
  await world.stop();
  process.stdout.write(`crash matrix: ${sum.rounds} kills, ${sum.expected} rows expected, ${sum.found} found\n`);
});

describe("a kill", () => {
  const cases = POINTS.flatMap((point) => KILLS.map((kill) => ({ point, kill, name: `${point.name}, of ${kill}` })));

  test.each(cases)("$name", ({ point, kill }) => round(point, kill), 180_000);
});

async function round(point: Point, kill: Kill): Promise<void> {
  const proxy = await startProxy(world.url);
  try {
    const stack = world.stack({ config: { "druid:url": proxy.url } });
    for (const step of point.before ?? []) await must(stack, step);
    const letGo = await killAt(stack, proxy, point, kill);
    if (!point.late) letGo();
    for (const step of point.next ?? [point.step]) await must(stack, step);
    if (point.late) {
      letGo();
      await must(stack, (point.next ?? [point.step]).at(-1) ?? point.step);
    }
    await settle(stack, point);
  } finally {
    await proxy.stop();
  }
}

/** Runs the point's command until its request is held, and kills. The held request stays held until it is let go. */
async function killAt(stack: TestStack, proxy: HoldingProxy, point: Point, kill: Kill): Promise<() => void> {
  const log = join(stack.folder, "events.log");
  const { program, step } = { program: programOf(stack, point.step), step: point.step };
  const hold = proxy.hold(point.hold);
  const run = stack.start(step.command, program, "--json-log", log, ...(step.words ?? []));
  const reached = await Promise.race([hold.reached.then(() => true), run.ended.then(() => false)]);
  if (!reached) throw new Error(`It ended before ${point.name}:\n${(await run.ended).output}`);
  const provider = pidOf(log);
  if (kill !== "provider") run.child.kill("SIGKILL");
  if (kill !== "engine") process.kill(provider, "SIGKILL");
  await run.ended;
  await gone(provider);
  return hold.letGo;
}

function pidOf(log: string): number {
  const events = readFileSync(log, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const pids = events
    .filter((event) => event.type === "process" && event.what === "provider")
    .map((event) => event.pid);
  if (pids.length === 0) throw new Error("No provider process was started");
  return pids.at(-1);
}

/** An orphan ends by itself: nothing may be left 10 s after the kill. */
async function gone(pid: number): Promise<void> {
  for (const until = Date.now() + 10_000; ; ) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    if (Date.now() > until) throw new Error(`The provider process ${pid} outlives its engine`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

async function settle(stack: TestStack, point: Point): Promise<void> {
  const { id, outputs } = stack.resource("kill");
  expect(outputs.state).toBe("SUCCESS");
  expect((await world.tasks(id)).filter(({ statusCode }) => statusCode === "RUNNING")).toEqual([]);
  for (const [letter, rows] of Object.entries(point.rows)) {
    const found = await world.count(`${letter}_${stack.name}`);
    sum.rounds += 1;
    sum.expected += rows;
    sum.found += found;
    expect({ letter, rows: found }).toEqual({ letter, rows });
  }
}

async function must(stack: TestStack, step: Step): Promise<void> {
  await stack.must(step.command, programOf(stack, step), ...(step.words ?? []));
}

function programOf(stack: TestStack, { source, target = "a", onDelete = "keepData" }: Step): string {
  const uri = world.files.text(`/crash-${source}.csv`, csv(ROWS, source === "a" ? 0 : 1_000));
  return ingestion("kill", { query: load("INSERT", `${target}_${stack.name}`, uri), onDelete });
}
