/**
 * Refresh: what became of the recorded run, and whether its rows are still there. Changes nothing in Druid, and never
 * takes a forgotten task for lost rows.
 */

import type { TaskReport, TaskStatus } from "../druid/wire";
import type { Progressed } from "../ingestion/goal";
import { observe } from "../ingestion/observe";
import type { MsqIngestionOutputs } from "../ingestion/outputs";
import { overwrittenBy } from "../ingestion/overwritten";
import { rowsWritten } from "../ingestion/progress";
import { observeFrom, settled } from "../ingestion/record";
import { rowsOf } from "../ingestion/rows";
import { loadedNow } from "../ingestion/segments";
import { type Entry, NONE, publishedAfter } from "../ingestion/sequence";
import type { Session } from "../ingestion/session";
import { lastReport } from "../ingestion/wait";
import { type OperationContext, operate } from "./operation";
import type { Parts } from "./parts";
import { outputsOf, type Properties, readState, type StoredState, userInputs } from "./state";

type Found = Omit<Progressed, "state"> & { state: MsqIngestionOutputs["state"]; load?: MsqIngestionOutputs["load"] };

export async function read(parts: Parts, id: string, outputs: Properties): Promise<{ id: string; props: Properties }> {
  return operate(parts, "refresh", outputs, async (context) => {
    const stored = readState(outputs);
    const key = stored.key ?? id;
    parts.neighbours.loadsInto(context.urn, stored.dataSource, outputs.onDelete === "dropDatasource");
    const found = await find(context, key, stored, outputs);
    if (!found) return { id, props: outputs };
    const { url } = context.session.client;
    const { dataSource } = stored;
    const more = { key, url, dataSource, hide: context.hide, ...(found.load && { load: found.load }) };
    const inputs = { ...inputsOf(outputs), ...(outputs.statement !== undefined && { statement: outputs.statement }) };
    // What a refresh did not learn anew stays as it was.
    return { id, props: { ...(found.report ? {} : keptOutputs(outputs)), ...outputsOf(inputs, found, more) } };
  });
}

/** Undefined where nothing is different from what is recorded. */
async function find(
  context: OperationContext,
  key: string,
  stored: StoredState,
  outputs: Properties,
): Promise<Found | undefined> {
  const { session } = context;
  const { client, clock, signal } = session;
  const isRunning = stored.state === "RUNNING";
  const entries = await observe(client, clock, key, observeFrom(stored), { signal });
  const own = isRunning ? entries.find((entry) => entry.number === stored.number) : undefined;
  const beyond = entries.some((entry) => entry.number > stored.number);
  if (beyond || (own && !isOurs(own, stored))) {
    const { number, published, run } = settled(stored, stored.dataSource, entries);
    return { ...kept(stored), ...(run && { taskId: run.taskId, adopted: false }), number, published, state: "STALE" };
  }
  if (isRunning && stored.adopted && stored.taskId) return endOfRun(context, stored, stored.taskId, outputs);
  if (own && own.is !== "running" && stored.taskId) return endOfRun(context, stored, stored.taskId, outputs, own);
  if (stored.state === "SUCCESS" && stored.dataSource !== undefined && stored.published.some((one) => one !== NONE)) {
    if ((await rowsOf(session, stored.dataSource, stored.rowsPublished)) === "gone") {
      session.log("warning", `The rows of "${stored.dataSource}" are gone: the next up loads them again`);
      return { ...kept(stored), published: [NONE], state: "DATA_MISSING" };
    }
  }
  return undefined;
}

async function endOfRun(
  { session }: OperationContext,
  stored: StoredState,
  taskId: string,
  outputs: Properties,
  entry?: Entry,
): Promise<Found | undefined> {
  const status: TaskStatus | undefined = await session.client.status(taskId, { signal: session.signal });
  if (!status || status.statusCode === "RUNNING") return undefined;
  const report = await lastReport(session, taskId);
  if (status.statusCode === "SUCCESS") {
    const published = stored.content === undefined ? stored.published : [stored.content];
    const waits = userInputs(outputs).waitForSegmentLoad !== false && stored.dataSource !== undefined;
    const load = waits ? await loaded(session, stored.dataSource ?? "", taskId, outputs, report) : undefined;
    const state = waits && !load ? "RUNNING" : "SUCCESS";
    return { ...kept(stored), published, state, status, report, ...(load && { load }) };
  }
  const end = entry?.is === "unpublished" ? "unpublished" : "unknown";
  return {
    ...kept(stored),
    published: stored.content === undefined ? stored.published : publishedAfter(stored.published, stored.content, end),
    state: "FAILED",
    status,
    report,
  };
}

async function loaded(
  session: Session,
  dataSource: string,
  taskId: string,
  outputs: Properties,
  report: TaskReport | undefined,
) {
  const within = await overwrittenBy(session, outputs.query, taskId);
  return loadedNow(session, dataSource, { rows: report && rowsWritten(report), within });
}

/** An id that Druid has forgotten can be taken anew, by the late request of a process that has gone. */
function isOurs(entry: Entry, { content, dataSource }: StoredState): boolean {
  if (entry.is === "mark" || entry.is === "tombstone") return false;
  return entry.content === undefined || (entry.content === content && entry.target === dataSource);
}

const kept = ({ number, published, taskId, adopted }: StoredState) => ({ number, published, taskId, adopted });

function inputsOf(outputs: Properties): Properties {
  const hidden = Object.fromEntries(Object.entries(outputs).filter(([name]) => name.startsWith("__")));
  return { ...hidden, ...userInputs(outputs) };
}

function keptOutputs({ report, status, load, segmentReport, results }: Properties): Properties {
  return Object.fromEntries(
    Object.entries({ report, status, load, segmentReport, results }).filter(([, value]) => value !== undefined),
  );
}
