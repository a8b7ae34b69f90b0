/**
 * Refresh: finds out how the recorded run ended, and whether its rows still exist. Changes nothing in Druid. That Druid
 * has forgotten a task never counts as a loss of its rows.
 */

import type { TaskReport, TaskStatus } from "../druid/wire/task";
import type { RunCheckpoint } from "../ingestion/reconcile/goal";
import { OUTPUTS_OF_RUN, type OutputFacts } from "../ingestion/report/outputs";
import { rowsWritten } from "../ingestion/report/progress";
import { observeFrom } from "../ingestion/rules/record";
import { publishedAtEnd, type Seen, seenByRefresh } from "../ingestion/rules/refresh";
import { lastReport } from "../ingestion/run/wait";
import { overwrittenBy } from "../ingestion/segments/overwritten";
import { rowsOf } from "../ingestion/segments/rows";
import { loadedNow } from "../ingestion/segments/segments";
import { observe } from "../ingestion/sequence/observe";
import type { Session } from "../ingestion/session";
import { type OperationContext, operate } from "./operation";
import type { Parts } from "./parts";
import { sealed } from "./secrecy";
import { outputsOf, type Properties, readState, type StoredState, userInputs } from "./state";

type Found = Omit<RunCheckpoint, "state"> & Pick<OutputFacts, "state" | "segmentLoad">;

export async function read(parts: Parts, id: string, outputs: Properties): Promise<{ id: string; props: Properties }> {
  return operate(parts, "refresh", outputs, async (context) => {
    const stored = readState(outputs);
    const key = stored.key ?? id;
    parts.neighbours.rememberTarget(context.urn, stored.dataSource, outputs.onDelete === "dropDatasource");
    const found = await find(context, key, stored, outputs);
    if (!found) return { id, props: sealed(outputs) };
    const { url } = context.session.client;
    const { dataSource } = stored;
    const more = { key, url, dataSource, hide: context.hide, segmentLoad: found.segmentLoad };
    const inputs = { ...inputsOf(outputs), ...(outputs.statement !== undefined && { statement: outputs.statement }) };
    // Outputs that the refresh could not read again stay as they were.
    return { id, props: sealed({ ...(found.report ? {} : keptOutputs(outputs)), ...outputsOf(inputs, found, more) }) };
  });
}

/** Undefined if nothing has changed. */

async function find(
  context: OperationContext,
  key: string,
  stored: StoredState,
  outputs: Properties,
): Promise<Found | undefined> {
  const { session } = context;
  const { client, clock, signal } = session;
  const entries = await observe(client, clock, key, observeFrom(stored), { signal, keepsMoved: true });
  const { adoptTaskId } = userInputs(outputs);
  const told = typeof adoptTaskId === "string" ? adoptTaskId : undefined;
  const seen = seenByRefresh(stored, stored.dataSource, entries, told);
  switch (seen.is) {
    case "nothingNew":
      return undefined;
    case "stale": {
      const { number, published, run, adoptedTaskId } = seen;
      return { ...kept(stored), ...run, number, published, adoptedTaskId, state: "STALE" };
    }
    case "ended":
      return endOfRun(context, stored, seen, outputs);
    case "askRows":
      if ((await rowsOf(session, seen.target, stored.rowsPublished)) !== "gone") return undefined;
      session.log("warning", `The rows of "${seen.target}" are gone: the next \`pulumi up\` loads them again`);
      return { ...kept(stored), published: [], state: "DATA_MISSING" };
  }
}

async function endOfRun(
  { session }: OperationContext,
  stored: StoredState,
  { taskId, end }: Extract<Seen, { is: "ended" }>,
  outputs: Properties,
): Promise<Found | undefined> {
  const status: TaskStatus | undefined = await session.client.status(taskId, { signal: session.signal });
  if (!status || status.statusCode === "RUNNING") return undefined;
  const report = await lastReport(session, taskId);
  if (status.statusCode === "SUCCESS") {
    const published = publishedAtEnd(stored, "success");
    const waits = userInputs(outputs).waitForSegmentLoad !== false && stored.dataSource !== undefined;
    const segmentLoad = waits ? await loaded(session, stored.dataSource ?? "", taskId, outputs, report) : undefined;
    const state = waits && !segmentLoad ? "RUNNING" : "SUCCESS";
    return { ...kept(stored), published, state, status, report, segmentLoad };
  }
  return { ...kept(stored), published: publishedAtEnd(stored, end), state: "FAILED", status, report };
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

const kept = ({ number, published, taskId, adopted, adoptedTaskId }: StoredState) => ({
  number,
  published,
  taskId,
  adopted,
  adoptedTaskId,
});

function inputsOf(outputs: Properties): Properties {
  const hidden = Object.fromEntries(Object.entries(outputs).filter(([name]) => name.startsWith("__")));
  return { ...hidden, ...userInputs(outputs) };
}

function keptOutputs(outputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(outputs).filter(([name, value]) => name in OUTPUTS_OF_RUN && value !== undefined),
  );
}
