/** Connects to the Pulumi engine: reports progress to it, notices when it wants to stop and when it is gone. */
import { type Clock, systemClock } from "../base/clock";
import { DruidIngestionError } from "../base/errors";
import type { Host } from "../base/host";
import { connectEngine, watchEngine } from "./engine";
import { Operations } from "./operations";
import { findSdk, type Sdk } from "./sdk";
import { hearCancel, rememberUrns } from "./sdk-patches";
import { throttled } from "./status";

export { urnOf } from "./sdk-patches";

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
  const statuses = throttled((urn, message) => engine.log("info", urn, message, true), clock, process.env);
  rememberUrns(sdk.provider);
  hearCancel(sdk.grpc.Server, () => operations.stop(interrupted()));
  // `leave` has to end the process, because Node no longer does so once there is a listener.
  process.on("SIGINT", () => operations.leave(interrupted(), INTERRUPT_GRACE_MS));
  watchEngine(engine.alive, clock, () => operations.leave(orphaned(), ORPHAN_GRACE_MS)).catch(() => {});
  return {
    log(severity, urn, message) {
      statuses.settle(urn);
      engine.log(severity, urn, message, false);
    },
    status: statuses.say,
    signal: operations.signal,
    async assertAlive() {
      if (await engine.alive()) return;
      operations.leave(orphaned(), ORPHAN_GRACE_MS);
      throw orphaned();
    },
    during: (run, urn) => operations.during(run).finally(() => urn !== undefined && statuses.settle(urn)),
  };
}

// These are causes only: the interrupted operation adds what it was doing and where.
function interrupted(): DruidIngestionError {
  return new DruidIngestionError("interrupted", "Pulumi was asked to stop");
}

function orphaned(): DruidIngestionError {
  return new DruidIngestionError("orphaned", "the Pulumi engine that asked for this is gone");
}
