/**
 * The two services that the program and the provider call: ResourceMonitor, through which the program asks for
 * resources, and Engine, to which both write messages. What is asked for and not served is refused by name.
 */

import { Cancelled, type Registered } from "./deployment";
import type { EngineEvent, Severity } from "./events";
import { fromProgram, type Properties } from "./properties";
import type { AliasSpec, Goal, Timeouts } from "./resource";
import { channelOptions, fromStruct, type Sdk } from "./sdk";

type Request = InstanceType<Sdk["resource"]["RegisterResourceRequest"]> & { getStateMigrationsList?(): unknown[] };
type Alias = ReturnType<Request["getAliasesList"]>[number];

/** What the services pass on; a rejection with Cancelled means that the operation is over. */
export interface Desk {
  register(goal: Goal): Promise<Registered>;
  registerOutputs(urn: string, outputs: Properties): Promise<void>;
  /** Resolves when the program may end. */
  finish(): Promise<void>;
  emit(event: EngineEvent): void;
}

/**
 * Numbers as in the protocol's list of features, and the names that older SDKs ask for. The second group is not served:
 * without it the SDK would tell the user to update the CLI, while this engine can say what it is that it does not do.
 */
const FEATURES: Record<string, number> = {
  ...{ secrets: 0, resourceReferences: 1, outputValues: 2, aliasSpecs: 3, deletedWith: 5 },
  ...{ replaceWith: 6, transforms: 7, invokeTransforms: 8, resourceHooks: 10, errorHooks: 11, stateMigrations: 16 },
};

export class Monitor {
  readonly #sdk: Sdk;
  readonly #server: InstanceType<Sdk["grpc"]["Server"]>;
  #desk: Desk | undefined;
  readonly #goals = new Map<string, Goal>();
  #root = "";

  constructor(sdk: Sdk) {
    this.#sdk = sdk;
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
      registerStackTransform: this.#unary(() => this.#refuse("transforms")),
      registerStackInvokeTransform: this.#unary(() => this.#refuse("transforms of invokes")),
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
        this.#desk?.emit({ type: "diagnostic", severity, urn, message, ephemeral });
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

  #refuse(what: string): Promise<never> {
    const message = `${what} is not in this engine: it runs dynamic resources and components for tests; use the Pulumi CLI`;
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

/** What of a registration this engine does not do. */
function notServed(request: Request): string | undefined {
  const named = `"${request.getName()}"`;
  if (request.getImportid() !== "") return `importing ${named} (opts.import)`;
  if (request.getRemote()) return `the remote component ${named}`;
  if (request.getTransformsList().length > 0) return `transforms of ${named}`;
  if (request.getHooks() !== undefined) return `hooks of ${named}`;
  if (request.getReplaceWithList().length > 0) return `replaceWith of ${named}`;
  if (request.getReplacementTrigger() !== undefined) return `replacementTrigger of ${named}`;
  if ((request.getStateMigrationsList?.() ?? []).length > 0) return `state migrations of ${named}`;
  if (request.getProvider() !== "") return `an explicit provider for ${named}`;
  const served = !request.getCustom() || request.getType().startsWith("pulumi-nodejs:");
  return served
    ? undefined
    : `the type "${request.getType()}" of ${named} (only dynamic resources have a provider here)`;
}

function goalOf(request: Request, parent: Goal | undefined): Goal {
  const propertyDependencies = new Map<string, Set<string>>();
  const depends = (key: string, urns: readonly string[]): void => {
    const known = propertyDependencies.get(key) ?? new Set();
    for (const urn of urns) known.add(urn);
    if (known.size > 0) propertyDependencies.set(key, known);
  };
  const inputs = fromProgram(fromStruct(request.getObject()), (key, urn) => depends(key, [urn]));
  const told = request.getPropertydependenciesMap();
  if (told.getLength() === 0) for (const key of Object.keys(inputs)) depends(key, request.getDependenciesList());
  told.forEach((urns, key) => {
    depends(key, urns.getUrnsList());
  });
  const dbr = request.getDeletebeforereplacedefined() || request.getDeletebeforereplace();
  return {
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    inputs,
    parent: request.getParent(),
    dependencies: [...new Set(request.getDependenciesList())],
    propertyDependencies: Object.fromEntries([...propertyDependencies].map(([key, urns]) => [key, [...urns]])),
    deletedWith: request.getDeletedwith() || (parent?.deletedWith ?? ""),
    protect: request.hasProtect() ? request.getProtect() : parent?.protect,
    retainOnDelete: request.hasRetainondelete() ? request.getRetainondelete() : parent?.retainOnDelete,
    deleteBeforeReplace: dbr ? request.getDeletebeforereplace() : undefined,
    additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    aliases: [
      ...request.getAliasurnsList().map((urn) => ({ urn })),
      ...request.getAliasesList().map((alias) => aliasOf(alias, request.getAliasspecs())),
    ],
    customTimeouts: timeoutsOf(request.getCustomtimeouts()),
  };
}

/** Older Node.js SDKs say "no parent" by an empty parent, and the same parent by "no parent". */
function aliasOf(alias: Alias, proper: boolean): AliasSpec {
  const spec = alias.getSpec();
  if (spec === undefined) return { urn: alias.getUrn() };
  const parent = spec.getParenturn();
  const noParent = proper ? spec.getNoparent() : parent === "" && !spec.getNoparent();
  return {
    name: spec.getName(),
    type: spec.getType(),
    stack: spec.getStack(),
    project: spec.getProject(),
    parent,
    noParent,
  };
}

function timeoutsOf(asked: ReturnType<Request["getCustomtimeouts"]>): Timeouts {
  const found: Timeouts = {};
  for (const [key, text] of Object.entries({
    create: asked?.getCreate(),
    update: asked?.getUpdate(),
    delete: asked?.getDelete(),
  })) {
    if (text !== undefined && text !== "") found[key as keyof Timeouts] = seconds(text);
  }
  return found;
}

/** "1h30m", "90s" or "1.5m" in seconds. */
function seconds(text: string): number {
  const units: Record<string, number> = { ns: 1e-9, us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };
  const parts = [...text.matchAll(/([\d.]+)(ns|us|ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text) {
    throw new Error(`unable to parse customTimeout value "${text}": write it as in "90s" or "1h30m"`);
  }
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * (units[unit ?? "s"] ?? 1), 0);
}
