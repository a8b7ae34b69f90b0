/** Combines all requests into the client. */
import type { DruidClient } from "../client";
import { createExchange, type ExchangeParts } from "../transport/exchange";
import { holdingRequests } from "./holding-requests";
import { queryRequests } from "./query-requests";
import { sampleRequests } from "./sample-requests";
import { segmentRequests } from "./segment-requests";
import { taskRequests } from "./task-requests";

export function createRequests(parts: ExchangeParts): DruidClient {
  const exchange = createExchange(parts);
  const { query, ...queries } = queryRequests(exchange);
  return {
    url: parts.server.url,
    ...queries,
    ...taskRequests(exchange),
    ...segmentRequests(exchange, query),
    ...holdingRequests(query),
    ...sampleRequests(exchange),
  };
}
