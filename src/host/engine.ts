/** Logs to Pulumi's engine and notices when the engine is gone. */
import type { Clock } from "../base/clock";
import type { CallError, Sdk } from "./sdk";

const UNAVAILABLE = 14;
/**
 * Deadline of one check. A paused or starved engine may be silent for longer without being dead: only a refusal counts.
 */
const LOOK_TIMEOUT_MS = 5_000;
/** Just longer than grpc repeats the result of a failed connection without trying again. */
const SECOND_LOOK_AFTER_MS = 1_300;
const WATCH_INTERVAL_MS = 2_000;

export interface Engine {
  log(severity: "debug" | "info" | "warning" | "error", urn: string, message: string, ephemeral: boolean): void;
  /** False after two checks in a row found nothing listening at the engine's address. */
  alive(): Promise<boolean>;
}

export function connectEngine(sdk: Sdk, clock: Clock): Engine {
  // The engine runs on this machine, so a proxy from the environment must not be used.
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
      // The engine's cheapest call: it changes nothing and prints nothing.
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
        // A failed log line must not stop the operation.
      }
    },
    alive: judge(call, clock),
  };
}

/**
 * Distinguishes a dead engine from one that cannot be reached. An engine that never answered counts as dead only if the
 * connection is refused: ingestions must still work behind a firewall that blocks the way back to the engine.
 */
export function judge(call: () => Promise<CallError | null>, clock: Clock): () => Promise<boolean> {
  let seen = false;
  const look = async (): Promise<boolean> => {
    // If the call cannot even be made, that says nothing about the engine.
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

/**
 * Calls `onGone` once when the engine is gone. Runs as long as the process, because idle providers are orphaned too.
 */
export async function watchEngine(alive: () => Promise<boolean>, clock: Clock, onGone: () => void): Promise<void> {
  while (await alive()) await clock.sleep(WATCH_INTERVAL_MS);
  onGone();
}
