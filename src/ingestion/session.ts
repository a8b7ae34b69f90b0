/** What every step of an operation uses: Druid, time, cancellation, and messages to the user. */
import type { Clock } from "../base/clock";
import type { DruidClient } from "../druid/client";
import type { TaskStatus } from "../druid/wire/task";

export interface Session {
  client: DruidClient;
  /**
   * The same object for all ingestions of a connection, which have a client each where their queries are secret. What
   * they share, such as task slots, is kept under it.
   */
  cluster: object;
  /** Reads a task's status; several ingestions share one request. */
  look(taskId: string, signal: AbortSignal): Promise<TaskStatus | undefined>;
  clock: Clock;
  /** Between 0 and 1; only spreads retries in time. */
  random(): number;
  /** Aborted by an interrupt, by the end of the engine, or by the operation's time limit. */
  signal: AbortSignal;
  /** Throws if the engine is gone. Must be called before every request that changes Druid. */
  assertAlive(): Promise<void>;
  /** Sets the temporary status in the resource's row. */
  status(message: string): void;
  /** Logs a permanent line. */
  log(severity: "info" | "warning", message: string): void;
}
