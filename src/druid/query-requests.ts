/** The SQL requests: tasks, EXPLAIN, and plain queries to a Broker. */
import { z } from "zod";
import { unexpected } from "./answer";
import type { Call } from "./call";
import type { CallOptions, DruidClient, SqlRequest } from "./client";
import type { Exchange } from "./exchange";
import { SubmitAnswer } from "./wire";
import { ExplainResponse, SqlRows } from "./wire-cluster";

const SQL_TASK = "/druid/v2/sql/task";

const INGESTION_PERMISSION =
  "WRITE on the target datasource, READ on the datasources that are read, and READ on EXTERNAL for EXTERN; where Druid " +
  "checks context keys, also list those that the query uses, and pulumiDruid, in druid.auth.unsecuredContextKeys";

/** A plain query whose rows are read with a schema. */
export type Query = <T>(
  action: string,
  request: SqlRequest,
  options: CallOptions | undefined,
  schema: z.ZodType<T>,
) => Promise<T>;

type QueryRequests = Pick<DruidClient, "submit" | "explain" | "sql" | "isTaskEngineEnabled"> & { query: Query };

export function queryRequests(exchange: Exchange): QueryRequests {
  const query: Query = async (action, request, options, schema) => {
    const permission = "READ on what the query reads; for sys tables also STATE READ";
    const call = sqlCall(action, "/druid/v2/sql", request, permission, false);
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
      const rows = exchange.parse(call, await exchange.read(call, options), ExplainResponse);
      const row = rows[0];
      if (row === undefined) throw unexpected(call, exchange.server, "200 without a plan");
      return { resources: row.RESOURCES, attributes: row.ATTRIBUTES };
    },

    sql: (request, options) => query("run a query on", request, options, SqlRows),

    async isTaskEngineEnabled(options) {
      const call: Call = {
        action: "ask for SQL tasks on",
        method: "GET",
        path: `${SQL_TASK}/enabled`,
        changes: false,
        permission: "any access",
      };
      const answer = await exchange.read(call, options, ({ status }) => status === 404);
      return answer.status !== 404 && exchange.parse(call, answer, z.looseObject({ enabled: z.boolean() })).enabled;
    },
  };
}

function sqlCall(action: string, path: string, request: SqlRequest, permission: string, changes: boolean): Call {
  const { query, context, parameters } = request;
  const body = {
    query,
    ...(changes ? {} : { resultFormat: "object" }),
    ...(context === undefined ? {} : { context }),
    ...(parameters === undefined || parameters.length === 0 ? {} : { parameters }),
  };
  return { action, method: "POST", path, body, changes, permission, sql: request };
}
