/**
 * Another cluster behind the same url or another one, a history that is gone, and servers that are down: one second
 * Druid.
 */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type RunningDruid, startDruid } from "../harness/druid/druid";
import { type Pretender, startPretender } from "../harness/pretender";
import type { TestStack } from "../harness/stack";
import { useWorld } from "./use-world";
import { csv, ingestion, load } from "./world";

const ROWS = 24;
const world = useWorld();
let pretender: Pretender;
let second: RunningDruid;
let stack: TestStack;
let first: { rebuilt: string; moved: string };

beforeAll(async () => {
  // Its Overlord keeps the history in memory: a restart loses it, as a cleaned database does.
  second = await startDruid({ properties: { "druid.indexer.storage.type": "local" } });
  pretender = await startPretender(world.url);
  stack = world.stack();
  first = { rebuilt: `rebuilt_${stack.name}`, moved: `moved_${stack.name}` };
});
afterAll(async () => {
  await pretender?.stop();
  await second?.stop();
});

const program = (movedUrl: string, more = "") => {
  const query = (target: string) => load("INSERT", target, world.files.text("/clusters.csv", csv(ROWS)));
  return (
    ingestion("rebuilt", { query: query(first.rebuilt), connection: { url: pretender.url } }) +
    ingestion("moved", {
      query: query(first.moved),
      connection: { url: movedUrl },
      ...(more && { triggers: [more] }),
    })
  );
};
const outputs = () => ["rebuilt", "moved"].map((name) => stack.resource(name).outputs);
const states = () => outputs().map(({ state }) => state);

test("a Druid rebuilt empty behind the same url is found by a refresh; an url of another cluster loads there at once", async () => {
  await stack.must("up", program(world.url));
  pretender.sendTo(second.url);
  // The same url and text: without a refresh nobody has asked.
  await stack.must("up", program(world.url), "--expect-no-changes");
  await stack.must("refresh", program(world.url));
  expect(states()).toEqual(["DATA_MISSING", "SUCCESS"]);
  const up = await stack.must("up", program(second.url));
  expect(up.output).toContain("This cluster has none of the recorded rows: loading them again here");
  expect(states()).toEqual(["SUCCESS", "SUCCESS"]);
  for (const target of Object.values(first)) {
    expect({ target, rows: await countAt(second.url, target) }).toEqual({ target, rows: ROWS });
    expect({ target, rows: await countAt(world.url, target) }).toEqual({ target, rows: ROWS });
  }
  // Back again: the rows are there, so nothing runs.
  await stack.must("up", program(world.url));
  await stack.must("up", program(second.url));
  for (const url of [world.url, second.url]) expect(await countAt(url, first.moved)).toBe(ROWS);
});

test("historicals that are down and a task history that is gone are no drift, and a change then runs once", async () => {
  const before = outputs();
  await second.stopService("historical");
  await stack.must("refresh", program(second.url));
  expect(outputs()).toEqual(before);
  await second.startService("historical");
  await second.stopService("coordinator");
  await second.startService("coordinator");
  expect((await fetch(`${second.url}/druid/indexer/v1/task/${before[1]?.taskId}/status`)).status).toBe(404);
  await stack.must("refresh", program(second.url));
  expect(outputs()).toEqual(before);
  await stack.must("up", program(second.url, "once more"));
  expect(states()).toEqual(["SUCCESS", "SUCCESS"]);
  expect(await countAt(second.url, first.rebuilt)).toBe(ROWS);
  expect(await countAt(second.url, first.moved)).toBe(2 * ROWS);
});

test("rows that a default drop rule has taken are a warning, not gone; a delete minds no forgotten task", async () => {
  const before = outputs();
  await setDefaultRules([{ type: "dropForever" }]);
  for (const target of Object.values(first)) await untilUnused(target);
  const refreshed = await stack.must("refresh", program(second.url, "once more"));
  for (const target of Object.values(first)) {
    expect(refreshed.output).toContain(
      `"${target}" has no used segments; its drop rules or the default rules may have removed them`,
    );
  }
  expect(outputs()).toEqual(before);
  await stack.must("destroy", program(second.url, "once more"));
  expect(stack.resources().filter(({ urn }) => urn.includes("MsqIngestion"))).toEqual([]);
});

async function countAt(url: string, target: string): Promise<number> {
  const response = await fetch(`${url}/druid/v2/sql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: `SELECT COUNT(*) AS "n" FROM "${target}"` }),
  });
  const body = (await response.json()) as { n: number }[];
  if (!response.ok) throw new Error(JSON.stringify(body));
  return body[0]?.n ?? 0;
}

async function setDefaultRules(rules: unknown[]): Promise<void> {
  const response = await fetch(`${second.url}/druid/coordinator/v1/rules/_default`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(rules),
  });
  if (!response.ok) throw new Error(await response.text());
}

async function untilUnused(target: string): Promise<void> {
  const query = "forceMetadataRefresh=true&interval=2000-01-01/2100-01-01";
  const path = `${second.url}/druid/coordinator/v1/datasources/${target}/loadstatus?${query}`;
  while ((await (await fetch(path)).text()).startsWith("{")) await new Promise((done) => setTimeout(done, 200));
}
