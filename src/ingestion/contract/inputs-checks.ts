/**
 * The input `checks`: what must be true of the rows once they can be queried. Checks are not part of the content hash,
 * so that a changed check never loads anything.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "../../base/json";

const Count = z.number().int().nonnegative("must not be negative").nullish();
const Value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const Row = z.record(z.string(), z.unknown());
const Expected = z.union([Value, Row, z.array(Row)], {
  error: 'must be "no row", "a row", a value, a row ({ column: value }) or a list of rows',
});

export const Checks = z.strictObject({
  minRows: Count,
  maxRows: Count,
  maxWarnings: Count,
  notNull: z.array(z.string().min(1, "is empty; write the name of a column")).nullish(),
  sql: z
    .array(
      z.strictObject({
        name: z.string().min(1, "is empty"),
        query: z.string().min(1, "is empty"),
        expect: Expected.optional(),
      }),
    )
    .nullish(),
});

export type Checks = z.infer<typeof Checks>;
export type SqlCheck = NonNullable<Checks["sql"]>[number];

/** The two values of `expect` with a meaning of their own; any other is compared with the query's answer. */
export const NO_ROW = "no row";
export const A_ROW = "a row";

/** The name of a check for nulls, in messages and in the output `checks`. */
export const notNullName = (column: string): string => `notNull ${column}`;

const OF_RUN = ["minRows", "maxRows", "maxWarnings"] as const;

/** Whether any check needs the counts in the run's report. */
export const countsRows = (checks: Checks): boolean => OF_RUN.some((name) => typeof checks[name] === "number");

/** The names of all checks, in the order in which they run. */
export function checkNames(checks: Checks | undefined): string[] {
  const { notNull, sql } = checks ?? {};
  const ofRun = OF_RUN.filter((name) => typeof checks?.[name] === "number");
  return [...ofRun, ...(notNull ?? []).map(notNullName), ...(sql ?? []).map(({ name }) => name)];
}

/** Whether any check queries the rows, so that it has to wait until they can be queried. */
export const queriesRows = ({ notNull, sql }: Checks): boolean => Boolean(notNull?.length || sql?.length);

/** A hash that identifies these checks in state; undefined if there are none. */
export function checksHash(checks: unknown): string | undefined {
  const parsed = Checks.safeParse(checks);
  if (!parsed.success || checkNames(parsed.data).length === 0) return undefined;
  return `v1:${createHash("sha256").update(canonicalJson(parsed.data)).digest("hex")}`;
}
