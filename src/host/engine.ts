/** The engine as seen from here: whether it still lives, and a watch that notices when it does not. */
import type { Clock } from "../base/clock";
import type { CallError, Sdk } from "./sdk";

const UNAVAILABLE = 14;
/** An engine that is stopped or starved for longer than this still is no dead one. */
const LOOK_TIMEOUT_MS = 5_000;
/** Just over the time in which grpc answers from its memory of the last failed connection. */
const SECOND_LOOK_AFTER_MS = 1_300;
const WATCH_INTERVAL_MS = 2_000;

export interface Engine {
  log(severity: "debug" | "info" | "warning" | "error", urn: string, message: string, ephemeral: boolean): void;
  /** False when two looks in a row found nobody at the engine's address. */
  alive(): Promise<boolean>;
}

export function connectEngine(sdk: Sdk, clock: Clock): Engine {
  // The engine is on this machine; a proxy from the environment must not stand between.
  const client = new sdk.engineService.EngineClient(sdk.address, sdk.grpc.credentials.createInsecure(), {
    "grpc.enable_http_proxy": 0,
  });
  const severities = {
    debug: sdk.engine.LogSeverity.DEBUG,
    info: sdk.engine.LogSeverity.INFO,
    warning: sdk.engine.LogSeverity.WARNING,
    error: sdk.engine.LogSeverity.ERROR,
  };
  const call = () =>
    new Promise<CallError | null>((resolve) => {
      // The cheapest call the engine has: it changes and prints nothing.
      const deadline = clock.now() + LOOK_TIMEOUT_MS;
      client.getRootResource(new sdk.engine.GetRootResourceRequest(), { deadline }, resolve);
    });
  return {
    log(severity, urn, message, ephemeral) {
      try {
        const request = new sdk.engine.LogRequest();
        request.setSeverity(severities[severity]);
        request.setMessage(message);
        request.setUrn(urn);
        request.setStreamid(0);
        request.setEphemeral(ephemeral);
        client.log(request, () => {});
      } catch {
        // What cannot be told must not stop what is being done.
      }
    },
    alive: judge(call, clock),
  };
}

/**
 * Tells a dead engine from one that cannot be asked. An engine that never answered counts as dead only where the
 * connection is refused: behind a firewall that forbids the way back to it, ingestions still have to work.
 */
export function judge(call: () => Promise<CallError | null>, clock: Clock): () => Promise<boolean> {
  let seen = false;
  const look = async (): Promise<boolean> => {
    // A call that cannot even be made says nothing about the engine.
    const error = await call().catch(() => null);
    if (error?.code !== UNAVAILABLE) {
      seen = true;
      return true;
    }
    return !seen && !/ECONNREFUSED/.test(error.details ?? "");
  };
  return async () => {
    if (await look()) return true;
    await clock.sleep(SECOND_LOOK_AFTER_MS);
    return look();
  };
}

/** Calls `onGone` once when the engine is gone. Runs as long as the process: idle providers are orphaned too. */
export async function watchEngine(alive: () => Promise<boolean>, clock: Clock, onGone: () => void): Promise<void> {
  while (await alive()) await clock.sleep(WATCH_INTERVAL_MS);
  onGone();
}
