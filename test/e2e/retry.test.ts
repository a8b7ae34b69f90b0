/** Stops a worker during a load on a real Druid: the load is repeated automatically, and its rows are there once. */
import { expect, test } from "@jest/globals";
import { loseWorker } from "./runs";
import { useWorld } from "./use-world";
import { csv, ingestion, load } from "./world";

const ROWS = 20;
const world = useWorld();

test("a run that has lost its worker is repeated under the next number, but not with retries: 0", async () => {
  const stack = world.stack();
  const drip = world.files.drip(`/retry-${stack.name}.csv`);
  drip.write(csv(ROWS));
  const table = `retry_${stack.name}`;
  const query = load("INSERT", table, drip.url);
  const neverTable = `never_${stack.name}`;
  const never = load("INSERT", neverTable, drip.url);
  const run = stack.start("up", ingestion("retried", { query }) + ingestion("unretried", { query: never, retries: 0 }));
  await drip.readers(2);
  for (const dataSource of [table, neverTable]) await loseWorker(world, dataSource);
  await run.says(
    /failed with (Canceled|WorkerFailed) and has certainly published nothing: running it again in 5 s \(retry 1 of 2\)/,
  );
  await drip.readers(3);
  drip.end();
  const { exit, output } = await run.ended;
  expect(exit).not.toBe(0);
  expect(output).toMatch(/pulumi-unretried-\w+-1" failed.*(Canceled|WorkerFailed)/);
  expect(stack.resource("retried").outputs).toMatchObject({ state: "SUCCESS", number: 2, rowsWritten: ROWS });
  expect(stack.resource("unretried").outputs).toMatchObject({ state: "FAILED", number: 1 });
  expect(await world.count(table)).toBe(ROWS);
  expect(await world.count(neverTable)).toBe(0);
});
