/** Requests about a datasource's segments and rules (Coordinator), and about what can be queried (Broker). */

import { isHttpError } from "../../base/errors";
import { parseJson } from "../../base/json";
import type { BrokerSegmentKind, DruidClient } from "../client";
import { onDatasource } from "../permission";
import type { Answer, Call } from "../transport/call";
import type { Exchange } from "../transport/exchange";
import {
  IsLeaderResponse,
  LoadStatusResponse,
  QueryableResponse,
  RulesResponse,
  SegmentIdRows,
  UsedSegmentsInFullResponse,
  UsedSegmentsResponse,
} from "../wire/cluster";
import type { Query } from "./query-requests";

const COORDINATOR = "/druid/coordinator/v1";
/** Druid's interval for all of time. Without an interval, `loadstatus` counts only the last two weeks. */
const ALL_OF_TIME = "-146136543-09-08T08:23:32.096Z/146140482-04-24T15:36:27.903Z";

type SegmentRequests = Pick<
  DruidClient,
  | "loadStatus"
  | "usedSegments"
  | "usedSegmentsInFull"
  | "queryableSegments"
  | "brokerSegments"
  | "isOverlordOfCoordinatorLeading"
  | "rules"
  | "markUnused"
>;

const BROKER_CONDITION: Record<BrokerSegmentKind, string> = {
  available: `"is_available" = 1`,
  published: `"is_published" = 1`,
  // Overshadowed segments have a replication factor of 0 too.
  onDemand: `"replication_factor" = 0 AND "is_overshadowed" = 0`,
};

export function segmentRequests(exchange: Exchange, query: Query): SegmentRequests {
  return {
    async loadStatus(dataSource, options) {
      const query = new URLSearchParams({ forceMetadataRefresh: "true", interval: ALL_OF_TIME });
      const path = `${datasourcePath(dataSource)}/loadstatus?${query}`;
      const call = reading(`read the load status of "${dataSource}" on`, path, dataSource);
      // 27 also answers 200 with plain text (declared as JSON) if all segments are outside the interval.
      const isEmpty = ({ status, text }: Answer) => status === 204 || text.startsWith("No used segment found");
      const answer = await exchange.read(call, options, isEmpty);
      if (isEmpty(answer)) return undefined;
      const percent = exchange.parse(call, answer, LoadStatusResponse)[dataSource];
      return percent === undefined ? undefined : { percent };
    },

    async usedSegments(dataSource, intervals = [ALL_OF_TIME], options) {
      const call = listing(dataSource, intervals, "");
      return exchange.parse(call, await exchange.read(call, options), UsedSegmentsResponse);
    },

    async usedSegmentsInFull(dataSource, intervals, options) {
      const call = listing(dataSource, intervals, "?full");
      return exchange.parse(call, await exchange.read(call, options), UsedSegmentsInFullResponse);
    },

    async queryableSegments(dataSource, intervals, options) {
      const query = new URLSearchParams({ intervals: intervals.join(","), numCandidates: "1" });
      const path = `/druid/v2/datasources/${encodeURIComponent(dataSource)}/candidates?${query}`;
      const call = reading(`read the queryable segments of "${dataSource}" on`, path, dataSource);
      return exchange.parse(call, await exchange.read(call, options), QueryableResponse);
    },

    async brokerSegments(dataSource, kind, options) {
      const { among = [], limit } = options ?? {};
      const isAmong = among.length === 0 ? "" : ` AND "segment_id" IN (${among.map(() => "?").join(", ")})`;
      const end = limit === undefined ? "" : ` LIMIT ${limit}`;
      const request = {
        query: `SELECT "segment_id" FROM sys.segments WHERE "datasource" = ? AND ${BROKER_CONDITION[kind]}${isAmong}${end}`,
        parameters: [dataSource, ...among].map((value) => ({ type: "VARCHAR", value })),
      };
      try {
        return await query(`read the Broker's segments of "${dataSource}" on`, request, options, SegmentIdRows);
      } catch (error) {
        // Before 27 there is no loading on demand, and no such column.
        if (isHttpError(error) && error.status === 400 && error.says(/replication_factor/)) return [];
        throw error;
      }
    },

    async isOverlordOfCoordinatorLeading(options) {
      const call: Call = {
        action: "check whether the Coordinator's own Overlord is the leader on",
        method: "GET",
        // A Coordinator without an Overlord of its own forwards this to the leading Overlord.
        path: "/proxy/coordinator/druid/indexer/v1/isLeader",
        changes: false,
        permission: "any access",
      };
      const answer = await exchange.read(call, options, ({ status }) => status === 404);
      const told = IsLeaderResponse.safeParse(parseJson(answer.text));
      return told.success ? told.data.leader : undefined;
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
        permission: onDatasource(dataSource, "WRITE"),
      };
      await exchange.once(call, options);
    },
  };
}

function datasourcePath(dataSource: string): string {
  return `${COORDINATOR}/datasources/${encodeURIComponent(dataSource)}`;
}

function listing(dataSource: string, intervals: readonly string[], query: string): Call {
  return {
    action: `read the segments of "${dataSource}" on`,
    method: "POST",
    path: `${COORDINATOR}/metadata/datasources/${encodeURIComponent(dataSource)}/segments${query}`,
    body: intervals,
    changes: false,
    permission: onDatasource(dataSource, "WRITE"),
  };
}

function reading(action: string, path: string, dataSource: string): Call {
  return { action, method: "GET", path, changes: false, permission: onDatasource(dataSource, "READ") };
}
