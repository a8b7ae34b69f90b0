/**
 * The program's own copy of @pulumi/pulumi: its scripts, which run the program and the provider, and its gRPC and
 * protobuf, with which this engine talks to both. Nothing of the SDK is loaded from anywhere else.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Properties } from "./properties";

type OldResourceProtocol = typeof import("@pulumi/pulumi/proto/resource_pb");
type RegisterResponse = InstanceType<OldResourceProtocol["RegisterResourceResponse"]>;
/** With what newer SDKs have and the oldest has not. */
type ResourceProtocol = Omit<OldResourceProtocol, "RegisterResourceResponse"> & {
  RegisterResourceResponse: new () => RegisterResponse & { setUnknown?(unknown: boolean): void };
};
type ResourceServices = typeof import("@pulumi/pulumi/proto/resource_grpc_pb");
type EngineProtocol = typeof import("@pulumi/pulumi/proto/engine_pb");
type EngineServices = typeof import("@pulumi/pulumi/proto/engine_grpc_pb");
type ProviderProtocol = typeof import("@pulumi/pulumi/proto/provider_pb");
type ProviderServices = typeof import("@pulumi/pulumi/proto/provider_grpc_pb");
type StatusProtocol = typeof import("@pulumi/pulumi/proto/status_pb");
type EmptyProtocol = typeof import("google-protobuf/google/protobuf/empty_pb");
type StructProtocol = typeof import("google-protobuf/google/protobuf/struct_pb");
export type Grpc = typeof import("@grpc/grpc-js");
type Struct = import("google-protobuf/google/protobuf/struct_pb").Struct;

export interface Sdk {
  version: string;
  /** Script that runs a program. */
  runProgram: string;
  /** Script that runs the provider of dynamic resources. */
  runProvider: string;
  grpc: Grpc;
  empty: EmptyProtocol;
  status: StatusProtocol;
  resource: ResourceProtocol & Pick<ResourceServices, "ResourceMonitorService">;
  engine: EngineProtocol & Pick<EngineServices, "EngineService">;
  provider: ProviderProtocol & Pick<ProviderServices, "ResourceProviderClient">;
  struct(properties: Properties): Struct;
}

/** Finds the SDK as the program in this folder would. */
export function loadSdk(programDirectory: string): Sdk {
  const fromProgram = createRequire(join(programDirectory, "program.js"));
  let manifest: string;
  try {
    manifest = fromProgram.resolve("@pulumi/pulumi/package.json");
  } catch {
    throw new Error(
      `Cannot run the program in "${programDirectory}": "@pulumi/pulumi" is not installed there; run npm install in it`,
    );
  }
  const load = createRequire(manifest);
  const struct: StructProtocol = load("google-protobuf/google/protobuf/struct_pb.js");
  return {
    version: load(manifest).version,
    runProgram: load.resolve("./cmd/run"),
    runProvider: load.resolve("./cmd/dynamic-provider"),
    grpc: load("@grpc/grpc-js"),
    empty: load("google-protobuf/google/protobuf/empty_pb.js"),
    status: load("./proto/status_pb"),
    resource: { ...load("./proto/resource_pb"), ...load("./proto/resource_grpc_pb") },
    engine: { ...load("./proto/engine_pb"), ...load("./proto/engine_grpc_pb") },
    provider: { ...load("./proto/provider_pb"), ...load("./proto/provider_grpc_pb") },
    struct: (properties) => struct.Struct.fromJavaScript(properties as never),
  };
}

/** What a struct holds; a missing one is empty. */
export function fromStruct(struct: { toJavaScript(): unknown } | undefined): Properties {
  return (struct?.toJavaScript() ?? {}) as Properties;
}

/** Large enough for any state: the real engine allows the same. */
export const channelOptions = {
  "grpc.max_receive_message_length": 400 * 1024 * 1024,
  "grpc.max_send_message_length": 400 * 1024 * 1024,
};
