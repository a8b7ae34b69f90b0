import { describe, expect, test } from "@jest/globals";
import { DruidIngestionError } from "../../../../src/base/errors";
import { SegmentLoadStatus } from "../../../../src/druid/wire/task-schemas";
import { awaitLoaded, loadedNow, loadOfReport } from "../../../../src/ingestion/segments/segments";
import { faults } from "../../../harness/fake";
import { ALL_TIME } from "../../../harness/fake/warehouse";
import { sessionOver } from "../../../harness/virtual/session";
import { answering, FOREVER, load, published, sqlOf } from "../published";

describe("awaitLoaded()", () => {
  test("returns when the rows answer at the Broker", async () => {
    const it = published();
    it.publish({ segments: 4 });
    expect(await load(it, 10)).toMatchObject({ state: "SUCCESS", totalSegments: 4 });
    expect(it.fake.warehouse.rowsAtBroker("events")).toBe(10);
  });

  test("returns when every segment can be queried", async () => {
    const it = published();
    it.publish({ segments: 4 });
    const start = it.clock.now();
    expect(await load(it, 10)).toEqual({
      state: "SUCCESS",
      startTime: new Date(start).toISOString(),
      durationMs: it.clock.now() - start,
      totalSegments: 4,
      usedSegments: 4,
      onDemandSegments: 0,
      precachedSegments: 4,
      pendingSegments: 0,
      source: "probe",
    });
    expect(it.clock.now() - start).toBeGreaterThanOrEqual(5_000);
    expect(it.clock.now() - start).toBeLessThan(6_000);
    expect(it.fake.warehouse.rowsAtBroker("events")).toBe(10);
    expect(it.said[0]).toBe("waiting for segments: 0 of 4 can be queried");
    expect(it.clock.asleep).toBe(0);
  });

  test("a REPLACE whose old rows still answer is not there", async () => {
    const it = published();
    it.publish({ rows: 99, loadDelayMs: 0 });
    await it.clock.advance(1_000);
    it.publish({ what: "replace" });
    expect(it.fake.warehouse.rowsAtBroker("events")).toBe(99);
    const start = it.clock.now();
    expect(await load(it, 10)).toMatchObject({ totalSegments: 1 });
    expect(it.clock.now() - start).toBeGreaterThanOrEqual(5_000);
    expect(it.fake.warehouse.rowsAtBroker("events")).toBe(10);
  });

  test("an INSERT whose earlier rows answer is not there", async () => {
    const it = published();
    it.publish({ loadDelayMs: 0 });
    await it.clock.advance(1_000);
    it.publish();
    const start = it.clock.now();
    expect(await load(it, 10)).toMatchObject({ totalSegments: 2 });
    expect(it.clock.now() - start).toBeGreaterThanOrEqual(5_000);
  });

  test("of two INSERTs at once each waits for its own rows too", async () => {
    const it = published();
    it.publish({ loadDelayMs: 1_000 });
    it.publish({ loadDelayMs: 8_000 });
    const start = it.clock.now();
    expect(await load(it, 10)).toMatchObject({ totalSegments: 2 });
    expect(it.clock.now() - start).toBeGreaterThanOrEqual(8_000);
    expect(it.fake.warehouse.rowsAtBroker("events")).toBe(20);
  });

  test("what another publishes meanwhile is not waited for", async () => {
    const it = published();
    it.publish();
    it.fake.in(4_000, () => it.publish({ loadDelayMs: FOREVER }));
    const start = it.clock.now();
    expect(await load(it, 10)).toMatchObject({ totalSegments: 1 });
    expect(it.clock.now() - start).toBeLessThan(6_000);
  });

  test("hidden by another REPLACE before it was there, waits for that one's rows", async () => {
    const it = published();
    it.publish({ loadDelayMs: FOREVER });
    it.fake.in(2_000, () => it.publish({ what: "replace", rows: 7, loadDelayMs: 5_000 }));
    const start = it.clock.now();
    await load(it, 10);
    expect(it.fake.warehouse.rowsAtBroker("events")).toBe(7);
    expect(it.clock.now() - start).toBeLessThan(8_500);
  });

  test("what was dropped before it was there is not waited for alone", async () => {
    const it = published();
    it.publish({ loadDelayMs: FOREVER });
    it.fake.in(2_000, () => it.fake.warehouse.markUnused("events"));
    await expect(load(it, 10, 60_000)).rejects.toThrow(": the metadata has no used segment after 6");
  });

  test("of a large datasource each list is asked for once, and then what is missing alone", async () => {
    const it = published();
    it.publish({ segments: 12_000, rows: 12_000, loadDelayMs: 0 });
    await it.clock.advance(1_000);
    it.publish({ segments: 3, loadDelayMs: 800 });
    expect(await load(it, 10)).toMatchObject({ totalSegments: 12_003 });
    // The other one is of the time of what is missing, which in the fake is all of time.
    expect(it.fake.receivedOn("segments").map(({ query }) => "full" in query)).toEqual([false, true]);
    const lists = it.fake.received.filter(sqlOf(/sys\.segments/)).map(({ body }) => body?.includes(" IN ("));
    expect(lists).toEqual([false, true]);
    expect(it.fake.warehouse.rowsAtBroker("events")).toBe(12_010);
  });

  test("with several Brokers one look has to show all", async () => {
    const it = published();
    it.publish({ segments: 2, loadDelayMs: 0 });
    const shown = (partitionNumber: number) => {
      const [segment] = it.fake.warehouse.queryable("events");
      return [{ interval: ALL_TIME, version: segment?.version, partitionNumber, size: 1, locations: [] }];
    };
    const broker = (body: object[], times: number) =>
      it.fake.faults.add(
        faults.answers({ status: 200, headers: {}, body: JSON.stringify(body) }, { on: "candidates", times }),
      );
    // Neither knows both: first one, then the other one answers.
    broker([], 1);
    broker(shown(0), 1);
    broker(shown(1), 3);
    await load(it, 10);
    expect(it.fake.receivedOn("candidates")).toHaveLength(7);
  });

  test("what the broker cannot plan yet is not there", async () => {
    const it = published();
    it.publish({ loadDelayMs: 0 });
    it.fake.faults.add(answering(/LIMIT 1$/, 400, { errorMessage: "Object 'events' not found" }, 30));
    const start = it.clock.now();
    await load(it, 10);
    expect(it.fake.received.filter(sqlOf(/LIMIT 1$/))).toHaveLength(31);
    // It is a moment away: no reason to wait for long, or to look at the metadata again.
    expect(it.clock.now() - start).toBe(3_000);
    expect(it.fake.receivedOn("segments")).toHaveLength(1);
  });

  test("segments that load on demand need no loading (27 and later)", async () => {
    const it = published({ version: 31 });
    it.publish({ segments: 3, loadDelayMs: FOREVER });
    it.fake.warehouse.replicas = () => 0;
    const start = it.clock.now();
    expect(await load(it, 10)).toMatchObject({
      totalSegments: 3,
      onDemandSegments: 3,
      precachedSegments: 0,
      pendingSegments: 0,
    });
    expect(it.clock.now() - start).toBeLessThan(2_000);
  });

  test("knows nothing of loading on demand before 27", async () => {
    const it = published({ version: 26 });
    it.publish();
    expect(await load(it, 10)).toMatchObject({ onDemandSegments: 0, precachedSegments: 1 });
  });

  test("no segment is right where no row was written", async () => {
    const it = published();
    const start = it.clock.now();
    expect(await load(it, 0)).toMatchObject({ state: "SUCCESS", totalSegments: 0 });
    expect(it.clock.now()).toBe(start);
  });

  test("an empty REPLACE over rows waits until the old ones are hidden", async () => {
    const it = published();
    it.publish({ loadDelayMs: 0 });
    await it.clock.advance(1_000);
    it.publish({ what: "replace", rows: 0 });
    await load(it, 0);
  });

  test("after a REPLACE of no rows there may be no table: nothing is to answer", async () => {
    const it = published();
    it.publish({ loadDelayMs: 0 });
    await it.clock.advance(1_000);
    it.publish({ what: "replace", rows: 0, loadDelayMs: 2_000 });
    it.fake.faults.add(answering(/LIMIT 1$/, 400, { errorMessage: "Object 'events' not found" }));
    const start = it.clock.now();
    expect(await load(it, 0)).toMatchObject({ totalSegments: 1, pendingSegments: 0 });
    expect(it.clock.now() - start).toBeGreaterThanOrEqual(2_000);
    expect(it.clock.now() - start).toBeLessThan(3_000);
  });

  test("an INSERT after a REPLACE of no rows waits for its own rows alone", async () => {
    const it = published();
    it.publish({ loadDelayMs: 0 });
    it.publish({ what: "replace", rows: 0, loadDelayMs: 0 });
    await it.clock.advance(1_000);
    it.publish({ loadDelayMs: 4_000 });
    const start = it.clock.now();
    expect(await load(it, 10)).toMatchObject({ totalSegments: 2 });
    expect(it.clock.now() - start).toBeGreaterThanOrEqual(4_000);
    expect(it.clock.now() - start).toBeLessThan(5_000);
    expect(it.fake.warehouse.rowsAtBroker("events")).toBe(10);
  });

  test("no segment yet is waited for where rows were written", async () => {
    const it = published();
    it.fake.in(20_000, () => it.publish({ loadDelayMs: 0 }));
    expect(await load(it, 10)).toMatchObject({ totalSegments: 1 });
    expect(it.said[0]).toBe("waiting for segments: the metadata lists none yet");
  });

  test("without a report no segment is believed after 10 s", async () => {
    const it = published();
    const start = it.clock.now();
    expect(await load(it, undefined)).toMatchObject({ totalSegments: 0 });
    expect(it.clock.now() - start).toBeGreaterThanOrEqual(10_000);
    expect(it.clock.now() - start).toBeLessThan(12_000);
  });

  test("a drop rule that takes all is said, and waited for no longer", async () => {
    const it = published();
    it.fake.warehouse.rules.set("events", [{ type: "dropForever" }]);
    it.publish();
    expect(await load(it, 10)).toMatchObject({ state: "SUCCESS", totalSegments: 0 });
    expect(it.logged).toEqual(['A drop rule of "events" or of the default rules has removed the segments']);
  });

  test("with all historicals down ends at its limit, and says what it saw", async () => {
    const it = published();
    it.publish({ segments: 3, loadDelayMs: FOREVER });
    const start = it.clock.now();
    await expect(load(it, 10, 60_000)).rejects.toThrow(
      'Cannot finish the wait for segments of "events" on "http://router:8888": 3 of 3 segments cannot be queried after ' +
        "6",
    );
    expect(it.clock.now() - start).toBeLessThanOrEqual(62_000);
    expect(it.clock.asleep).toBe(0);
  });

  test("in an outage that goes on ends at its limit, and says so", async () => {
    const it = published();
    it.fake.faults.add(faults.refuse({ times: FOREVER }));
    await expect(load(it, 10, 60_000)).rejects.toThrow(
      /: the metadata has no used segment after \d+ s \(Druid does not answer: Cannot read the segments of "events" .* the connection was refused;.*\); the rows are published: /,
    );
    expect(it.said).toContain("waiting for segments: Druid does not answer, still trying");
  });

  test("asks for a table by its name, whatever it is", async () => {
    const it = sessionOver();
    const dataSource = `o'"dd name/é`;
    it.fake.warehouse.publish({
      ...{ what: "insert", dataSource, content: "c", rows: 1, taskId: "t", context: {}, segments: 1, loadDelayMs: 0 },
    });
    await it.clock.run(awaitLoaded(it.session, dataSource, { rows: 1, timeoutMs: 5_000 })).catch(() => undefined);
    const sent = it.fake.receivedOn("sql").map(({ json }) => (json as { query: string }).query);
    expect(sent).toContain(`SELECT 1 FROM "o'""dd name/é" LIMIT 1`);
  });

  test("ends at once when interrupted", async () => {
    const it = published();
    it.publish({ loadDelayMs: FOREVER });
    const start = it.clock.now();
    it.clock.sleep(30_000).then(
      () => it.stop.abort(new DruidIngestionError("interrupted", "stop")),
      () => undefined,
    );
    await expect(load(it, 10)).rejects.toThrow("stop");
    expect(it.clock.now() - start).toBe(30_000);
    expect(it.clock.asleep).toBe(0);
  });
});

describe("loadedNow()", () => {
  test.each([
    ["all loaded", 0, 10, true],
    ["still loading", 60_000, 10, false],
  ])("%s", async (_name, loadDelayMs, rows, expected) => {
    const it = published();
    it.publish({ loadDelayMs });
    await it.clock.advance(1_000);
    const found = await it.clock.run(loadedNow(it.session, "events", { rows }));
    expect(found !== undefined).toBe(expected);
  });

  test.each([
    [0, true],
    [10, false],
    [undefined, false],
  ])("no segment where %s rows were written", async (rows, expected) => {
    const it = sessionOver();
    expect((await it.clock.run(loadedNow(it.session, "events", { rows }))) !== undefined).toBe(expected);
  });
});

describe("loadOfReport()", () => {
  test("keeps Druid's keys (the unit of the duration in its name), and none that it does not tell", () => {
    const told = {
      state: "SUCCESS",
      startTime: "2024-01-01T00:00:00.000Z",
      duration: 5,
      totalSegments: 2,
      usedSegments: null,
    };
    expect(loadOfReport(SegmentLoadStatus.parse({ ...told, dataSource: "events" }))).toEqual({
      state: "SUCCESS",
      startTime: "2024-01-01T00:00:00.000Z",
      durationMs: 5,
      totalSegments: 2,
      source: "report",
    });
  });
});
