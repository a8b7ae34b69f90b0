/**
 * Delete: ends running tasks and makes sure that no late request starts one; with `dropDatasource` it also removes the
 * rows. It succeeds if everything is already gone, and keeps the state if Druid cannot be reached.
 */
import { DruidIngestionError } from "../base/errors";
import { withPatience } from "../druid/transport/retry";
import { awaitDropped } from "../ingestion/segments/rows";
import { keyOf, nameOf } from "../ingestion/sequence/key";
import { locateSequence } from "../ingestion/sequence/locate";
import { renameSequence } from "../ingestion/sequence/rename";
import { retire } from "../ingestion/sequence/retire";
import type { Session } from "../ingestion/session";
import { type OperationContext, operate } from "./operation";
import type { Parts } from "./parts";
import { type Properties, readState, type StoredState, userInputs } from "./state";

export async function remove(parts: Parts, id: string, outputs: Properties): Promise<void> {
  await operate(parts, "delete", outputs, async (context) => {
    try {
      await end(parts, context, id, readState(outputs), userInputs(outputs).onDelete === "dropDatasource");
      parts.neighbours.forget(context.urn);
    } catch (error) {
      const text = context.explain(error);
      throw new Error(
        `${text} (the resource stays in the state: run the delete again, or \`pulumi state delete\` if Druid is gone for good)`,
        {
          cause: error,
        },
      );
    }
  });
}

async function end(parts: Parts, context: OperationContext, id: string, recorded: StoredState, drops: boolean) {
  const { session, urn, organization } = context;
  const target = recorded.dataSource;
  const anew = parts.neighbours.standsBeyond(recorded.key ?? id, target, recorded.number);
  if (anew !== undefined) return leave(session, target, drops, anew.created);
  const stored = await locateSequence(session, { ...recorded, key: recorded.key ?? id });
  const { key } = stored;
  const drop = async (datasource: string, isEmpty: boolean) => {
    const mayGo = mayDrop(parts, context, datasource, isEmpty);
    if (mayGo) await markUnused(context, datasource);
    return mayGo;
  };
  const { number, isDropped } = await retire(session, { key, urn, target, drops, drop }, stored);
  parts.neighbours.giveUp(key, target, number);
  if (isDropped && target !== undefined) await awaitDropped(session, target);
  const present = keyOf(urn, organization);
  if (present === key) return;
  // It was renamed but not updated since: a later ingestion of the new name must find what was loaded.
  const ended = { ...stored, number, state: "SUCCESS" };
  const renamed = await renameSequence(session, { from: key, to: present, urn, target }, ended);
  if (renamed) parts.neighbours.giveUp(present, target, renamed.number);
}

/**
 * Handles the delete of an ingestion whose replacement was created first. The resource class forbids that, but
 * `transforms` run in the engine after it. The rows and the running tasks belong to the replacement.
 */
function leave({ log }: Session, target: string | undefined, drops: boolean, created: boolean): void {
  if (target === undefined || !drops) return;
  const text = `a transform sets "deleteBeforeReplace: false", so the replacement was created first and owns the rows of "${target}"`;
  if (created)
    throw new DruidIngestionError(
      "invalidInput",
      `${text}; remove that from the transform, and run \`pulumi up\` again`,
    );
  log("warning", `"${target}" is not dropped: ${text}`);
}

function mayDrop(parts: Parts, { session, urn }: OperationContext, target: string, isEmpty: boolean): boolean {
  const others = parts.neighbours.others(urn, target);
  if (others.length > 0) {
    session.log(
      "warning",
      `"${target}" is not dropped, since ${others.map((other) => `"${nameOf(other)}"`).join(", ")} also ${others.length === 1 ? "loads" : "load"} into it: its rows stay`,
    );
    return false;
  }
  if (isEmpty) {
    session.log("info", `"${target}" is not dropped: this ingestion has published nothing into it`);
    return false;
  }
  return true;
}

async function markUnused({ session }: OperationContext, target: string): Promise<void> {
  const { client, clock, signal, random } = session;
  session.log("info", `Dropping "${target}": all its segments are marked unused`);
  await withPatience(
    async () => {
      await session.assertAlive();
      await client.markUnused(target, { signal });
    },
    { clock, random, patienceMs: 10_000, signal },
  );
}
