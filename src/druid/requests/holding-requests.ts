/**
 * Reads what a datasource holds in one request. The Broker itself counts the segments, so that even 600,000 of them
 * come back as a few rows. On system tables times are text, and few functions work: SUBSTRING and MIN of a text fail
 * (tested on 27 and 37), and so does ORDER BY in a part of a UNION ALL (27).
 */
import { z } from "zod";
import { isHttpError } from "../../base/errors";
import type { DruidClient, Holding, HoldingGroup } from "../client";
import { HoldingRows } from "../wire/cluster";
import type { Query } from "./query-requests";

/** The form of times in the years 0 to 9999. The ends of all of time are longer. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const IS_LONG = `CHAR_LENGTH("end") > 24`;

const aligned = (end: string) => `"start" LIKE '%${end}' AND "end" LIKE '%${end}'`;

const PERIOD = `CASE WHEN ${IS_LONG} THEN 'ALL' \
WHEN ${aligned("-01-01T00:00:00.000Z")} THEN 'YEAR' \
WHEN ${aligned("-01T00:00:00.000Z")} THEN 'MONTH' \
WHEN ${aligned("T00:00:00.000Z")} THEN 'DAY' \
WHEN ${aligned(":00:00.000Z")} THEN 'HOUR' ELSE 'MINUTE' END`;

/** False for tombstones, which have size 1: they hide older segments and have no rows. */
const HAS_ROWS = `CASE WHEN "size" > 1 THEN 1 ELSE 0 END`;
const IS_UNCOUNTED = `CASE WHEN "size" > 1 AND ("is_published" = 0 OR "num_rows" = 0) THEN 1 ELSE 0 END`;

type HoldingRequests = Pick<DruidClient, "holding" | "isReadable">;

export function holdingRequests(query: Query): HoldingRequests {
  return {
    async holding(dataSource, within, options) {
      const value = { type: "VARCHAR", value: dataSource };
      const request = { query: holdingQuery(within), parameters: [value, value] };
      return readHolding(await query(`count the segments of "${dataSource}" on`, request, options, HoldingRows));
    },

    async isReadable(dataSource, options) {
      const request = { query: `SELECT 1 FROM "${dataSource.replaceAll('"', '""')}" LIMIT 0` };
      try {
        await query(`look at "${dataSource}" on`, request, options, z.unknown());
        return true;
      } catch (error) {
        if (isHttpError(error) && error.status === 403) return false;
        if (isHttpError(error) && error.status === 400 && error.says(/not found/)) return undefined;
        throw error;
      }
    },
  };
}

function holdingQuery(within: readonly string[] | undefined): string {
  return `SELECT 'column' AS "what", "COLUMN_NAME" AS "name", "DATA_TYPE" AS "type", CAST(0 AS BIGINT) AS "segments", \
CAST(0 AS BIGINT) AS "rows", CAST(0 AS BIGINT) AS "bytes", CAST(0 AS BIGINT) AS "uncounted" \
FROM INFORMATION_SCHEMA.COLUMNS WHERE "TABLE_SCHEMA" = 'druid' AND "TABLE_NAME" = ? \
UNION ALL SELECT ${placeIn(within)} AS "what", ${PERIOD} AS "name", '' AS "type", SUM(${HAS_ROWS}) AS "segments", \
SUM("num_rows") AS "rows", SUM("size") AS "bytes", SUM(${IS_UNCOUNTED}) AS "uncounted" \
FROM sys.segments WHERE "datasource" = ? AND "is_overshadowed" = 0 AND "is_realtime" = 0 \
AND ("is_published" = 1 OR "is_available" = 1) GROUP BY 1, 2`;
}

/**
 * Compares times as text, which is correct in the years 0 to 9999. The only segments beyond are those of all of time.
 */
function placeIn(within: readonly string[] | undefined): string {
  if (within === undefined) return "'inside'";
  const ends = within.map((interval) => interval.split("/").map((time) => (TIME.test(time) ? time : undefined)));
  const inside = ends.map(([from, to]) =>
    all(from && `"start" >= '${from}'`, to && `"end" <= '${to}'`, to && `NOT ${IS_LONG}`),
  );
  const meets = ends.map(([from, to]) => all(to && `"start" < '${to}'`, from && `("end" > '${from}' OR ${IS_LONG})`));
  return `CASE WHEN ${any(inside)} THEN 'inside' WHEN ${any(meets)} THEN 'partly' ELSE 'outside' END`;
}

const all = (...conditions: (string | undefined)[]) => conditions.filter(Boolean).join(" AND ") || "1 = 1";
const any = (conditions: readonly string[]) => conditions.map((one) => `(${one})`).join(" OR ") || "1 = 0";

const PLACES: readonly string[] = ["inside", "partly", "outside"] satisfies HoldingGroup["place"][];

function readHolding(rows: z.infer<typeof HoldingRows>): Holding {
  return {
    columns: rows.filter(({ what }) => what === "column").map(({ name, type }) => ({ name, type })),
    groups: rows
      .filter(({ what }) => PLACES.includes(what))
      .map(({ what, name, segments, rows, bytes, uncounted }) => {
        return { place: what as HoldingGroup["place"], period: name, segments, rows, bytes, uncounted };
      }),
  };
}
