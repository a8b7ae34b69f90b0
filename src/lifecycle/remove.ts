/**
 * Delete: nothing of ours runs any more, and nothing late can; with `dropDatasource` the rows go too. What is gone
 * already is fine; what cannot be reached keeps its state.
 */
import { DruidIngestionError, messageOf } from "../base/errors";
import { withPatience } from "../druid/retry";
import { cancelAndAwait } from "../ingestion/cancel";
import { nameOf } from "../ingestion/key";
import { endOf, observe } from "../ingestion/observe";
import { observeFrom, settled } from "../ingestion/record";
import { awaitDropped } from "../ingestion/rows";
import { NONE } from "../ingestion/sequence";
import type { Session } from "../ingestion/session";
import { submitMark } from "../ingestion/submit";
import { type OperationContext, operate } from "./operation";
import type { Parts } from "./parts";
import { type Properties, readState, type StoredState, userInputs } from "./state";

const TURNS_MAX = 100;

export async function remove(parts: Parts, id: string, outputs: Properties): Promise<void> {
  await operate(parts, "delete", outputs, async (context) => {
    try {
      await end(parts, context, id, readState(outputs), userInputs(outputs).onDelete === "dropDatasource");
      parts.neighbours.forget(context.urn);
    } catch (error) {
      const text = context.explain(error);
      throw new Error(
        `${text} (nothing is forgotten: run the delete again, or "pulumi state delete" where Druid is gone for good)`,
        {
          cause: error,
        },
      );
    }
  });
}

async function end(parts: Parts, context: OperationContext, id: string, stored: StoredState, drops: boolean) {
  const { session, urn } = context;
  const { client, clock, signal } = session;
  const key = stored.key ?? id;
  const target = stored.dataSource;
  const adopted = stored.adopted && stored.state === "RUNNING" && stored.taskId ? [stored.taskId] : [];
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    const entries = await observe(client, clock, key, observeFrom(stored), { signal });
    const running = entries.filter((entry) => entry.is === "running").map((entry) => entry.taskId);
    const toCancel = turn === 0 ? [...running, ...adopted] : running;
    if (toCancel.length > 0) {
      await cancelAndAwait(session, toCancel);
      continue;
    }
    const { number, published } = settled(stored, target, entries);
    const isEmpty = published.every((content) => content === NONE) && !(await havePublished(session, adopted));
    const dropped = drops && target !== undefined && mayDrop(parts, context, target, isEmpty);
    if (dropped) await drop(context, target);
    const marker = dropped ? { is: "tombstone" as const, target, urn } : { is: "mark" as const, urn };
    const outcome = await submitMark(session, key, number + 1, target, marker);
    if (outcome.is === "taken") continue;
    signal.throwIfAborted();
    if (outcome.is !== "accepted") {
      const what = dropped ? "that the datasource was dropped" : "that the ingestion was deleted";
      session.log("warning", `Cannot leave a mark in Druid ${what} (${messageOf(outcome.error)}): going on without`);
    }
    // A number that the mark has not taken is left to the next run, which fences it instead.
    parts.neighbours.giveUp(key, target, outcome.is === "accepted" ? number + 1 : number);
    return;
  }
  throw new DruidIngestionError(
    "timeout",
    "something else keeps taking its task ids; look for another program that runs the same stack",
  );
}

/** Whether any of these tasks of no number may have published before it ended. */
async function havePublished({ client, clock, signal }: Session, taskIds: readonly string[]): Promise<boolean> {
  for (const taskId of taskIds) {
    const status = await client.status(taskId, { signal });
    if (status?.statusCode !== "FAILED") return true;
    if ((await endOf(client, clock, status, { signal })).ending !== "unpublished") return true;
  }
  return false;
}

function mayDrop(parts: Parts, { session, urn }: OperationContext, target: string, isEmpty: boolean): boolean {
  const others = parts.neighbours.others(urn, target);
  if (others.length > 0) {
    session.log(
      "warning",
      `"${target}" is not dropped, since ${others.map((other) => `"${nameOf(other)}"`).join(", ")} load(s) into it as well: its rows stay`,
    );
    return false;
  }
  if (isEmpty) {
    session.log("info", `"${target}" is not dropped: this ingestion has published nothing into it`);
    return false;
  }
  return true;
}

async function drop({ session }: OperationContext, target: string): Promise<void> {
  const { client, clock, signal, random } = session;
  session.log("info", `Dropping "${target}": all its segments are marked unused`);
  await withPatience(
    async () => {
      await session.assertAlive();
      await client.markUnused(target, { signal });
    },
    { clock, random, patienceMs: 10_000, signal },
  );
  await awaitDropped(session, target);
}
