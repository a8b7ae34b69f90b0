/**
 * Passes on what Pulumi tells the provider process but the SDK hides from the provider: that it wants to stop, and
 * which resource a call is about. It patches prototypes of the SDK, which are not public API; all such patches are
 * here.
 */
import type { Message } from "./sdk";

const CANCEL = "/pulumirpc.ResourceProvider/Cancel";

/**
 * Calls `onCancel` at each `Cancel`, which is the first Ctrl-C and which the SDK's dynamic provider answers itself. If
 * a release of grpc routes calls in another way, the first Ctrl-C is missed; the second, a SIGINT, still works.
 */
export function hearCancel(server: Message, onCancel: () => void): void {
  const route = server.prototype._retrieveHandler;
  if (typeof route !== "function") return;
  server.prototype._retrieveHandler = function (this: unknown, ...args: unknown[]): unknown {
    if (args[0] === CANCEL) onCancel();
    return route.apply(this, args);
  };
}

const URN = Symbol.for("pulumi-druid.urn");

/** The messages that carry a URN, with the getters of their properties. */
const CARRIERS = {
  CheckRequest: ["getOlds", "getNews"],
  DiffRequest: ["getOlds", "getNews"],
  CreateRequest: ["getProperties"],
  UpdateRequest: ["getOlds", "getNews"],
  ReadRequest: ["getProperties", "getInputs"],
  DeleteRequest: ["getProperties"],
} as const;

interface Struct {
  toJavaScript(): object;
}

/**
 * Attaches the URN of each request to its properties under a symbol, which spread copies keep and JSON and protobuf
 * ignore. It is missing in the call that loads this module, and if the SDK's messages have another shape.
 */
export function rememberUrns(messages: Record<string, Message | undefined>): void {
  for (const [name, getters] of Object.entries(CARRIERS)) {
    const prototype = messages[name]?.prototype;
    for (const getter of getters) {
      const original = prototype?.[getter];
      if (prototype === undefined || typeof original !== "function") continue;
      prototype[getter] = function (this: { getUrn?(): string }, ...args: unknown[]): unknown {
        const struct: Struct | undefined = original.apply(this, args);
        const urn = this.getUrn?.();
        if (urn && typeof struct?.toJavaScript === "function") label(struct, urn);
        return struct;
      };
    }
  }
}

function label(struct: Struct, urn: string): void {
  const original = struct.toJavaScript;
  struct.toJavaScript = () => Object.assign(original.call(struct), { [URN]: urn });
}

/** The URN of the resource with these properties: the one attached above, otherwise the hidden input `__urn`. */
export function urnOf(props: object): string | undefined {
  const exact = Reflect.get(props, URN);
  if (typeof exact === "string") return exact;
  const declared = Reflect.get(props, "__urn");
  return typeof declared === "string" ? declared : undefined;
}
