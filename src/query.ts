/** Queries Druid from a program: a SELECT that a Broker answers at once, without a task or a resource. */
import * as pulumi from "@pulumi/pulumi";
import type { ConnectionArgs } from "./args/connection";
import { DruidIngestionError } from "./base/errors";
import { hasOutputAsText, OUTPUT_AS_TEXT_REASON } from "./base/output-text";
import { quietly } from "./base/quiet";
import { askDruid, readable } from "./connect";
import type { ConnectionInput } from "./druid/connection/connection";
import { valueAlone } from "./shell/names";
import type { QueryContext } from "./statement/context";

/**
 * Runs a SELECT on a Broker (`POST /druid/v2/sql`) and resolves to its rows as objects, with columns as keys. Druid's
 * system tables (`sys.segments`, `INFORMATION_SCHEMA.COLUMNS`, …) can be queried too. If Druid does not answer, the
 * request is repeated for up to 10 s.
 *
 * The query runs each time the program runs, also in preview. Integers beyond 2^53 are rounded, as everywhere in
 * JavaScript: write `CAST("id" AS VARCHAR)`.
 *
 * @typeParam Row - The type of a row; not checked at run time.
 * @param query - The SELECT, e.g. made by `sql`. Must not be a secret or unknown: for those use {@link
 * druidQueryOutput}.
 * @param connection - As the input `connection`, in plain values. Default: the stack's config `druid:*` inside a
 * Pulumi program, then the environment's `DRUID_*`.
 * @param context - Druid's query context, e.g. `{ sqlTimeZone: "Europe/Zurich" }`. Default: none.
 * @throws DruidIngestionError if no connection is given, the query is secret or unknown, or Druid does not answer or
 * refuses the query. No error quotes the query's literals.
 *
 * @example
 * ```ts
 * import { druidQuery, sql } from "pulumi-druid";
 *
 * async function rainyDays(city: string): Promise<number> {
 *   const rows = await druidQuery<{ days: number }>(
 *     sql`SELECT COUNT(*) AS "days" FROM "weather" WHERE "city" = ${city} AND "mm" > 0`,
 *   );
 *   return rows[0]?.days ?? 0;
 * }
 * ```
 */
export async function druidQuery<Row extends object = Record<string, unknown>>(
  query: pulumi.Input<string>,
  connection?: ConnectionInput,
  context?: QueryContext,
): Promise<Row[]> {
  const output = pulumi.output(query);
  if (await pulumi.isSecret(output)) refuse("the query is a secret, and the rows would not be one");
  const text = await valueAlone(output);
  if (text === undefined) refuse("the query is not known yet, because it contains an output of a new resource");
  return ask<Row>(text, connection, context);
}

/**
 * Like {@link druidQuery}, but its inputs may be outputs, secrets or unknown. The rows are an output that depends on
 * them: the query runs after the resources whose outputs it contains, and the rows are secret or unknown if an input
 * is.
 *
 * @typeParam Row - The type of a row; not checked at run time.
 * @param query - The SELECT, best made by `sql`.
 * @param connection - As the input `connection`. Default: as for {@link druidQuery}.
 * @param context - Druid's query context. Default: none.
 * @throws DruidIngestionError as {@link druidQuery} does, but within the output, which ends the program. If query or
 * context are secret, without what Druid said.
 *
 * @example
 * ```ts
 * import { druidQueryOutput, type MsqIngestion, sql } from "pulumi-druid";
 *
 * declare const weather: MsqIngestion;
 * const last = sql`SELECT MAX(__time) AS "day" FROM ${sql.id("weather")}`;
 * // Made from an output of the ingestion, so that it runs after the load.
 * const rows = druidQueryOutput<{ day: string }>(weather.taskId.apply(() => last));
 * export const lastDay = rows.apply(([row]) => row?.day);
 * ```
 */
export function druidQueryOutput<Row extends object = Record<string, unknown>>(
  query: pulumi.Input<string>,
  connection?: pulumi.Input<ConnectionArgs | undefined>,
  context?: pulumi.Input<QueryContext | undefined>,
): pulumi.Output<Row[]> {
  const [text, keys] = [pulumi.output(query), pulumi.output(context)];
  const isSecret = Promise.all([pulumi.isSecret(text), pulumi.isSecret(keys)]);
  return pulumi.all([text, pulumi.output(connection), keys]).apply(async ([known, where, given]) => {
    const how = { isSecret: (await isSecret).includes(true) };
    return ask<Row>(known, where as ConnectionInput | undefined, given as QueryContext | undefined, how);
  });
}

async function ask<Row>(
  query: string,
  connection: ConnectionInput | undefined,
  context: QueryContext | undefined,
  { isSecret = false } = {},
): Promise<Row[]> {
  if (hasOutputAsText(query)) refuse(`the query ${OUTPUT_AS_TEXT_REASON}`, "");
  const asked = { query, ...(context && { context: { ...context } }) };
  const rows = await askDruid(connection, (client) =>
    isSecret ? quietly(() => client.sql(asked)) : client.sql(asked),
  );
  return rows as Row[];
}

function refuse(reason: string, advice = "; use druidQueryOutput"): never {
  const error = new DruidIngestionError("invalidInput", `Cannot run a query on Druid: ${reason}${advice}`);
  throw readable(error);
}
