/**
 * Notices when Pulumi wants to stop. The first Ctrl-C reaches a provider as a `Cancel` call, which the SDK's dynamic
 * provider answers without telling us. The second one, like every normal end, arrives as SIGINT.
 */
import type { Message } from "./sdk";

const CANCEL = "/pulumirpc.ResourceProvider/Cancel";

/**
 * Calls `onCancel` at each `Cancel`. It hooks into grpc's routing, which is not public API: if a release drops it, the
 * first Ctrl-C goes unnoticed and the second one still works. Returns whether the hook is in place.
 */
export function hearCancel(server: Message, onCancel: () => void): boolean {
  const route = server.prototype._retrieveHandler;
  if (typeof route !== "function") return false;
  server.prototype._retrieveHandler = function (this: unknown, ...args: unknown[]): unknown {
    if (args[0] === CANCEL) onCancel();
    return route.apply(this, args);
  };
  return true;
}

/** `onInterrupt` has to end the process, because Node no longer does so once there is a listener. */
export function hearInterrupt(onInterrupt: () => void): void {
  process.on("SIGINT", onInterrupt);
}
