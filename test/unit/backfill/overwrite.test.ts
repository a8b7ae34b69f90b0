import { describe, expect, test } from "@jest/globals";
import { intervalsOf } from "../../../src/backfill/intervals";
import { faultOfQuery } from "../../../src/backfill/overwrite";
import { sql } from "../../../src/sql/tag";
import { known } from "../sql/known";

const [day] = intervalsOf({ from: "2024-01-01", to: "2024-01-02", every: "P1D", timeZone: "UTC" });
if (!day) throw new Error("no day");
const replace = (overwrite: string) => `REPLACE INTO "t" OVERWRITE ${overwrite} SELECT * FROM "s" PARTITIONED BY DAY`;

describe("faultOfQuery()", () => {
  test("accepts what sql.during writes", async () => {
    const query = sql`REPLACE INTO "t" OVERWRITE WHERE ${sql.during(day)} SELECT * FROM "s" PARTITIONED BY DAY`;
    expect(faultOfQuery(await known(query), day)).toBeUndefined();
  });

  test.each([
    "WHERE __time >= TIMESTAMP '2024-01-01 00:00:00' AND __time < TIMESTAMP '2024-01-02 00:00:00'",
    "WHERE (__time < TIMESTAMP '2024-01-02') and ((\"__time\" >= timestamp '2024-01-01'))",
    "WHERE __time >= TIMESTAMP '2024-01-01 00:00' AND -- the end\n __time < TIMESTAMP '2024-01-02 00:00:00.000'",
  ])("takes %s", (overwrite) => {
    expect(faultOfQuery(replace(overwrite), day)).toBeUndefined();
  });

  test.each([
    [replace("ALL"), "overwrites all rows"],
    ['INSERT INTO "t" SELECT * FROM "s" PARTITIONED BY DAY', "is of the kind INSERT"],
    ['SELECT * FROM "s"', "is of the kind SELECT"],
    [
      replace("WHERE __time >= TIMESTAMP '2024-01-01' AND __time < TIMESTAMP '2024-01-03'"),
      "overwrites another interval",
    ],
    [
      replace("WHERE __time >= TIMESTAMP '2023-01-01' AND __time < TIMESTAMP '2024-01-02'"),
      "overwrites another interval",
    ],
    [replace("WHERE __time >= TIMESTAMP '2024-01-01' AND __time <= TIMESTAMP '2024-01-02'"), "not a single interval"],
    [replace("WHERE __time > TIMESTAMP '2024-01-01' AND __time < TIMESTAMP '2024-01-02'"), "not a single interval"],
    [replace("WHERE __time >= TIMESTAMP '2024-01-01'"), "not a single interval"],
    [replace("WHERE __time >= TIMESTAMP '2024-01-01' OR __time < TIMESTAMP '2024-01-02'"), "not a single interval"],
    [replace("WHERE other >= TIMESTAMP '2024-01-01' AND __time < TIMESTAMP '2024-01-02'"), "not a single interval"],
    [
      replace(
        "WHERE (__time >= TIMESTAMP '2024-01-01' AND __time < TIMESTAMP '2024-01-02') OR (__time >= TIMESTAMP '2025-01-01' AND __time < TIMESTAMP '2025-01-02')",
      ),
      "not a single interval",
    ],
  ])("tells what is wrong with %s", (query, fault) => {
    expect(faultOfQuery(query, day)).toContain(fault);
  });

  test("tells that a plain template string has lost an output", () => {
    expect(faultOfQuery(`REPLACE INTO t OVERWRITE WHERE ${sql.during(day)} SELECT 1`, day)).toMatch(/write sql`…`/);
  });

  test("leaves a mistake in the SQL to the ingestion, which reports its position", () => {
    expect(faultOfQuery("REPLACE INTO t OVERWRITE WHERE '", day)).toBeUndefined();
  });
});
