import { describe, expect, test } from "@jest/globals";
import { DruidIngestionError } from "../../../src/base/errors";
import { SegmentLoadStatus } from "../../../src/druid/wire";
import { awaitLoaded, loadedNow, loadOfReport, rowsOf } from "../../../src/ingestion/segments";
import { type FakeDruidOptions, faults, type LedgerEntry } from "../../harness/fake";
import { type Recorded, sessionOver } from "../../simulation/session";

const FOREVER = Number.POSITIVE_INFINITY;

/** Publishes and looks at once, as after SUCCESS. */
function published(options: Partial<FakeDruidOptions> = {}): Recorded & { publish: Publish } {
  const recorded = sessionOver(options);
  const publish: Publish = ({ what = "insert", rows = 10, segments = 1, loadDelayMs = 5_000 } = {}) =>
    recorded.fake.warehouse.publish({
      ...{ what, dataSource: "events", content: "c", rows, taskId: "t", context: {}, segments, loadDelayMs },
    });
  return { ...recorded, publish };
}
type Publish = (more?: { what?: LedgerEntry["what"]; rows?: number; segments?: number; loadDelayMs?: number }) => void;

const load = ({ clock, session }: Recorded, rows: number | undefined, timeoutMs = 600_000) =>
  clock.run(awaitLoaded(session, "events", { rows, timeoutMs }));

describe("awaitLoaded()", () => {
  test("returns when every segment can be queried", async () => {
    const it = published();
    it.publish({ segments: 4 });
    const start = it.clock.now();
    expect(await load(it, 10)).toEqual({
      state: "SUCCESS",
      startTime: new Date(start).toISOString(),
      duration: it.clock.now() - start,
      totalSegments: 4,
      usedSegments: 4,
      onDemandSegments: 0,
      precachedSegments: 4,
      pendingSegments: 0,
      source: "probe",
    });
    expect(it.clock.now() - start).toBeGreaterThanOrEqual(5_000);
    expect(it.clock.now() - start).toBeLessThan(5_700);
    expect(it.fake.warehouse.rowsAtBroker("events")).toBe(10);
    expect(it.said[0]).toBe("loading segments: 0 of 4 can be queried");
  });

  test("a REPLACE whose old rows still answer is not there", async () => {
    const it = published();
    it.publish({ rows: 99, loadDelayMs: 0 });
    await it.clock.advance(1_000);
    it.publish({ what: "replace" });
    expect(it.fake.warehouse.rowsAtBroker("events")).toBe(99);
    const start = it.clock.now();
    await load(it, 10);
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

  test("what the historicals have is not there until the broker has it", async () => {
    const it = published();
    it.publish({ loadDelayMs: 0 });
    it.fake.warehouse.brokerLagMs = 0;
    const behind = faults.answers({ status: 200, headers: {}, body: "[]" }, { times: 6 });
    it.fake.faults.add({
      ...behind,
      on: ({ route, json }) => route === "sql" && /sys\.segments/.test(JSON.stringify(json)),
    });
    const start = it.clock.now();
    expect(await load(it, 10)).toMatchObject({ totalSegments: 1 });
    expect(it.clock.now() - start).toBeGreaterThan(500);
  });

  test("what the broker cannot plan yet is not there", async () => {
    const it = published();
    it.publish({ loadDelayMs: 0 });
    const missing = { status: 400, headers: {}, body: '{"errorMessage":"Object \'events\' not found"}' };
    it.fake.faults.add({
      ...faults.answers(missing, { times: 3 }),
      on: ({ route, json }) => route === "sql" && /LIMIT 1/.test(JSON.stringify(json)),
    });
    await load(it, 10);
    expect(it.fake.receivedOn("sql").length).toBeGreaterThanOrEqual(8);
  });

  test("asks for the lists only when the historicals are done", async () => {
    const it = published({ version: 26 });
    it.publish({ segments: 10, loadDelayMs: 60_000 });
    await load(it, 10);
    expect(it.fake.receivedOn("segments").length).toBeLessThanOrEqual(3);
    expect(it.fake.receivedOn("loadstatus").length).toBeLessThan(60);
    expect(it.said).toContain("loading segments: 0 of 10 can be queried");
  });

  test("segments that load on demand need no loading (28 and later)", async () => {
    const it = published({ version: 31 });
    it.publish({ segments: 3, loadDelayMs: FOREVER });
    it.fake.warehouse.replicas = () => 0;
    const start = it.clock.now();
    it.fake.faults.add(
      faults.answers(
        { status: 200, headers: {}, body: '[{"one":1}]' },
        {
          on: ({ route, json }) => route === "sql" && /LIMIT 1/.test(JSON.stringify(json)),
          times: FOREVER,
        },
      ),
    );
    expect(await load(it, 10)).toMatchObject({
      totalSegments: 3,
      onDemandSegments: 3,
      precachedSegments: 0,
      pendingSegments: 0,
    });
    expect(it.clock.now() - start).toBeLessThan(2_000);
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
    expect(it.fake.warehouse.rowsAtBroker("events")).toBe(0);
  });

  test("no segment yet is waited for where rows were written", async () => {
    const it = published();
    it.fake.in(20_000, () => it.publish({ loadDelayMs: 0 }));
    expect(await load(it, 10)).toMatchObject({ totalSegments: 1 });
    expect(it.said[0]).toBe("loading segments: the coordinator lists none yet");
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
    expect(it.logged).toEqual(['A drop rule of "events" or of the default rules has taken the segments away']);
  });

  test("with all historicals down ends at its limit, and says what it saw", async () => {
    const it = published();
    it.publish({ segments: 3, loadDelayMs: FOREVER });
    const start = it.clock.now();
    await expect(load(it, 10, 60_000)).rejects.toThrow(
      'Cannot finish the wait for segments of "events" on "http://router:8888": 3 of 3 segments cannot be queried after ' +
        "6",
    );
    expect(it.clock.now() - start).toBeLessThanOrEqual(65_000);
  });

  test("in an outage that goes on ends at its limit, and says so", async () => {
    const it = published();
    it.fake.faults.add(faults.refuse({ times: FOREVER }));
    await expect(load(it, 10, 60_000)).rejects.toThrow(
      /: the coordinator lists no used segment after \d+ s \(Druid does not answer: Cannot read the load status of "events" .* the connection was refused;.*\); the rows are published: /,
    );
    expect(it.said).toContain("loading segments: Druid does not answer, still trying");
  });

  test("goes by the broker alone where the coordinator's view is forbidden", async () => {
    const it = published({ forbidden: ["loadstatus", "segments"] });
    it.publish();
    const start = it.clock.now();
    expect(await load(it, 10)).toMatchObject({ totalSegments: 1 });
    expect(it.clock.now() - start).toBeGreaterThanOrEqual(5_000);
  });

  test("a broker that forbids reading the table does not hold the wait", async () => {
    const it = published();
    it.publish();
    it.fake.faults.add(
      faults.forbidden({
        on: ({ route, json }) => route === "sql" && /LIMIT 1/.test(JSON.stringify(json)),
        times: FOREVER,
      }),
    );
    expect(await load(it, 10)).toMatchObject({ totalSegments: 1 });
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
    const found = await it.clock.run(loadedNow(it.session, "events", rows));
    expect(found !== undefined).toBe(expected);
  });

  test.each([
    [0, true],
    [10, false],
    [undefined, false],
  ])("no segment where %s rows were written", async (rows, expected) => {
    const it = sessionOver();
    expect((await it.clock.run(loadedNow(it.session, "events", rows))) !== undefined).toBe(expected);
  });
});

describe("rowsOf()", () => {
  const ask = (it: Recorded, rows: number | undefined = 10) => it.clock.run(rowsOf(it.session, "events", rows));

  test("that are there: one look", async () => {
    const it = published();
    it.publish();
    expect(await ask(it)).toBe("there");
    expect(it.fake.received).toHaveLength(1);
  });

  test("that are gone: after two looks, a second apart, and a look at the rules", async () => {
    const it = published();
    expect(await ask(it)).toBe("gone");
    expect(it.fake.received.map(({ route }) => route)).toEqual(["loadstatus", "loadstatus", "rules"]);
    const [first, second] = it.fake.received;
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBe(1_000);
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
      '"events" has no segment in use; a drop rule of it or of the default rules may have taken them',
    ]);
  });

  test.each([0, undefined])("nothing is asked where %s rows were published", async (rows) => {
    const it = published();
    expect(await it.clock.run(rowsOf(it.session, "events", rows))).toBe("there");
    expect(it.fake.received).toEqual([]);
  });

  test("whose load status is forbidden are there, with a warning", async () => {
    const it = published({ forbidden: ["loadstatus"] });
    expect(await ask(it)).toBe("there");
    expect(it.logged).toEqual([
      'Cannot see whether the rows of "events" are still there: reading its load status is forbidden',
    ]);
  });

  test("whose rules are forbidden are gone if they are gone", async () => {
    expect(await ask(published({ forbidden: ["rules"] }))).toBe("gone");
  });

  test("never go by the broker: with all historicals down they are there", async () => {
    const it = published();
    it.publish({ loadDelayMs: FOREVER });
    expect(await ask(it)).toBe("there");
    expect(it.fake.receivedOn("sql")).toEqual([]);
  });
});

describe("loadOfReport()", () => {
  test("keeps Druid's keys, and none that it does not tell", () => {
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
      duration: 5,
      totalSegments: 2,
      source: "report",
    });
  });
});
