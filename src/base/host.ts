/** The engine beside us: its output, its wish to stop, and whether it still lives. `host/` is the real one. */
export interface Host {
  /** A lasting line in the engine's output, beside the resource. Never throws. Callers leave out what is secret. */
  log(severity: "debug" | "info" | "warning" | "error", urn: string, message: string): void;
  /** The passing line beside the resource's row; says only what changed, so call it at every look. Never throws. */
  status(urn: string, message: string): void;
  /** Aborted with kind `interrupted` at the first Ctrl-C, or `orphaned` when the engine is gone. */
  readonly signal: AbortSignal;
  /** To be asked before every request that changes Druid. @throws kind `orphaned` when the engine is gone. */
  assertAlive(): Promise<void>;
  /** Runs an operation so that an interrupt gives it time to come to an end. */
  during<T>(run: () => Promise<T>): Promise<T>;
}
