/** What every step of one operation works with: Druid, time, the way out, and the voice. */
import type { Clock } from "../base/clock";
import type { DruidClient } from "../druid/client";
import type { TaskStatus } from "../druid/wire/task";

export interface Session {
  client: DruidClient;
  /** Status looks that several ingestions share. */
  look(taskId: string, signal: AbortSignal): Promise<TaskStatus | undefined>;
  clock: Clock;
  /** Between 0 and 1; only spreads retries in time. */
  random(): number;
  /** Aborted by an interrupt, by the engine's end or by the operation's own time limit. */
  signal: AbortSignal;
  /** Throws where the engine is gone. Asked before every request that changes Druid. */
  assertAlive(): Promise<void>;
  /** Shown beside the resource's row, and gone when the next one comes. */
  status(message: string): void;
  /** Stays in the output of this run. */
  log(severity: "info" | "warning", message: string): void;
}
