/** The Coordinator's requests about one datasource's segments and rules, and what its Brokers can query. */
import { isHttpError } from "../base/errors";
import type { Answer, Call } from "./call";
import type { CallOptions, DruidClient } from "./client";
import type { Exchange } from "./exchange";
import type { Query } from "./query-requests";
import { LoadStatusResponse, RulesResponse, SegmentRows, UsedSegmentsResponse } from "./wire-cluster";

const COORDINATOR = "/druid/coordinator/v1";
/** Without an interval Druid counts the last two weeks only; this is its name for all of time. */
const ALL_OF_TIME = "-146136543-09-08T08:23:32.096Z/146140482-04-24T15:36:27.903Z";

type SegmentRequests = Pick<DruidClient, "loadStatus" | "usedSegments" | "brokerSegments" | "rules" | "markUnused">;

export function segmentRequests(exchange: Exchange, query: Query): SegmentRequests {
  /** sys.segments has it since 27; a server without it is asked once. */
  let hasReplicationFactor = true;

  const brokerRows = (dataSource: string, options: CallOptions | undefined) => {
    const columns = ["segment_id", "is_available", "is_published", "num_rows"];
    if (hasReplicationFactor) columns.push("replication_factor");
    const names = columns.map((column) => `"${column}"`).join(", ");
    const request = {
      query: `SELECT ${names} FROM sys.segments WHERE "datasource" = ?`,
      parameters: [{ type: "VARCHAR", value: dataSource }],
    };
    return query(`read the queryable segments of "${dataSource}" on`, request, options, SegmentRows);
  };

  return {
    async loadStatus(dataSource, options) {
      const query = new URLSearchParams({ forceMetadataRefresh: "true", interval: ALL_OF_TIME });
      const path = `${datasourcePath(dataSource)}/loadstatus?${query}`;
      const call = reading(`read the load status of "${dataSource}" on`, path, dataSource);
      // 27 also says it in words, as 200 and called JSON, where the datasource has segments outside of the interval.
      const isEmpty = ({ status, text }: Answer) => status === 204 || text.startsWith("No used segment found");
      const answer = await exchange.read(call, options, isEmpty);
      if (isEmpty(answer)) return undefined;
      const percent = exchange.parse(call, answer, LoadStatusResponse)[dataSource];
      return percent === undefined ? undefined : { percent };
    },

    async usedSegments(dataSource, options) {
      const query = new URLSearchParams({ datasources: dataSource, includeOvershadowedStatus: "true" });
      const path = `${COORDINATOR}/metadata/segments?${query}`;
      const call = reading(`read the segments of "${dataSource}" on`, path, dataSource);
      return exchange.parse(call, await exchange.read(call, options), UsedSegmentsResponse);
    },

    async brokerSegments(dataSource, options) {
      try {
        return await brokerRows(dataSource, options);
      } catch (error) {
        const isOlder = hasReplicationFactor && isHttpError(error) && error.detail.includes("replication_factor");
        if (!isOlder) throw error;
        hasReplicationFactor = false;
        return brokerRows(dataSource, options);
      }
    },

    async rules(dataSource, options) {
      const path = `${COORDINATOR}/rules/${encodeURIComponent(dataSource)}?full=true`;
      const call = reading(`read the retention rules of "${dataSource}" on`, path, dataSource);
      return exchange.parse(call, await exchange.read(call, options), RulesResponse);
    },

    async markUnused(dataSource, options) {
      const call: Call = {
        action: `drop the datasource "${dataSource}" on`,
        method: "DELETE",
        path: datasourcePath(dataSource),
        changes: true,
        permission: `WRITE on the datasource "${dataSource}"`,
      };
      await exchange.once(call, options);
    },
  };
}

function datasourcePath(dataSource: string): string {
  return `${COORDINATOR}/datasources/${encodeURIComponent(dataSource)}`;
}

function reading(action: string, path: string, dataSource: string): Call {
  return { action, method: "GET", path, changes: false, permission: `READ on the datasource "${dataSource}"` };
}
