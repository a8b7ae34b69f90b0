/**
 * Lets Druid's sampler read the first rows of an external source. Its type `index` is known to every Overlord, unlike
 * `index_parallel` (tested on 27 and 37).
 */
import type { DruidClient } from "../client";
import type { Call } from "../transport/call";
import type { Exchange } from "../transport/exchange";
import type { PlannedExtern } from "../wire/extern";
import { SampleResponse, TIME } from "../wire/sample";

/** After this time Druid answers with the rows that it has read by then, if it could reach the source at all. */
const READING_MS = 5_000;
const ANSWER_BYTES_MAX = 4_000_000;

type SampleRequests = Pick<DruidClient, "sample">;

export function sampleRequests(exchange: Exchange): SampleRequests {
  return {
    async sample(extern, rows, options) {
      const call: Call = {
        action: "sample a source of the query on",
        method: "POST",
        path: "/druid/indexer/v1/sampler",
        body: {
          type: "index",
          spec: specOf(extern),
          samplerConfig: { numRows: rows, timeoutMs: READING_MS, maxClientResponseBytes: ANSWER_BYTES_MAX },
        },
        changes: false,
        permission: "STATE WRITE, and READ on EXTERNAL if druid.auth.enableInputSourceSecurity is set",
      };
      return exchange.parse(call, await exchange.read(call, options), SampleResponse);
    },
  };
}

function specOf({ inputSource, inputFormat, columns, reading }: PlannedExtern): Record<string, unknown> {
  const expression = (one: { name: string; expression: string }) => ({ type: "expression", ...one });
  const transforms = [...(reading ? [{ name: TIME, expression: reading.time }] : []), ...(reading?.transforms ?? [])];
  const made = reading ? [TIME] : [];
  const names = columns.map(({ name }) => name).filter((name) => name !== "__time");
  return {
    type: "index",
    ioConfig: { type: "index", inputSource, inputFormat },
    dataSchema: {
      dataSource: "sample",
      // No row is rejected for its time: what the query makes of it is a column of its own.
      timestampSpec: { column: TIME, missingValue: "2000-01-01T00:00:00Z" },
      dimensionsSpec: { dimensions: [...made, ...names].map((name) => ({ type: "string", name })) },
      granularitySpec: { rollup: false },
      transformSpec: { transforms: transforms.map(expression), ...(reading?.filter ? { filter: reading.filter } : {}) },
    },
    tuningConfig: { type: "index" },
  };
}
