import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import * as pulumi from "@pulumi/pulumi";
import type { MockResourceArgs } from "@pulumi/pulumi/runtime";
import { MsqBackfill, type MsqBackfillArgs, sql } from "../../../src";
import { known } from "../sql/known";

const args: MsqBackfillArgs = {
  from: "2024-01-01",
  to: "2024-01-04",
  every: "P1D",
  query: (day) => sql`
    REPLACE INTO "t" OVERWRITE WHERE ${sql.during(day)}
    SELECT * FROM "s" WHERE ${sql.during(day)} PARTITIONED BY DAY`,
};

describe("MsqBackfill", () => {
  let registered: MockResourceArgs[] = [];
  const inputs = () =>
    Object.fromEntries(registered.filter(({ custom }) => custom).map((one) => [one.name, one.inputs]));

  beforeAll(() =>
    pulumi.runtime.setMocks(
      {
        newResource: (one) => {
          registered.push(one);
          const state = { ...one.inputs, state: "SUCCESS", taskId: `query-${one.name}`, rowsWritten: 5 };
          return { id: `id-${one.name}`, state };
        },
        call: () => ({}),
      },
      "shop",
      "dev",
      false,
      "acme",
    ),
  );
  beforeEach(() => {
    registered = [];
  });

  test("declares an ingestion for each interval, as its child and named after the interval", async () => {
    const backfill = new MsqBackfill(
      "load",
      { ...args, context: { maxNumTasks: 3 } },
      { customTimeouts: { create: "1h" } },
    );
    expect(await known(backfill.rowsWritten)).toBe(15);
    expect(Object.keys(inputs())).toEqual(["load-2024-01-01", "load-2024-01-02", "load-2024-01-03"]);
    expect(inputs()["load-2024-01-02"]).toMatchObject({
      query: expect.stringContaining("TIMESTAMP '2024-01-02 00:00:00'"),
      context: { maxNumTasks: 3 },
      __urn: "urn:pulumi:dev::shop::druid:index:MsqBackfill$pulumi-nodejs:dynamic/druid:MsqIngestion::load-2024-01-02",
      __timeouts: { create: "1h" },
    });
    expect(inputs()["load-2024-01-02"]).not.toHaveProperty("triggers");
    expect(inputs()["load-2024-01-02"]).not.toHaveProperty("__turns");
    expect(await known(backfill.intervals)).toMatchObject({
      "2024-01-01": {
        from: "2024-01-01T00:00:00Z",
        to: "2024-01-02T00:00:00Z",
        state: "SUCCESS",
        taskId: "query-load-2024-01-01",
        rowsWritten: 5,
      },
    });
    expect(await known(backfill.ingestions["2024-01-03"]?.taskId ?? pulumi.output(""))).toBe("query-load-2024-01-03");
  });

  test("passes on which intervals run again, and how many at the same time", async () => {
    const more = { concurrency: 2, rerun: ["2024-01-02", "2024-01-02"], triggers: ["v1"] };
    await known(new MsqBackfill("load", { ...args, ...more }).rowsWritten);
    expect(inputs()["load-2024-01-02"]).toMatchObject({ triggers: ["v1", { rerun: 2 }] });
    expect(inputs()["load-2024-01-03"]).toMatchObject({ triggers: ["v1"], __turns: { name: "load", limit: 2 } });
    await known(
      new MsqBackfill("other", { ...args, rerun: ["2024-01-01"], triggers: pulumi.output(["v2"]) }).rowsWritten,
    );
    expect(inputs()["other-2024-01-01"]).toMatchObject({ triggers: ["v2", { rerun: 1 }] });
  });

  test("a query that contains a secret stays a secret", async () => {
    const query: MsqBackfillArgs["query"] = (day) =>
      sql`REPLACE INTO "t" OVERWRITE WHERE ${sql.during(day)} SELECT ${pulumi.secret("x")} FROM "s" PARTITIONED BY DAY`;
    const backfill = new MsqBackfill("load", { ...args, query });
    await known(backfill.rowsWritten);
    expect(inputs()["load-2024-01-01"]).toMatchObject({ __secretQuery: true });
  });

  test.each<[object, RegExp]>([
    [{ every: "daily" }, /^Cannot declare MsqBackfill "load": "every" is not a period/],
    [{ query: "SELECT" }, /"query" is not a function/],
    [{ concurrency: 0 }, /"concurrency" is not a whole number above 0/],
    [{ onDelete: "dropDatasource" }, /"onDelete" would affect the rows of all intervals/],
    [{ context: { sqlTimeZone: "Europe/Zurich" } }, /sqlTimeZone, which would shift the limits/],
    [{ rerun: ["all"] }, /"rerun" has an entry/],
  ])("refuses %j", (more, reason) => {
    expect(() => new MsqBackfill("load", { ...args, ...more } as MsqBackfillArgs)).toThrow(reason);
  });
});
