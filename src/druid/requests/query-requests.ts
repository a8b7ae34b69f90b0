/** Requests that carry SQL: tasks, EXPLAIN, and queries to a Broker. */
import { z } from "zod";
import { type CallOptions, type DruidClient, INTEGER_TYPE, type SqlParameter, type SqlRequest } from "../client";
import { STATE_READ, SYSTEM_SEGMENTS_READ } from "../permission";
import { unexpected } from "../transport/answer";
import { type Answer, type Call, SQL_TASK } from "../transport/call";
import type { Exchange } from "../transport/exchange";
import { SqlRows } from "../wire/cluster";
import { ExplainResponse, ExplainResponseWithExterns } from "../wire/plan";
import { SubmitAnswer } from "../wire/task-schemas";

const INGESTION_PERMISSION =
  'DATASOURCE WRITE on the target, DATASOURCE READ on what it reads, EXTERNAL "EXTERNAL" READ for EXTERN, and for an ' +
  'export EXTERNAL WRITE on its destination ("s3", "google" or "local"); if Druid checks context keys, also list ' +
  "queryId, pulumiDruid and the query's own keys in druid.auth.unsecuredContextKeys";
/** In sys.segments a user sees only rows of datasources on which they have READ. */
const QUERY_PERMISSION =
  `DATASOURCE READ on what the query reads; if druid.sql.planner.authorizeSystemTablesDirectly is set, also ` +
  `${SYSTEM_SEGMENTS_READ} for sys.segments`;

/** Runs a query and parses its rows with a schema. */
export type Query = <T>(
  action: string,
  request: SqlRequest,
  options: CallOptions | undefined,
  schema: z.ZodType<T>,
) => Promise<T>;

type QueryRequests = Pick<DruidClient, "submit" | "explain" | "sql" | "version"> & {
  query: Query;
};

export function queryRequests(exchange: Exchange): QueryRequests {
  const query: Query = async (action, request, options, schema) => {
    const call = sqlCall(action, "/druid/v2/sql", request, QUERY_PERMISSION, false);
    return exchange.parse(call, await exchange.read(call, options), schema);
  };

  return {
    query,

    async submit(request, options) {
      const call = sqlCall("submit the query to", SQL_TASK, request, INGESTION_PERMISSION, true);
      return exchange.parse(call, await exchange.once(call, options), SubmitAnswer);
    },

    async explain(request, options) {
      const call = sqlCall("plan the query on", SQL_TASK, request, INGESTION_PERMISSION, false);
      const schema = options?.keepExterns ? ExplainResponseWithExterns : ExplainResponse;
      const rows = exchange.parse(call, await exchange.read(call, options), schema);
      const row = rows[0];
      if (row === undefined) throw unexpected(call, exchange.server, "200 without a plan");
      const { queries: nativeQueries, unitesTables, columns, externs } = row.PLAN;
      return { attributes: row.ATTRIBUTES, nativeQueries, unitesTables, columns, ...(externs && { externs }) };
    },

    sql: (request, options) => query("run a query on", request, options, SqlRows),

    async version(options) {
      const action = "read the version of";
      const call: Call = { action, method: "GET", path: "/status", changes: false, permission: STATE_READ };
      const isDenied = ({ status }: Answer) => status === 403 || status === 404;
      const answer = await exchange.read(call, options, isDenied);
      return isDenied(answer)
        ? undefined
        : exchange.parse(call, answer, z.looseObject({ version: z.string() })).version;
    },
  };
}

function sqlCall(action: string, path: string, request: SqlRequest, permission: string, changes: boolean): Call {
  const { query, context, parameters } = request;
  const body = {
    query,
    ...(changes ? {} : { resultFormat: "object" }),
    ...(context === undefined ? {} : { context }),
    ...(parameters === undefined || parameters.length === 0 ? {} : { parameters: parameters.map(exactly) }),
  };
  return { action, method: "POST", path, body, changes, permission, sql: request };
}

/** Long integers are strings in JavaScript and Pulumi, but must be numbers in the JSON for Druid. */
function exactly({ type, value }: SqlParameter): { type: string; value: unknown } {
  const isDigits = INTEGER_TYPE.test(type) && typeof value === "string" && /^-?\d+$/.test(value);
  return { type, value: isDigits ? BigInt(value) : value };
}
