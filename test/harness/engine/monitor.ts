/**
 * The two services that the program and the provider call: ResourceMonitor, through which the program asks for
 * resources, and Engine, to which both write messages. What is asked for and not served is refused by name.
 */

import { Cancelled, type Registered } from "./deployment";
import type { Listener, Severity } from "./events";
import { goalOf, notServed, type Request } from "./goal";
import { fromProgram, type Properties } from "./properties";
import type { Goal } from "./resource";
import { channelOptions, fromStruct, type Sdk } from "./sdk";

/** What the services pass on; a rejection with Cancelled means that the operation is over. */
export interface Desk {
  register(goal: Goal): Promise<Registered>;
  registerOutputs(urn: string, outputs: Properties): Promise<void>;
  /** Resolves when the program may end. */
  finish(): Promise<void>;
}

/**
 * Numbers as in the protocol's list of features, and the names that older SDKs ask for. The second group is not served:
 * without it the SDK would tell the user to update the CLI, while this engine can say what it is that it does not do.
 */
const FEATURES: Record<string, number> = {
  ...{ secrets: 0, resourceReferences: 1, outputValues: 2, aliasSpecs: 3, deletedWith: 5, replaceWith: 6 },
  ...{ transforms: 7, invokeTransforms: 8, resourceHooks: 10, errorHooks: 11, stateMigrations: 16 },
};

export class Monitor {
  readonly #sdk: Sdk;
  /** Hears what the program and the provider have to say, whatever the operation. */
  readonly #emit: Listener;
  readonly #server: InstanceType<Sdk["grpc"]["Server"]>;
  #desk: Desk | undefined;
  readonly #goals = new Map<string, Goal>();
  #root = "";

  constructor(sdk: Sdk, emit: Listener) {
    this.#sdk = sdk;
    this.#emit = emit;
    this.#server = new sdk.grpc.Server(channelOptions);
    this.#server.addService(sdk.resource.ResourceMonitorService as never, this.#resourceMonitor() as never);
    this.#server.addService(sdk.engine.EngineService as never, this.#engine() as never);
  }

  /** Resolves with the address, at which both services are. */
  listen(): Promise<string> {
    const credentials = this.#sdk.grpc.ServerCredentials.createInsecure();
    return new Promise((resolve, reject) => {
      this.#server.bindAsync("127.0.0.1:0", credentials, (error, port) =>
        error === null ? resolve(`127.0.0.1:${port}`) : reject(error),
      );
    });
  }

  /** Whose operation it is from now on. */
  serve(desk: Desk): void {
    this.#desk = desk;
  }

  close(): void {
    this.#server.forceShutdown();
  }

  #resourceMonitor() {
    const { resource, empty } = this.#sdk;
    return {
      supportsFeature: this.#unary(async (request: { getId(): string }) => {
        const response = new resource.SupportsFeatureResponse();
        response.setHassupport(request.getId() in FEATURES);
        return response;
      }),
      getDeploymentInfo: this.#unary(async () => {
        const response = new resource.DeploymentInfo();
        response.setSupportedfeaturesList(Object.values(FEATURES));
        return response;
      }),
      registerResource: this.#unary((request: Request) => this.#register(request)),
      registerResourceOutputs: this.#unary(
        async (request: InstanceType<Sdk["resource"]["RegisterResourceOutputsRequest"]>) => {
          await this.#open.registerOutputs(request.getUrn(), fromProgram(fromStruct(request.getOutputs())));
          return new empty.Empty();
        },
      ),
      signalAndWaitForShutdown: this.#unary(async () => {
        await this.#open.finish();
        return new empty.Empty();
      }),
      invoke: this.#unary((request: { getTok(): string }) =>
        this.#refuse(`the function "${request.getTok()}" (invoke)`),
      ),
      call: this.#unary((request: { getTok(): string }) => this.#refuse(`the method "${request.getTok()}" (call)`)),
      readResource: this.#unary((request: { getName(): string }) =>
        this.#refuse(`reading "${request.getName()}" (get, opts.id)`),
      ),
      existsResource: this.#unary(() => this.#refuse("asking whether a resource exists")),
      registerStackTransform: this.#unary(() => this.#refuse("transforms of the stack", true)),
      registerStackInvokeTransform: this.#unary(() => this.#refuse("transforms of invokes", true)),
      registerResourceHook: this.#unary(() => this.#refuse("resource hooks")),
      registerErrorHook: this.#unary(() => this.#refuse("error hooks")),
      registerPackage: this.#unary(() => this.#refuse("parameterized packages")),
    };
  }

  #engine() {
    const { engine, empty } = this.#sdk;
    return {
      log: this.#unary(async (request: InstanceType<Sdk["engine"]["LogRequest"]>) => {
        const severity =
          (["debug", "info", "warning", "error"] as const satisfies Severity[])[request.getSeverity()] ?? "info";
        const [urn, message, ephemeral] = [request.getUrn(), request.getMessage(), request.getEphemeral()];
        this.#emit({ type: "diagnostic", severity, urn, message, ephemeral });
        return new empty.Empty();
      }),
      getRootResource: this.#unary(async () => {
        const response = new engine.GetRootResourceResponse();
        response.setUrn(this.#root);
        return response;
      }),
      setRootResource: this.#unary(async (request: { getUrn(): string }) => {
        this.#root = request.getUrn();
        return new engine.SetRootResourceResponse();
      }),
      startDebugging: this.#unary(() => this.#refuse("debugging")),
      requirePulumiVersion: this.#unary(() => this.#refuse("requiring a version of the CLI")),
    };
  }

  get #open(): Desk {
    if (this.#desk === undefined) throw new Cancelled();
    return this.#desk;
  }

  async #register(request: Request) {
    const { resource, struct } = { resource: this.#sdk.resource, struct: this.#sdk.struct };
    const unserved = notServed(request);
    if (unserved !== undefined) await this.#refuse(unserved);
    const goal = goalOf(request, this.#goals.get(request.getParent()));
    const { resource: made, unknown } = await this.#open.register(goal);
    this.#goals.set(made.urn, goal);
    const response = new resource.RegisterResourceResponse();
    response.setUrn(made.urn);
    response.setId(made.id);
    response.setObject(struct(made.custom ? made.outputs : {}));
    response.setUnknown?.(unknown);
    return response;
  }

  /** `aloud`: told to the user as well, where the SDK loses the answer. */
  #refuse(what: string, aloud = false): Promise<never> {
    const message = `not in this engine: ${what}; it runs dynamic resources and components, for tests; use the Pulumi CLI`;
    if (aloud) this.#emit({ type: "diagnostic", severity: "error", urn: "", message, ephemeral: false });
    return Promise.reject({ code: this.#sdk.grpc.status.UNIMPLEMENTED, details: message, message });
  }

  /** A gRPC handler that answers with what the promise resolves to. */
  #unary<Asked, Answered>(handle: (request: Asked) => Promise<Answered>) {
    return (call: { request: Asked }, callback: (error: unknown, answer?: Answered) => void): void => {
      Promise.resolve()
        .then(() => handle(call.request))
        .then((answer) => callback(null, answer))
        .catch((error: unknown) => {
          const { UNAVAILABLE, UNKNOWN } = this.#sdk.grpc.status;
          if (error instanceof Cancelled) callback({ code: UNAVAILABLE, details: "the operation is over" });
          else if (error instanceof Error) callback({ code: UNKNOWN, details: error.message });
          else callback(error);
        });
    };
  }
}
