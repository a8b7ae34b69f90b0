/** Rows that go away, seem to, or are to go: what a refresh sees, what a drop takes, and what comes back. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { historicalsDown } from "../harness/pretences";
import { type Pretender, startPretender } from "../harness/pretender";
import { runsInto } from "./runs";
import { useWorld } from "./use-world";
import { csv, ingestion, load } from "./world";

const ROWS = 24;
const world = useWorld();
let pretender: Pretender;

beforeAll(async () => {
  pretender = await startPretender(world.url);
});
afterAll(() => pretender.stop());

test("a refresh tells gone rows from those that only seem to be", async () => {
  const stack = world.stack();
  const shared = `siblings_${stack.name}`;
  const ruled = `ruled_${stack.name}`;
  const source = world.files.text(`/drift-${stack.name}.csv`, csv(ROWS));
  const byDay = (target: string) => load("INSERT", target, source).replace("PARTITIONED BY ALL", "PARTITIONED BY DAY");
  const later = byDay(shared).replace('TIME_PARSE("t")', `TIME_PARSE("t") + INTERVAL '10' DAY`);
  const program = (url = pretender.url) =>
    ingestion("one", { query: byDay(shared), connection: { url } }) +
    ingestion("two", { query: later, connection: { url } }) +
    ingestion("ruled", { query: byDay(ruled), connection: { url } }) +
    ingestion("empty", {
      query: load("REPLACE", `empty_${stack.name}`, source, 'WHERE "n" < 0'),
      connection: { url },
    });
  const names = ["one", "two", "ruled", "empty"];
  const outputs = () => names.map((name) => stack.resource(name).outputs);
  const states = () => outputs().map(({ state }) => state);

  await stack.must("up", program());
  expect(await world.count(shared)).toBe(2 * ROWS);
  expect(stack.resource("empty").outputs).toMatchObject({ state: "SUCCESS", report: { rowsWritten: 0 } });

  const before = outputs();
  const undo = historicalsDown(pretender, shared);
  await stack.must("refresh", program());
  expect(outputs()).toEqual(before);
  await stack.must("up", program(), "--expect-no-changes");
  undo();

  await setRules(ruled, [{ type: "dropForever" }]);
  await drop(shared);
  await until(async () => !(await isLoaded(ruled)));
  const refreshed = await stack.must("refresh", program());
  await setRules(ruled, []);
  expect(states()).toEqual(["DATA_MISSING", "DATA_MISSING", "SUCCESS", "SUCCESS"]);
  expect(refreshed.output).toContain(
    `"${ruled}" has no used segments; its drop rules or the default rules may have removed them`,
  );
  expect(refreshed.output).toContain(`The rows of "${shared}" are gone: the next \`pulumi up\` loads them again`);
  await stack.must("up", program());
  expect(states()).toEqual(["SUCCESS", "SUCCESS", "SUCCESS", "SUCCESS"]);
  expect(await world.count(shared)).toBe(2 * ROWS);
  expect(await runsInto(world, ruled)).toHaveLength(1);

  // One sibling's rows alone: the datasource has segments, and whose they are nobody can say. The README says so.
  await markUnused(shared, "2024-01-01/2024-01-03");
  await until(async () => (await world.count(shared)) === ROWS);
  await stack.must("refresh", program());
  // What the rule took is gone for good, now that no rule is there to tell.
  expect(states()).toEqual(["SUCCESS", "SUCCESS", "DATA_MISSING", "SUCCESS"]);
  await stack.must("up", program(), "--replace", "**one");
  expect(await world.count(shared)).toBe(2 * ROWS);
  expect(await world.count(ruled)).toBe(ROWS);

  // The same cluster under another name.
  const runs = await runsInto(world, shared);
  const renamed = world.url.replace("127.0.0.1", "localhost");
  await stack.must("up", program(renamed));
  expect(outputs().map(({ url }) => url)).toEqual(names.map(() => renamed));
  expect(await runsInto(world, shared)).toEqual(runs);
  expect(await world.count(shared)).toBe(2 * ROWS);
});

test("--replace and another target run again: with keepData on top, with dropDatasource in place of what was there", async () => {
  const stack = world.stack();
  const source = world.files.text(`/replace-${stack.name}.csv`, csv(ROWS));
  const of = (name: string, moved: string, onDelete: string) =>
    ingestion(name, { query: load("INSERT", `${name}${moved}_${stack.name}`, source), onDelete });
  const program = (moved: string) =>
    of("keeps", "", "keepData") +
    of("drops", "", "dropDatasource") +
    of("goes", moved, "keepData") +
    of("goesDropping", moved, "dropDatasource");
  await stack.must("up", program(""));
  const up = await stack.must("up", program("Elsewhere"), "--replace", "**keeps", "--replace", "**drops");
  const rows = async (name: string) => world.count(`${name}_${stack.name}`);
  expect({
    keeps: await rows("keeps"),
    drops: await rows("drops"),
    goes: await rows("goes"),
    goesElsewhere: await rows("goesElsewhere"),
    goesDropping: await rows("goesDropping"),
    goesDroppingElsewhere: await rows("goesDroppingElsewhere"),
  }).toEqual({
    keeps: 2 * ROWS,
    drops: ROWS,
    goes: ROWS,
    goesElsewhere: ROWS,
    goesDropping: 0,
    goesDroppingElsewhere: ROWS,
  });
  expect(up.output).toContain(`Dropping "goesDropping_${stack.name}": all its segments are marked unused`);
});

test("siblings that all drop come back after a destroy; one that leaves alone takes nobody's rows", async () => {
  const stack = world.stack();
  const target = `dropped_${stack.name}`;
  const one = (from: number) =>
    ingestion(`sibling${from}`, {
      query: load("INSERT", target, world.files.text(`/sibling-${from}.csv`, csv(ROWS, from))),
      onDelete: "dropDatasource",
    });
  const program = one(0) + one(1_000);
  await stack.must("up", program);
  const keys = ["sibling0", "sibling1000"].map((name) => stack.resource(name).id);
  await stack.must("destroy", program);
  // It has waited until the broker answers with no segment any more.
  const available = `"datasource" = '${target}' AND "is_available" = 1`;
  expect(await world.sql(`SELECT "segment_id" FROM sys.segments WHERE ${available}`)).toEqual([]);
  for (const key of keys) {
    expect(await markOf(`query-${key}-2`)).toMatch(new RegExp(`^tombstone ${target} urn:pulumi:${stack.name}::`));
  }
  await stack.must("up", program);
  expect(await world.count(target)).toBe(2 * ROWS);

  const left = await stack.must("up", one(1_000));
  expect(left.output).toContain(`"${target}" is not dropped, since "sibling1000" also loads into it: its rows stay`);
  expect(await world.count(target)).toBe(2 * ROWS);
});

async function coordinator(path: string, method: string, body?: unknown): Promise<Response> {
  const response = await fetch(`${world.url}/druid/coordinator/v1${path}`, {
    method,
    headers: { "content-type": "application/json", accept: "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response;
}

const drop = (dataSource: string) => coordinator(`/datasources/${dataSource}`, "DELETE");
const markUnused = (dataSource: string, interval: string) =>
  coordinator(`/datasources/${dataSource}/markUnused`, "POST", { interval });
const setRules = (dataSource: string, rules: unknown[]) => coordinator(`/rules/${dataSource}`, "POST", rules);

async function isLoaded(dataSource: string): Promise<boolean> {
  const query = "forceMetadataRefresh=true&interval=2000-01-01/2100-01-01";
  const response = await coordinator(`/datasources/${dataSource}/loadstatus?${query}`, "GET");
  return response.status === 200 && (await response.text()).startsWith("{");
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((done) => setTimeout(done, 200));
}

/** What a mark says in its task's context. */
async function markOf(taskId: string): Promise<string> {
  const response = await fetch(`${world.url}/druid/indexer/v1/task/${taskId}`);
  const { payload } = (await response.json()) as { payload: { type: string; context: Record<string, string> } };
  expect(payload.type).toBe("noop");
  return payload.context.pulumiDruid ?? "";
}
