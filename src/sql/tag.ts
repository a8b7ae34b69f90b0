/** The tag `sql`: SQL in template strings, with every value quoted. Other files of this folder write the parts. */
import * as pulumi from "@pulumi/pulumi";
import { extern } from "./extern";
import { readSqlFile } from "./file";
import type { ExternColumns, ExternFormat } from "./formats";
import { fragment, kindOf, named, pieceOf, refuse } from "./fragment";
import { during, instantOf } from "./interval";
import { identifier, type SqlScalar } from "./literal";
import type { ExternSource } from "./sources";
import { assemble, lineOf, type Piece, type PieceKind, placesOf } from "./template";

/**
 * What may stand in a template: a string, number, bigint, boolean, Date, null, or a list of them for `IN`, each also as
 * an output, a secret or a promise; or other SQL made by {@link sql}.
 */
export type SqlValue = pulumi.Input<SqlScalar> | pulumi.Input<readonly pulumi.Input<SqlScalar>[]>;

/** A moment: a Date, or `2024-01-01`, `2024-01-01T05:00:00Z`; in UTC if it names no zone. */
export type SqlTime = pulumi.Input<string> | pulumi.Input<Date>;

/** The template tag {@link sql} and its helpers. */
export interface SqlTag {
  /**
   * SQL with every value quoted; see {@link sql}.
   *
   * @throws pulumi.RunError for a value that cannot be written as SQL, or that stands within quotes or a comment.
   */
  (template: TemplateStringsArray, ...values: SqlValue[]): pulumi.Output<string>;

  /**
   * The name of a datasource or a column, always in double quotes. Several parts are joined by dots.
   *
   * @throws pulumi.RunError if a part is empty, or contains the character NUL.
   *
   * @example
   * ```ts
   * import { sql } from "pulumi-druid";
   *
   * const rows = sql`SELECT ${sql.id("w", "temp max")} FROM ${sql.id("weather")} AS "w"`;
   * ```
   */
  id(...parts: pulumi.Input<string>[]): pulumi.Output<string>;

  /**
   * A text that is put into the SQL as it is, neither quoted nor checked: a keyword or an expression of your own.
   * **Never pass anything from outside the program**: whoever controls the text controls your SQL.
   *
   * @throws pulumi.RunError if it is not a string.
   *
   * @example
   * ```ts
   * import { sql } from "pulumi-druid";
   *
   * declare const granularity: "DAY" | "MONTH";
   * const tail = sql`PARTITIONED BY ${sql.raw(granularity)}`;
   * ```
   */
  raw(text: pulumi.Input<string>): pulumi.Output<string>;

  /**
   * The condition that `__time` is at or after the first moment and before the second. It is in parentheses, and has
   * the form that `OVERWRITE WHERE` requires.
   *
   * Its `TIMESTAMP` literals are in UTC. Druid reads them in `sqlTimeZone` of the query's context, whose default is
   * UTC.
   *
   * @throws pulumi.RunError for a text that is not a time, and if the second moment is not later than the first.
   */
  during(from: SqlTime, to: SqlTime): pulumi.Output<string>;
  /**
   * The same for an interval of an `MsqBackfill`.
   *
   * @throws pulumi.RunError as for two moments.
   */
  during(interval: { from: SqlTime; to: SqlTime }): pulumi.Output<string>;

  /**
   * A table of external data: `TABLE(EXTERN('…', '…')) EXTEND ("date" VARCHAR, …)`, Druid 26 and later.
   *
   * @param source - Where the data is: one of Druid's input sources; each value may be an output.
   * @param format - How the data is encoded: one of Druid's input formats.
   * @param columns - Which columns to read, with their SQL types.
   * @throws pulumi.RunError if there are no columns, or one has an unknown type.
   *
   * @example
   * ```ts
   * import * as pulumi from "@pulumi/pulumi";
   * import { sql } from "pulumi-druid";
   *
   * declare const url: pulumi.Output<string>;
   * const weather = sql.extern(
   *   { type: "http", uris: [url] },
   *   { type: "csv", findColumnsFromHeader: true },
   *   { date: "VARCHAR", rain: "DOUBLE" },
   * );
   * ```
   */
  extern(
    source: pulumi.Input<ExternSource>,
    format: pulumi.Input<ExternFormat>,
    columns: ExternColumns,
  ): pulumi.Output<string>;

  /**
   * SQL from a file. `${name}` outside of quotes and comments becomes the value of that name, as in a template; within
   * quotes and comments it stays text.
   *
   * @param path - Relative to the program's working directory, the folder of its `Pulumi.yaml`; or a `file:` URL, e.g.
   * `new URL("weather.sql", import.meta.url)`.
   * @param values - A value for each `${name}` of the file, and no others. Default: none.
   * @throws pulumi.RunError if the file cannot be read, a value is missing, or a value is not used.
   *
   * @example
   * ```ts
   * import { MsqIngestion, sql } from "pulumi-druid";
   *
   * new MsqIngestion("weather", {
   *   query: sql.file("weather.sql", { target: sql.id("weather"), since: new Date("2024-01-01") }),
   * });
   * ```
   */
  file(path: string | URL, values?: Record<string, SqlValue>): pulumi.Output<string>;
}

/**
 * Writes SQL in a template string: each `${value}` becomes a literal, quoted so that Druid reads back exactly that
 * value.
 *
 * - Strings get quotes, Dates become `TIMESTAMP '…'` in UTC, bigints all their digits, null `NULL`, booleans `TRUE` and
 *   `FALSE`; a list becomes `1, 2`, with parentheses directly behind `IN`.
 * - Values may be outputs, secrets or promises: the result is a secret, or unknown in preview, if one of them is.
 * - SQL made by `sql` is inserted unchanged, so that queries can be built from parts. The result of an `apply`,
 *   however, is quoted like any value: write `sql.raw(output.apply(…))` if it is SQL.
 * - Backslashes stay as written: `'\d+'` reaches Druid with its backslash. Only a backtick, and a `${` that does not
 *   begin a value, need one more: `` \` `` and `\${`.
 *
 * Write no quotes around a value: `WHERE city = ${city}`.
 *
 * @returns The SQL as an output, for `query` of an `MsqIngestion`.
 * @throws pulumi.RunError for undefined, NaN, integers beyond 2^53, objects, empty lists, the character NUL, and for a
 * value within quotes or a comment. The message tells the position of the value, but never shows the value itself.
 *
 * @example
 * ```ts
 * import { MsqIngestion, sql } from "pulumi-druid";
 *
 * const january = sql.during("2024-01-01", "2024-02-01");
 * new MsqIngestion("rain", {
 *   query: sql`
 *     REPLACE INTO ${sql.id("rain")} OVERWRITE WHERE ${january}
 *     SELECT __time, "city", "mm" FROM "weather"
 *     WHERE ${january} AND "city" IN ${["Zürich", "L'Aquila"]} AND "mm" > ${0.5}
 *     PARTITIONED BY DAY`,
 * });
 * ```
 */
export const sql: SqlTag = Object.assign(tag, {
  id(...parts: pulumi.Input<string>[]) {
    const name = "the name of sql.id";
    return built(
      name,
      parts.length === 0 ? [undefined] : parts,
      (part) => identifier([part]),
      (names) => names.join("."),
    );
  },

  raw(text: pulumi.Input<string>) {
    const check = (known: unknown) =>
      typeof known === "string" ? known : refuse("is not a string; pass the SQL as a string");
    return built("the text of sql.raw", [text], check, ([known]) => known ?? "", "text");
  },

  during(from: SqlTime | { from: SqlTime; to: SqlTime }, to?: SqlTime) {
    const span = isSpan(from) ? [from.from, from.to] : [from, to];
    return built("the time of sql.during", span, instantOf, ([start = 0, end = 0]) => during(start, end));
  },

  extern(source: pulumi.Input<ExternSource>, format: pulumi.Input<ExternFormat>, columns: ExternColumns) {
    const known = pulumi.output([source, format]);
    return fragment(
      known.apply(([from, as]) => named("the value of sql.extern", () => extern(from, as, columns))),
      "token",
    );
  },

  file(path: string | URL, values: Record<string, SqlValue> = {}) {
    const { texts, names } = readSqlFile(path, Object.keys(values));
    return joined(
      texts,
      names.map((name) => pieceOf(values[name], `the value "${name}"`)),
    );
  },
});

function tag(template: TemplateStringsArray, ...values: SqlValue[]): pulumi.Output<string> {
  if (!Array.isArray(template) || template.raw === undefined) {
    throw new pulumi.RunError(
      "Cannot build the SQL: sql is called like a function; write sql`…`, or sql.raw(text) for a text of your own",
    );
  }
  const texts = template.raw.map((text) => text.replace(/\\(`|\$\{)/g, "$1"));
  const places = placesOf(texts);
  const pieces = values.map((value, index) => {
    const name = `value ${index + 1} (line ${lineOf(texts, index)})`;
    const place = places[index];
    if (place !== "open" && kindOf(value) !== "text") {
      const where = place === "quotes" ? "quotes" : "a comment";
      named(name, () => refuse(`stands within ${where}; sql quotes each value itself, so write it outside of them`));
    }
    return pieceOf(value, name);
  });
  return joined(texts, pieces);
}

function joined(texts: readonly string[], pieces: pulumi.Input<Piece>[]): pulumi.Output<string> {
  return fragment(
    pulumi.output(pieces).apply((known) => assemble(texts, known as Piece[])),
    "text",
  );
}

/**
 * Makes SQL from values. Turns each into a primitive first, because Pulumi loses the content of objects such as Dates.
 */
function built<T extends string | number>(
  name: string,
  values: readonly unknown[],
  read: (value: unknown) => T,
  write: (known: T[]) => string,
  kind: PieceKind = "token",
): pulumi.Output<string> {
  const readNamed = (value: unknown): unknown => {
    if (pulumi.Output.isInstance(value)) return value.apply(readNamed);
    return value instanceof Promise ? value.then(readNamed) : named(name, () => read(value));
  };
  const known = values.map(readNamed);
  const finish = (all: unknown) => named(name, () => write(all as T[]));
  const isPlain = known.every((value) => typeof value !== "object");
  return fragment(isPlain ? finish(known) : pulumi.output(known).apply(finish), kind);
}

function isSpan(value: unknown): value is { from: SqlTime; to: SqlTime } {
  return typeof value === "object" && value !== null && !pulumi.Output.isInstance(value) && "from" in value;
}
