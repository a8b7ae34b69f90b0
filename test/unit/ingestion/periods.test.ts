/**
 * The wait on a Druid with periods of a minute, as most are. From 37 on the Coordinator looks at the metadata by its
 * own period alone, and what it knows after one of its looks may be older than a publish that was before the look's
 * end.
 */
import { describe, expect, test } from "@jest/globals";
import { loadedNow } from "../../../src/ingestion/segments/segments";
import type { FakeDruidOptions, NodesOptions } from "../../harness/fake";
import { load, published, sqlOf } from "./published";

const VERSIONS = [27, 37] as const;
const PERIOD_MS = 60_000;

/** Rows that answer, and then something published beside or over them, while the Coordinator reads the metadata. */
async function publishedWhileRead(
  options: Partial<FakeDruidOptions>,
  what: "insert" | "replace",
  nodes?: NodesOptions,
) {
  const it = published({ ...options, nodes: { readMs: 3_000, ...nodes } });
  it.publish({ rows: 99, loadDelayMs: 0 });
  await it.clock.advance(2 * PERIOD_MS + 1_000);
  it.publish({ what, rows: 10, loadDelayMs: 90_000 });
  return it;
}

describe.each(VERSIONS)("on a Druid %i", (version) => {
  test.each(["insert", "replace"] as const)(
    "a publish (%s) during the Coordinator's look is not missed",
    async (what) => {
      const it = await publishedWhileRead({ version }, what);
      const start = it.clock.now();
      expect(await load(it, 10)).toMatchObject({ totalSegments: what === "insert" ? 2 : 1 });
      expect(it.clock.now() - start).toBeGreaterThanOrEqual(90_000);
      expect(it.fake.warehouse.rowsAtBroker("events")).toBe(what === "insert" ? 109 : 10);
    },
  );

  test.each([0, 700, 5_000, 47_000, 58_000])(
    "rows that answer after %i ms are seen within a second",
    async (loadDelayMs) => {
      const it = published({ version });
      it.publish({ loadDelayMs });
      const start = it.clock.now();
      await load(it, 10);
      expect(it.clock.now() - start).toBeLessThanOrEqual(loadDelayMs + Math.min(1_000, 100 + loadDelayMs / 3));
    },
  );

  test("a minute costs few requests, and one list of the segments", async () => {
    const it = published({ version });
    it.publish({ segments: 100, rows: 1_000, loadDelayMs: 58_000 });
    await load(it, 1_000);
    const counts = new Map<string, number>();
    for (const { route } of it.fake.received) counts.set(route, (counts.get(route) ?? 0) + 1);
    // At first and at 1, 3, 9 and 27 s: whether and as what is still in use what is missing, and what is on demand.
    expect(counts.get("segments")).toBe(6);
    expect(counts.get("sql")).toBe(6);
    expect(counts.get("loadstatus")).toBe(1);
    expect(counts.get("candidates")).toBeLessThan(75);
    const bodies = it.fake.receivedOn("segments").map(({ body }) => body);
    expect(bodies[0]).toMatch(/^\["-146136543-/);
    expect(it.fake.received.filter(sqlOf(/sys\.segments/)).every(({ body }) => body?.includes(" IN ("))).toBe(true);
  });
});

describe("where the Coordinator may be late", () => {
  const other = { overlord: "other" } as const;

  test("its own next look is waited for, and another one: the first may have begun too early", async () => {
    const it = await publishedWhileRead({ version: 37 }, "insert", other);
    const start = it.clock.now();
    await load(it, 10);
    expect(it.clock.now() - start).toBeGreaterThanOrEqual(90_000);
    expect(it.fake.warehouse.rowsAtBroker("events")).toBe(109);
    expect(it.said).toContain("waiting for segments: the Coordinator has yet to refresh its metadata");
  });

  test("a refresh does not call it loaded", async () => {
    const it = await publishedWhileRead({ version: 37 }, "insert", other);
    expect(await it.clock.run(loadedNow(it.session, "events", { rows: 10 }))).toBeUndefined();
  });

  test.each([
    ["same", []],
    ["apart", []],
    ["other", ["isLeader"]],
  ] as const)("is not waited for where it is not, or does not tell (%s)", async (overlord, forbidden) => {
    const it = await publishedWhileRead({ version: 37, forbidden }, "insert", { overlord });
    await load(it, 10);
    expect(it.said.filter((line) => line.includes("next look"))).toEqual([]);
  });
});
