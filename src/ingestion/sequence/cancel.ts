/** Cancels running tasks and waits until they have ended. */
import { DruidIngestionError } from "../../base/errors";
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
  const until = clock.now() + END_WAIT_MS;
  let left = [...taskIds];
  for (;;) {
    const statuses = await client.statuses(left, { signal });
    left = left.filter((taskId) => statuses.get(taskId)?.statusCode === "RUNNING");
    if (left.length === 0) return;
    if (clock.now() >= until) {
      throw new DruidIngestionError(
        "timeout",
        `Cannot cancel task "${left[0]}" on "${client.url}": it is still running ${END_WAIT_MS / 60_000} minutes after the ` +
          "shutdown was accepted; check the Overlord's log, then try again",
      );
    }
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
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
