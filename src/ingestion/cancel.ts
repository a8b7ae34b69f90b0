/** Ends tasks that still run, and knows that they have ended. */
import { DruidIngestionError } from "../base/errors";
import type { Session } from "./session";

const END_WAIT_MS = 5 * 60_000;
const LOOK_EVERY_MS = 500;

/** Shuts the tasks down and returns once none runs; one that ends by itself meanwhile or is unknown is fine. */
export async function cancelAndAwait(session: Session, taskIds: readonly string[]): Promise<void> {
  const { client, clock, signal } = session;
  for (const taskId of taskIds) {
    await session.assertAlive();
    session.status(`canceling task ${taskId}`);
    await client.shutdown(taskId, { signal });
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
        `Cannot cancel task "${left[0]}" on "${client.url}": it still runs ${END_WAIT_MS / 60_000} minutes after the ` +
          "shutdown was accepted; look at the Overlord's log, then run again",
      );
    }
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
}
