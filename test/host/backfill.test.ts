// A component of many ingestions on the SDK's own processes: none waits for another, and nothing new asks nothing.
import { describe, expect, test } from "@jest/globals";
import { diagnostics, inProject, operations, SDKS, stored } from "./project";

const days = (from: number, to: number, more = "") => `
  const { MsqBackfill, sql } = require("pulumi-druid");
  const day = (number) => new Date(Date.UTC(2024, 0, number));
  const backfill = new MsqBackfill("days", { from: day(${from}), to: day(${to}), every: "P1D", concurrency: 2, ${more}
    query: (day) => sql\`REPLACE INTO "t" OVERWRITE WHERE \${sql.during(day)} SELECT * FROM "raw" PARTITIONED BY DAY\` });
  exports.rows = backfill.rowsWritten;`;

describe.each(SDKS)("with SDK %s", (_version, sdk) => {
  test("a backfill loads its days, sends no request if nothing changed, and follows a moved span", () =>
    inProject(sdk, async ({ fake, run }) => {
      const up = await run("up", days(1, 6));
      expect(up).toMatchObject({ exit: 0 });
      expect(operations(up)).toHaveLength(5);
      expect(stored(up, "days-2024-01-03").inputs.__turns).toEqual({ name: "days", limit: 2 });
      const asked = fake.received.length;
      const same = await run("preview", days(1, 6, "connection: undefined,"));
      expect(diagnostics(same)).toBe("[]");
      expect(fake.received.length - asked).toBe(0);
      const moved = await run("up", days(2, 7, 'rerun: ["2024-01-03"],'));
      expect(
        operations(moved)
          .filter((one) => !one.startsWith("same"))
          .sort(),
      ).toEqual(["create days-2024-01-06", "delete days-2024-01-01", "update days-2024-01-03"]);
    }));

  test("a query for another interval ends the program with an error that says which, and what to write", () =>
    inProject(sdk, async ({ fake, run }) => {
      const wrong = days(1, 3).replace("sql.during(day)", 'sql.during("2024-01-01", "2024-01-02")');
      const up = await run("up", wrong);
      expect(up.exit).not.toBe(0);
      expect(diagnostics(up)).toContain(
        'MsqBackfill \\"days\\": the query of \\"2024-01-02\\" overwrites another interval',
      );
      expect(fake.contentsOf("t").length).toBeLessThan(2);
    }));
});
