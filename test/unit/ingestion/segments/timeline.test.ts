import { describe, expect, test } from "@jest/globals";
import type { QueryablePart } from "../../../../src/druid/client";
import {
  lookupsOf,
  notOvershadowed,
  notQueryable,
  overlaps,
  type Segment,
  segmentOf,
} from "../../../../src/ingestion/segments/timeline";

const ALL = "-146136543-09-08T08:23:32.096Z_146140482-04-24T15:36:27.903Z";
const OLD = "2024-05-01T00:00:00.000Z";
const NEW = "2024-05-02T00:00:00.000Z";
const time = (day: number) => `2024-01-${String(day).padStart(2, "0")}T00:00:00.000Z`;

/** From one day of January 2024 to another. */
function segment(from: number, to: number, version = OLD, partition = 0): Segment {
  const found = segmentOf("t", `t_${time(from)}_${time(to)}_${version}${partition === 0 ? "" : `_${partition}`}`);
  if (found === undefined) throw new Error("No segment");
  return found;
}

const always = (version: string, partition = 0) =>
  segmentOf("t", `t_${ALL}_${version}${partition === 0 ? "" : `_${partition}`}`) as Segment;

const part = (from: number, to: number, version = OLD, ...partitions: number[]): QueryablePart => ({
  start: time(from),
  end: time(to),
  version,
  partitions: new Set(partitions.length === 0 ? [0] : partitions),
});

describe("segmentOf()", () => {
  test.each([
    ["t", `t_${time(1)}_${time(2)}_${OLD}`, { start: time(1), end: time(2), version: OLD, partition: 0 }],
    ["t", `t_${time(1)}_${time(2)}_${OLD}_12`, { version: OLD, partition: 12 }],
    ["a_b_1", `a_b_1_${ALL}_${OLD}_3`, { start: ALL.split("_")[0], version: OLD, partition: 3 }],
    ["o'\"dd name/é", `o'"dd name/é_${ALL}_${OLD}`, { version: OLD, partition: 0 }],
    ["t", `t_${time(1)}_${time(2)}_my_version_4`, { version: "my_version", partition: 4 }],
  ])("of %s reads %s", (dataSource, id, expected) => {
    expect(segmentOf(dataSource, id)).toMatchObject({ id, ...expected });
  });

  test("is undefined of what is none of the datasource's", () => {
    expect(segmentOf("t", `other_${time(1)}_${time(2)}_${OLD}`)).toBeUndefined();
    expect(segmentOf("t", "t_x")).toBeUndefined();
  });
});

describe("notOvershadowed()", () => {
  test.each<[string, Segment[], Segment[]]>([
    ["partitions of one version stand side by side", [segment(1, 2), segment(1, 2, OLD, 1)], []],
    ["a newer version hides the same time", [segment(1, 2, NEW)], [segment(1, 2), segment(1, 2, OLD, 1)]],
    ["and what lies within it", [segment(1, 9, NEW)], [segment(2, 3), segment(4, 5)]],
    ["but not what reaches beyond it", [segment(1, 3, NEW), segment(2, 4)], []],
    ["two that touch hide what lies across them", [segment(1, 3, NEW), segment(3, 5, NEW)], [segment(2, 4)]],
    ["two with a gap do not", [segment(1, 3, NEW), segment(4, 6, NEW), segment(2, 5)], []],
    ["all of time hides days", [always(NEW)], [segment(1, 2), segment(8, 9)]],
    ["days do not hide all of time", [segment(1, 2, NEW), always(OLD), always(OLD, 1)], []],
    ["three versions", [segment(1, 2, "3"), segment(2, 3, "2")], [segment(1, 2, "2"), segment(1, 3, "1")]],
  ])("%s", (_name, visible, hidden) => {
    const found = notOvershadowed([...hidden, ...visible]).map(({ id }) => id);
    expect(found.sort()).toEqual(visible.map(({ id }) => id).sort());
  });

  test("comes to an end with a large datasource too", () => {
    const all = Array.from({ length: 100_000 }, (_, index) => {
      const start = new Date(Date.UTC(1990, 0, 1) + (index >> 1) * 3_600_000).toISOString();
      const end = new Date(Date.UTC(1990, 0, 1) + ((index >> 1) + 1) * 3_600_000).toISOString();
      // Each hour has a version of its own, and every second segment is hidden by the next.
      const version = new Date(Date.UTC(2024, 0, 1) + ((index * 7_919) % 100_000) * 2 + (index & 1)).toISOString();
      return { id: `${index}`, start, end, version, partition: 0 };
    });
    expect(notOvershadowed(all)).toHaveLength(50_000);
  });
});

describe("notQueryable()", () => {
  test.each<[string, Segment, QueryablePart[], boolean]>([
    ["nothing there", segment(1, 2), [], false],
    ["itself", segment(1, 2), [part(1, 2)], true],
    ["another partition of it", segment(1, 2, OLD, 1), [part(1, 2, OLD, 0)], false],
    ["its partition among others", segment(1, 2, OLD, 1), [part(1, 2, OLD, 0, 1, 2)], true],
    ["an older one", segment(1, 2, NEW), [part(1, 2)], false],
    ["a newer one", segment(1, 2), [part(1, 2, NEW, 7)], true],
    ["newer ones for all of it", segment(1, 3), [part(1, 2, NEW), part(2, 3, NEW)], true],
    ["newer ones for a part of it", segment(1, 3), [part(2, 3, NEW)], false],
    ["a newer one in its middle", segment(1, 4), [part(1, 2), part(2, 3, NEW), part(3, 4)], true],
    ["a newer one in its middle, and the end missing", segment(1, 4), [part(1, 2), part(2, 3, NEW)], false],
    ["a newer one around it", segment(2, 3), [part(1, 9, NEW)], true],
    ["its neighbours", segment(2, 3), [part(1, 2), part(3, 4)], false],
  ])("%s", (_name, wanted, parts, isThere) => {
    // Druid's order is no promise.
    expect(notQueryable([wanted], [...parts].reverse())).toEqual(isThere ? [] : [wanted]);
  });

  const tombstone = (from: number, to: number, version = NEW) => ({ ...segment(from, to, version), isTombstone: true });

  test.each<[string, Segment, QueryablePart[], Segment[], boolean]>([
    ["a tombstone over nothing", tombstone(1, 3), [], [], true],
    ["a tombstone over what is older", tombstone(1, 3), [part(2, 3)], [], false],
    ["a tombstone beside what is older", tombstone(1, 3), [part(3, 4)], [], true],
    ["a tombstone over what is newer", tombstone(1, 3, OLD), [part(1, 2, NEW)], [], true],
    ["rows around a newer tombstone", segment(1, 4), [part(1, 2), part(3, 4)], [tombstone(2, 3)], true],
    ["rows around a gap", segment(1, 4), [part(1, 2), part(3, 4)], [], false],
    ["rows around an older tombstone", segment(1, 4, NEW), [part(1, 2, NEW)], [tombstone(2, 4, OLD)], false],
    ["rows below newer tombstones", segment(1, 4), [], [tombstone(1, 2), tombstone(2, 5)], true],
    ["rows below newer tombstones and an end missing", segment(1, 4), [], [tombstone(1, 2), tombstone(2, 3)], false],
  ])("%s", (_name, wanted, parts, tombstones, isThere) => {
    expect(notQueryable([wanted], parts, tombstones)).toEqual(isThere ? [] : [wanted]);
  });

  test("years of more than four digits, as of seconds that were taken for milliseconds, and years before the first", () => {
    const [early, later, before] = [
      "t_55000-03-01T00:00:00.000Z_55000-03-02T00:00:00.000Z_v",
      "t_55000-10-11T00:00:00.000Z_55000-10-12T00:00:00.000Z_v",
      "t_-0044-03-15T00:00:00.000Z_-0044-03-16T00:00:00.000Z_v",
    ].map((id) => segmentOf("t", id) as Segment) as [Segment, Segment, Segment];
    const { start, end, version } = early;
    const parts = [{ start, end, version, partitions: new Set([0]) }];
    expect(notQueryable([early, later, before], parts)).toEqual([later, before]);
    expect(lookupsOf([later, early, before])[0]).toHaveLength(3);
  });

  test("all of time", () => {
    const [start = "", end = ""] = ALL.split("_");
    const parts = [{ start, end, version: NEW, partitions: new Set([0]) }];
    expect(notQueryable([always(NEW), always(OLD), always(NEW, 1), segment(1, 2)], parts)).toEqual([always(NEW, 1)]);
  });
});

describe("lookupsOf()", () => {
  test("asks about what touches as one, and about the rest apart", () => {
    const segments = [segment(8, 9), segment(1, 2), segment(2, 3), segment(1, 2, OLD, 1), segment(1, 2, NEW)];
    expect(lookupsOf(segments)).toEqual([[`${time(1)}/${time(3)}`, `${time(8)}/${time(9)}`]]);
    expect(lookupsOf([segment(1, 2), always(NEW)])).toEqual([[ALL.replace("_", "/")]]);
    expect(lookupsOf([])).toEqual([]);
  });

  test("asks in several requests about many, that share no moment", () => {
    const hour = (index: number) => new Date(Date.UTC(2024, 0, 1) + index * 3_600_000).toISOString();
    const many = Array.from({ length: 9_000 }, (_, index) => {
      const [start, end] = [hour(index >> 1), hour((index >> 1) + 1)];
      return { id: `${index}`, start, end, version: OLD, partition: index & 1 };
    });
    const lookups = lookupsOf(many);
    expect(lookups).toHaveLength(5);
    expect(lookups.flat().join("/").split("/").slice(1, -1)).toEqual(
      lookups.slice(1).flatMap(([first = ""]) => [first.split("/")[0], first.split("/")[0]]),
    );
    const apart = many.filter((_, index) => index % 4 === 0);
    expect(lookupsOf(apart).every((intervals) => intervals.length <= 30)).toBe(true);
    expect(lookupsOf(apart).flat()).toHaveLength(2_250);
  });
});

test("overlaps()", () => {
  expect(overlaps(segment(1, 3), segment(2, 4))).toBe(true);
  expect(overlaps(segment(1, 2), segment(2, 3))).toBe(false);
  expect(overlaps(always(NEW), segment(1, 2))).toBe(true);
});
