/**
 * Hears that Pulumi wants to stop. The first Ctrl-C reaches a provider as a `Cancel` call, which the SDK's dynamic
 * provider answers without telling us; the second one, and every normal end, as SIGINT.
 */
import type { Message } from "./sdk";

const CANCEL = "/pulumirpc.ResourceProvider/Cancel";

/**
 * Calls `onCancel` at each `Cancel`. Looks over the shoulder of grpc's own routing, which is not its public API: where
 * a release has it no more, the first Ctrl-C goes unheard and the second one still works. Tells whether it listens.
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

/** With a listener Node no longer ends the process by itself: `onInterrupt` has to. */
export function hearInterrupt(onInterrupt: () => void): void {
  process.on("SIGINT", onInterrupt);
}
