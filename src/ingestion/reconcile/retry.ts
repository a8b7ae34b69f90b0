/** Announces that a failed run is repeated, and waits a little for the cause to pass. */
import type { TaskReport, TaskStatus } from "../../druid/wire/task";
import { codeOf } from "../rules/passing";
import type { Session } from "../session";

const PAUSES_MS = [5_000, 30_000];
const PAUSE_MAX_MS = 60_000;

type Failed = { taskId: string; status: TaskStatus | undefined; report: TaskReport | undefined };

export async function awaitRetry(
  { clock, log, signal, status }: Session,
  failed: Failed | undefined,
  attempt: number,
  retries: number,
): Promise<void> {
  const pauseMs = PAUSES_MS[attempt - 1] ?? PAUSE_MAX_MS;
  const pause = `${pauseMs / 1_000} s`;
  const code = codeOf(failed?.status, failed?.report);
  log(
    "warning",
    `Task ${failed?.taskId} failed with ${code} and has certainly published nothing: running it again in ${pause} ` +
      `(retry ${attempt} of ${retries})`,
  );
  status(`waiting ${pause} before retry ${attempt} of ${retries}, after ${code}`);
  await clock.sleep(pauseMs, signal);
}
