/**
 * Foretells what a create will do with earlier runs of the ingestion: it was destroyed with its rows kept, or its state
 * is lost. The rules that decide it are those of the create itself.
 */
import { withinTime } from "../../base/limit";
import type { CallOptions } from "../../druid/client";
import { decide, type Entry, type Wanted } from "../../ingestion/rules/sequence";
import { numberOf } from "../../ingestion/sequence/key";
import { observe } from "../../ingestion/sequence/observe";
import type { Session } from "../../ingestion/session";
import type { Parts } from "../parts";
import type { Target } from "./target";

/** Of all requests that only inform about earlier loads. */
const INFORM_LIMIT_MS = 5_000;

/** Undefined where Druid refuses, or does not answer in time: that costs only what preview would have told. */
export async function informing<T>(
  { host, clock }: Parts,
  session: Session,
  ask: (bounded: Session) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await withinTime(clock, INFORM_LIMIT_MS, host.signal, (signal) => ask({ ...session, signal }));
  } catch (error) {
    if (host.signal.aborted) throw error;
    return undefined;
  }
}

/** The numbered tasks of this key; undefined if Druid did not tell in time. */
export const entriesOf = (parts: Parts, session: Session, key: string): Promise<Entry[] | undefined> =>
  informing(parts, session, ({ client, clock, signal }) => observe(client, clock, key, 1, { signal }));

/** One request unless there are such runs. `mayRead`: whether it was answered, as it is to who may read the target. */
export async function ownRuns(
  parts: Parts,
  session: Session,
  { key, target }: { key: string; target: string },
  options: CallOptions,
): Promise<{ mayRead: boolean; entries?: Entry[] | undefined }> {
  try {
    const tasks = await session.client.tasksInto(target, options);
    const hasOwn = tasks.some(({ id }) => numberOf(key, id) !== undefined);
    return { mayRead: true, entries: hasOwn ? await entriesOf(parts, session, key) : undefined };
  } catch (error) {
    if (parts.host.signal.aborted) throw error;
    return { mayRead: false };
  }
}

export type Forecast = "submit" | "reload" | "keep" | "join" | "stopAndAsk" | "cancel";

export function forecastOf(wanted: Wanted, entries: readonly Entry[], target: Target | undefined): Forecast {
  const situation = { wanted, recorded: { number: 0, published: [] }, entries };
  const decided = decide({ ...situation, rows: "there" }).do;
  if (decided === "askRows") return "submit";
  const areRowsGone = target?.impact.all.segments === 0;
  return areRowsGone && (decided === "keep" || decided === "stopAndAsk") ? "reload" : decided;
}
