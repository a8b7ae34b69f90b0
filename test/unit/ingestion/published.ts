/** A fake Druid into which something was published just now, and a session of one operation over it. */
import { awaitLoaded } from "../../../src/ingestion/segments/segments";
import { type FakeDruidOptions, faults, type LedgerEntry, type Received } from "../../harness/fake";
import { type Recorded, sessionOver } from "../../harness/virtual/session";

export const FOREVER = Number.POSITIVE_INFINITY;

export type Publish = (more?: {
  what?: LedgerEntry["what"];
  rows?: number;
  segments?: number;
  loadDelayMs?: number;
}) => void;

export function published(options: Partial<FakeDruidOptions> = {}): Recorded & { publish: Publish } {
  const recorded = sessionOver(options);
  const publish: Publish = ({ what = "insert", rows = 10, segments = 1, loadDelayMs = 5_000 } = {}) =>
    recorded.fake.warehouse.publish({
      ...{ what, dataSource: "events", content: "c", rows, taskId: "t", context: {}, segments, loadDelayMs },
    });
  return { ...recorded, publish };
}

export const load = ({ clock, session }: Recorded, rows: number | undefined, timeoutMs = 600_000) =>
  clock.run(awaitLoaded(session, "events", { rows, timeoutMs }));

/** SQL requests whose query matches. */
export const sqlOf =
  (pattern: RegExp) =>
  ({ route, json }: Received): boolean =>
    route === "sql" && pattern.test((json as { query: string }).query);

/** Answers in place of Druid, for ever unless told otherwise. */
export function answering(on: RegExp, status: number, body: unknown, times = FOREVER) {
  return faults.answers({ status, headers: {}, body: JSON.stringify(body) }, { on: sqlOf(on), times });
}
