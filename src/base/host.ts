/** The Pulumi engine: its log, its wish to stop, and whether it is still alive. Implemented in `host/`. */
export interface Host {
  /** Logs a permanent line for the resource. Never throws. Callers must leave out secrets. */
  log(severity: "debug" | "info" | "warning" | "error", urn: string, message: string): void;
  /**
   * Sets the temporary status in the resource's row. The newest one is shown within a second, in logs within 30 s.
   * Repeated texts are dropped, so call it at every poll. Never throws.
   */
  status(urn: string, message: string): void;
  /** Aborted with kind `interrupted` at the first Ctrl-C, or with `orphaned` when the engine is gone. */
  readonly signal: AbortSignal;
  /** Must be called before every request that changes Druid. @throws kind `orphaned` if the engine is gone. */
  assertAlive(): Promise<void>;
  /** Runs an operation; an interrupt gives it time to finish. After it no status of the resource is sent any more. */
  during<T>(run: () => Promise<T>, urn?: string): Promise<T>;
}
