/** What is told of rows that were loaded well and look wrong. */
import { describe, expect, test } from "@jest/globals";
import { type FakeDruid, faults } from "../../harness/fake";
import { json } from "../../harness/fake/exchange";
import { insert, replace, setUp } from "../../harness/virtual/setup";

const isLook = ({ json: body }: { json: unknown }) => JSON.stringify(body ?? "").includes('AS \\"c0\\"');
const looks = (fake: FakeDruid) => fake.receivedOn("sql").filter(isLook);
const DAY = 86_400_000;

function world(row: object, plan: object = {}) {
  const made = setUp();
  made.fake.plan({ columns: ["__time", "user", "added"], ...plan });
  made.fake.faults.add({ name: "counts", effect: "now", on: isLook, answer: json(200, [{ rows: 1_000, ...row }]) });
  return {
    ...made,
    up: async (query: string, options = {}) => {
      const { error, lines } = await made.stack.up({ query }, options);
      expect(error).toBeUndefined();
      return lines.filter(({ kind }) => kind === "warning").map(({ message }) => message);
    },
  };
}

describe("after a load", () => {
  test("a column that is null in every row is a warning", async () => {
    const { fake, up } = world({ c0: 0, c1: 7, from: DAY * 20_000, to: DAY * 20_001 });
    expect(await up(replace("A"))).toContain(
      '"user" is null in all 1000 rows of "events" that this run wrote: check that the source has such a column, with ' +
        "that name and with values of its type",
    );
    const [sql] = looks(fake).map(({ json: body }) => (body as { query: string }).query);
    expect(sql).toBe(
      'SELECT COUNT(*) AS "rows", COUNT("user") AS "c0", COUNT("added") AS "c1", TIMESTAMP_TO_MILLIS(MIN("__time")) AS "from", TIMESTAMP_TO_MILLIS(MAX("__time")) AS "to" FROM "events"',
    );
  });

  test("a column of JSON or sketches is not asked about: Druid 27 counts none of its values", async () => {
    const { fake, up } = world({ c0: 1, c1: 0 }, { columns: ["user", "added"], complex: ["added"] });
    expect((await up(replace("A"))).join()).not.toContain("null in");
    expect(looks(fake).map(({ json: body }) => (body as { query: string }).query)).toEqual([
      'SELECT COUNT(*) AS "rows", COUNT("user") AS "c0" FROM "events"',
    ]);
  });

  test("the warning about a secret query does not name columns", async () => {
    const { up } = world({ c0: 0, c1: 0 });
    const warnings = (await up(replace("A"), { secretQuery: true })).join();
    expect(warnings).toContain('2 of the columns are null in all 1000 rows of "events"');
    expect(warnings).not.toContain("user");
  });

  test("the times of a secret query's rows are not told", async () => {
    const { up } = world({ c0: 9, c1: 9, from: DAY, to: DAY * 20_001 });
    const warnings = (await up(replace("A"), { secretQuery: true })).join();
    expect(warnings).toContain('"__time" in "events": this run wrote rows outside 1990 to');
    expect(warnings).not.toContain("1970-01-02");
  });

  test.each([
    [DAY, DAY * 20_000, "1970-01-02"],
    [DAY * 20_000, DAY * 40_000, "2079-07-08"],
  ])("times from %d to %d are a warning", async (from, to, told) => {
    const { up } = world({ c0: 1, c1: 1, from, to });
    const warnings = (await up(replace("A"))).join();
    expect(warnings).toContain(told);
    expect(warnings).toContain("check the format and the unit of the source's time");
  });

  test("there is no warning if nothing looks wrong", async () => {
    const { fake, up } = world({ c0: 1, c1: 1, from: DAY * 20_000, to: DAY * 20_001 });
    expect((await up(replace("A"))).join()).not.toContain("check");
    expect(looks(fake)).toHaveLength(1);
  });

  test("nothing is asked about many rows, or about rows in time intervals with rows of others", async () => {
    const many = world({ c0: 0 }, { rows: 10_000_000 });
    await many.up(replace("A"));
    expect(looks(many.fake)).toEqual([]);
    const shared = world({ c0: 0 });
    await shared.up(insert("A"));
    await shared.up(insert("B"));
    expect(looks(shared.fake)).toHaveLength(1);
  });

  test("a Broker that never answers does not hold up `pulumi up`", async () => {
    const { clock, fake, up } = world({});
    fake.faults.clear();
    fake.faults.add(faults.hang({ on: isLook, times: 9 }));
    const start = clock.now();
    await up(replace("A"));
    expect(clock.now() - start).toBeLessThan(30_000);
  });

  test("a refused query fails nothing", async () => {
    const { fake, up } = world({});
    fake.faults.clear();
    fake.faults.add(faults.forbidden({ on: isLook }));
    await up(replace("A"));
  });
});
