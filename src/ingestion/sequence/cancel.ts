/** Cancels running tasks and waits until they have ended. */
import { DruidIngestionError } from "../../base/errors";
import { poll } from "../../base/poll";
import { withPatience } from "../../druid/transport/retry";
import type { RunEntry } from "../rules/sequence";
import type { Session } from "../session";

const END_WAIT_MS = 5 * 60_000;
const LOOK_EVERY_MS = 500;

/** Shuts the tasks down and returns when none is running. Tasks that end by themselves or are unknown are fine. */
export async function cancelAndAwait(session: Session, taskIds: readonly string[]): Promise<void> {
  const { client, clock, signal } = session;
  for (const taskId of taskIds) {
    session.status(`canceling task ${taskId}`);
    // Canceling twice is harmless, so it may be retried after a lost answer.
    await withPatience(
      async () => {
        await session.assertAlive();
        await client.shutdown(taskId, { signal });
      },
      { clock, random: session.random, patienceMs: 10_000, signal },
    );
  }
  let left = [...taskIds];
  const lookWhichRun = async () => {
    const statuses = await client.statuses(left, { signal });
    left = left.filter((taskId) => statuses.get(taskId)?.statusCode === "RUNNING");
    return left.length === 0 || undefined;
  };
  if (await poll(lookWhichRun, { clock, signal, boundMs: END_WAIT_MS, pauseMs: () => LOOK_EVERY_MS })) return;
  throw new DruidIngestionError(
    "timeout",
    `Cannot cancel task "${left[0]}" on "${client.url}": it is still running ${END_WAIT_MS / 60_000} minutes after the ` +
      "shutdown was accepted; check the Overlord's log, then try again",
  );
}

/** Cancels runs of this ingestion that are not the wanted one. */
export async function cancelOthers(session: Session, entries: readonly RunEntry[]): Promise<void> {
  const adopted = entries.filter((entry) => entry.isAdopted);
  const own = entries.length - adopted.length;
  if (own > 0) session.log("info", `Canceling ${own} running task(s) of this ingestion that are no longer wanted`);
  for (const { taskId } of adopted) {
    session.log("info", `Canceling the adopted task ${taskId}, which is no longer wanted`);
  }
  await cancelAndAwait(
    session,
    entries.map(({ taskId }) => taskId),
  );
}
