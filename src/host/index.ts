/** Connects to the Pulumi engine: reports progress to it, notices when it wants to stop and when it is gone. */
import { type Clock, systemClock } from "../base/clock";
import { DruidIngestionError } from "../base/errors";
import { hearCancel, hearInterrupt } from "./cancel";
import { connectEngine, watchEngine } from "./engine";
import { Operations } from "./operations";
import { findSdk, type Sdk } from "./sdk";
import { throttled } from "./status";
import { rememberUrns } from "./urn";

export { urnOf } from "./urn";

export interface Host {
  /** Logs a permanent line for the resource. Never throws. Callers must leave out secrets. */
  log(severity: "debug" | "info" | "warning" | "error", urn: string, message: string): void;
  /** Sets the temporary status in the resource's row. Repeated texts are dropped, so call it at every poll. Never throws. */
  status(urn: string, message: string): void;
  /** Aborted with kind `interrupted` at the first Ctrl-C, or with `orphaned` when the engine is gone. */
  readonly signal: AbortSignal;
  /** Must be called before every request that changes Druid. @throws kind `orphaned` if the engine is gone. */
  assertAlive(): Promise<void>;
  /** Runs an operation; an interrupt gives it time to finish. */
  during<T>(run: () => Promise<T>): Promise<T>;
}

/** The engine kills a plugin 5 s after the interrupt. */
const INTERRUPT_GRACE_MS = 4_000;
/** Short, because the engine that wanted the result is gone. */
const ORPHAN_GRACE_MS = 1_000;

let connected: Host | undefined;

/** The process-wide host. Outside a dynamic provider process it logs nothing and always counts as alive. */
export function connectHost(): Host {
  if (connected === undefined) {
    const sdk = findSdk();
    connected = sdk === undefined ? silentHost() : engineHost(sdk, systemClock);
  }
  return connected;
}

function silentHost(): Host {
  return {
    log: () => {},
    status: () => {},
    signal: new AbortController().signal,
    assertAlive: async () => {},
    during: (run) => run(),
  };
}

function engineHost(sdk: Sdk, clock: Clock): Host {
  const engine = connectEngine(sdk, clock);
  const operations = new Operations(clock, () => process.exit(0));
  rememberUrns(sdk.provider);
  hearCancel(sdk.grpc.Server, () => operations.stop(interrupted()));
  hearInterrupt(() => operations.leave(interrupted(), INTERRUPT_GRACE_MS));
  watchEngine(engine.alive, clock, () => operations.leave(orphaned(), ORPHAN_GRACE_MS)).catch(() => {});
  return {
    log: (severity, urn, message) => engine.log(severity, urn, message, false),
    status: throttled((urn, message) => engine.log("info", urn, message, true), clock, process.env),
    signal: operations.signal,
    async assertAlive() {
      if (await engine.alive()) return;
      operations.leave(orphaned(), ORPHAN_GRACE_MS);
      throw orphaned();
    },
    during: (run) => operations.during(run),
  };
}

// These are causes only: the interrupted operation adds what it was doing and where.
function interrupted(): DruidIngestionError {
  return new DruidIngestionError("interrupted", "Pulumi was asked to stop");
}

function orphaned(): DruidIngestionError {
  return new DruidIngestionError("orphaned", "the Pulumi engine that asked for this is gone");
}
