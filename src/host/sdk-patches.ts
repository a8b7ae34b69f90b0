/**
 * What Pulumi tells the provider process and the SDK keeps from the provider: that it wants to stop, and which resource
 * a call is about. Both are heard by patches of the SDK's prototypes, which are no public API; these are all of them.
 */
import type { Message } from "./sdk";

const CANCEL = "/pulumirpc.ResourceProvider/Cancel";

/**
 * Calls `onCancel` at each `Cancel`: the first Ctrl-C, which the SDK's dynamic provider answers by itself. Where a
 * release of grpc routes calls in another way it goes unheard, and the second Ctrl-C, a SIGINT, still works.
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

/** The messages that carry a URN, and where each has its properties. */
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
 * Has the properties of each request remember its URN, under a symbol, which copies by spread keep and JSON and protobuf
 * leave out. Not there for the call that loads this module, nor where the SDK's messages look otherwise.
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

/** The URN of the resource whose properties these are, as handed over by the SDK; else the hidden input `__urn`. */
export function urnOf(props: object): string | undefined {
  const exact = Reflect.get(props, URN);
  if (typeof exact === "string") return exact;
  const declared = Reflect.get(props, "__urn");
  return typeof declared === "string" ? declared : undefined;
}
