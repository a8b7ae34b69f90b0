/** A publish is never failed because the user may not look at it. */
import { describe, expect, test } from "@jest/globals";
import { faults } from "../../harness/fake";
import { answering, FOREVER, load, published, sqlOf } from "./published";

const PROVE =
  'Cannot verify that the new rows of "events" can be queried: reading its segments from the Coordinator is forbidden, so ' +
  'the Broker\'s list is used instead; grant DATASOURCE "events" WRITE';
const SEE =
  'Cannot check which rows of "events" can be queried: reading its segments from the Broker is forbidden (they are ' +
  'published and can be queried soon); grant DATASOURCE "events" READ';

describe("forbidden", () => {
  test("the Coordinator: goes by what the Broker lists, and says so once", async () => {
    const it = published({ forbidden: ["loadstatus", "segments", "rules"] });
    it.publish();
    const start = it.clock.now();
    expect(await load(it, 10)).toMatchObject({ totalSegments: 1 });
    expect(it.clock.now() - start).toBeGreaterThanOrEqual(5_000);
    expect(it.logged).toEqual([PROVE]);
  });

  test("the Coordinator, after a REPLACE of no rows", async () => {
    const it = published({ forbidden: ["loadstatus", "segments", "rules"] });
    it.publish({ loadDelayMs: 0 });
    await it.clock.advance(1_000);
    it.publish({ what: "replace", rows: 0 });
    await it.clock.advance(200);
    await load(it, 0);
    expect(it.fake.warehouse.rowsAtBroker("events")).toBe(0);
  });

  test("sys.segments, as from 37 on for some: does without", async () => {
    const it = published({ version: 37 });
    it.publish();
    it.fake.faults.add(faults.forbidden({ on: sqlOf(/sys\./), times: FOREVER }));
    const start = it.clock.now();
    const told = await load(it, 10);
    expect(told).toMatchObject({ state: "SUCCESS", totalSegments: 1 });
    expect("onDemandSegments" in told).toBe(false);
    expect(it.clock.now() - start).toBeGreaterThanOrEqual(5_000);
    expect(it.logged).toEqual([]);
  });

  test("the Broker's candidates: goes by sys.segments", async () => {
    const it = published({ forbidden: ["candidates"] });
    it.publish();
    const start = it.clock.now();
    expect(await load(it, 10)).toMatchObject({ totalSegments: 1 });
    expect(it.clock.now() - start).toBeGreaterThanOrEqual(5_000);
    expect(it.logged).toEqual([]);
  });

  test("both: the rows are published, and that has to do", async () => {
    const it = published({ forbidden: ["candidates"] });
    it.publish();
    it.fake.faults.add(faults.forbidden({ on: sqlOf(/sys\./), times: FOREVER }));
    it.fake.faults.add(answering(/LIMIT 1$/, 200, [{ one: 1 }]));
    expect(await load(it, 10)).toMatchObject({ totalSegments: 1 });
    expect(it.logged).toEqual([SEE]);
  });

  test("the table itself: does not hold the wait", async () => {
    const it = published();
    it.publish();
    it.fake.faults.add(faults.forbidden({ on: sqlOf(/LIMIT 1$/), times: FOREVER }));
    expect(await load(it, 10)).toMatchObject({ totalSegments: 1 });
  });
});
