/** What must be true of the rows: types and their documentation, no code. */
import type { Input } from "@pulumi/pulumi";

/** What a query of a check must return; see {@link SqlCheckArgs}. */
export type ExpectedValue = string | number | boolean | null;

/** A query to the Broker about the loaded rows. */
export interface SqlCheckArgs {
  /**
   * Unique among the checks; messages and the output `checks` use it.
   * @errors `is required`, `is empty`
   */
  name: Input<string>;
  /**
   * A SELECT. At most 100 rows of its answer are read, or as many as `expect` lists if those are more.
   * @errors `is required`, `is empty`
   */
  query: Input<string>;
  /**
   * `"no row"`, `"a row"` (at least one), a value (one row with one column), a row as an object, or a list of rows.
   * @default "no row"
   * @errors `must be "no row", "a row", a value, a row ({ column: value }) or a list of rows`
   */
  expect?: Input<ExpectedValue | Record<string, unknown> | Record<string, unknown>[] | undefined>;
}

/** Checks of the rows that a run has loaded. */
export interface ChecksArgs {
  /**
   * The run must have written at least this many rows.
   * @default none
   * @unit rows
   * @errors `must be a whole number`, `must not be negative`
   */
  minRows?: Input<number | undefined>;
  /**
   * The run must have written at most this many rows.
   * @default none
   * @unit rows
   * @errors `must be a whole number`, `must not be negative`
   */
  maxRows?: Input<number | undefined>;
  /**
   * Druid must have reported at most this many warnings, e.g. for bad lines that `maxParseExceptions` lets it skip.
   * @default none
   * @unit warnings
   * @errors `must be a whole number`, `must not be negative`
   */
  maxWarnings?: Input<number | undefined>;
  /**
   * Columns that must not be null in any row that the run wrote. If the rows of an INSERT are in the same time
   * intervals as rows of earlier loads, those rows are checked too. Before Druid 28, a null number is stored as 0 by
   * default, and an empty string counts as null.
   * @default none
   * @errors `is empty; write the name of a column`
   */
  notNull?: Input<Input<string>[] | undefined>;
  /**
   * Queries whose answer must be as expected.
   * @default none
   * @errors those of its fields
   */
  sql?: Input<Input<SqlCheckArgs>[] | undefined>;
}
