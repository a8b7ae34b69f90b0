import { describe, expect, test } from "@jest/globals";
import { awaitDropped, rowsOf } from "../../../../src/ingestion/segments/rows";
import { faults } from "../../../harness/fake";
import type { Recorded } from "../../../harness/virtual/session";
import { FOREVER, published, sqlOf } from "../published";

describe("rowsOf()", () => {
  const ask = (it: Recorded, rows: number | undefined = 10) => it.clock.run(rowsOf(it.session, "events", rows));

  test("that are there: one segment that the Broker knows is enough", async () => {
    const it = published();
    it.publish({ segments: 50, loadDelayMs: 0 });
    expect(await ask(it)).toBe("there");
    expect(it.fake.received.map(({ route }) => route)).toEqual(["sql", "segments"]);
    expect(it.fake.received[0]?.body).toMatch(/LIMIT 1"/);
  });

  test("that are gone: after two looks, a second apart, and a look at the rules", async () => {
    const it = published();
    const start = it.clock.now();
    expect(await ask(it)).toBe("gone");
    // Each time with the question whether the Coordinator may be late.
    expect(it.fake.received.map(({ route }) => route)).toEqual([
      "sql",
      "segments",
      "isLeader",
      "segments",
      "isLeader",
      "rules",
    ]);
    expect(it.clock.now() - start).toBe(1_000);
  });

  test.each([27, 37] as const)(
    "that were dropped just now are gone, whatever the Broker knows yet (%i)",
    async (version) => {
      const it = published({ version });
      it.publish({ loadDelayMs: 0 });
      await it.clock.advance(120_000);
      it.fake.warehouse.dropDelayMs = 120_000;
      it.fake.warehouse.markUnused("events");
      const start = it.clock.now();
      expect(await ask(it)).toBe("gone");
      expect(it.clock.now() - start).toBe(1_000);
    },
  );

  test("that a Coordinator may not have heard of are there", async () => {
    const it = published({ version: 37, nodes: { overlord: "other" } });
    await it.clock.advance(61_000);
    it.publish({ loadDelayMs: FOREVER });
    expect(await ask(it)).toBe("there");
    expect(it.fake.receivedOn("loadstatus")).toHaveLength(1);
  });

  test("that show again at the second look are there", async () => {
    const it = published();
    it.fake.in(500, () => it.publish());
    expect(await ask(it)).toBe("there");
  });

  test.each([
    ["the datasource's", "events", "dropBeforeByPeriod"],
    ["the default", "_default", "dropForever"],
  ])("that a drop rule (%s) may have taken are there, with a warning", async (_name, of, type) => {
    const it = published();
    it.fake.warehouse.rules.set(of, [{ type }]);
    expect(await ask(it)).toBe("there");
    expect(it.logged).toEqual([
      '"events" has no used segments; its drop rules or the default rules may have removed them',
    ]);
  });

  test.each([0, undefined])("nothing is asked where %s rows were published", async (rows) => {
    const it = published();
    expect(await it.clock.run(rowsOf(it.session, "events", rows))).toBe("there");
    expect(it.fake.received).toEqual([]);
  });

  test("whose segments are forbidden go by the load status", async () => {
    const it = published({ forbidden: ["segments"] });
    expect(await ask(it)).toBe("gone");
    it.publish();
    expect(await ask(it)).toBe("there");
  });

  test("of which nothing may be read are there, with a warning", async () => {
    const it = published({ forbidden: ["loadstatus", "segments"] });
    expect(await ask(it)).toBe("there");
    expect(it.logged).toEqual([
      'Cannot check whether the rows of "events" still exist: reading its load status is forbidden; grant DATASOURCE "events" READ',
    ]);
  });

  test("whose rules are forbidden are gone if they are gone", async () => {
    expect(await ask(published({ forbidden: ["rules"] }))).toBe("gone");
  });

  test("never go by the broker: with all historicals down they are there", async () => {
    const it = published();
    it.publish({ loadDelayMs: FOREVER });
    expect(await ask(it)).toBe("there");
  });
});

describe("awaitDropped()", () => {
  const drop = (it: Recorded) => {
    it.fake.warehouse.markUnused("events");
    return it.clock.run(awaitDropped(it.session, "events"));
  };

  test.each([
    [27, 300],
    [27, 58_000],
    [37, 300],
    [37, 58_000],
  ] as const)("on a Druid %i returns within a second of the Broker's %i ms", async (version, dropDelayMs) => {
    const it = published({ version });
    it.publish({ loadDelayMs: 0 });
    await it.clock.advance(5_000);
    it.fake.warehouse.dropDelayMs = dropDelayMs;
    const start = it.clock.now();
    await drop(it);
    expect(it.fake.warehouse.rowsAtBroker("events")).toBeUndefined();
    expect(it.clock.now() - start).toBeLessThan(dropDelayMs + 1_100);
    expect(it.fake.receivedOn("segments")).toEqual([]);
    expect(it.clock.asleep).toBe(0);
  });

  test("of what was not loaded yet waits until the Coordinator has heard of it", async () => {
    const it = published({ version: 37 });
    await it.clock.advance(10_000);
    it.publish({ loadDelayMs: FOREVER });
    await it.clock.advance(60_000);
    const start = it.clock.now();
    await drop(it);
    expect(it.clock.now() - start).toBeGreaterThan(49_000);
    expect(it.clock.now() - start).toBeLessThan(51_000);
  });

  test("goes by the table where sys.segments is forbidden", async () => {
    const it = published();
    it.publish({ loadDelayMs: 0 });
    it.fake.faults.add(faults.forbidden({ on: sqlOf(/sys\./), times: FOREVER }));
    it.fake.warehouse.dropDelayMs = 7_000;
    const start = it.clock.now();
    await drop(it);
    expect(it.clock.now() - start).toBeGreaterThanOrEqual(7_000);
    expect(it.clock.now() - start).toBeLessThan(8_100);
  });

  test("goes on through an outage", async () => {
    const it = published();
    it.publish({ loadDelayMs: 0 });
    it.fake.faults.add(faults.refuse({ times: 60 }));
    await drop(it);
    expect(it.fake.warehouse.rowsAtBroker("events")).toBeUndefined();
  });
});
