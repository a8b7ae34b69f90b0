/**
 * Finds the copy of Pulumi's SDK that hosts this process, and the engine's address. Our own copy of grpc would not do:
 * two copies do not recognise each other's classes.
 */
import { createRequire } from "node:module";

/** The setters we use of the protobuf message. */
interface LogRequest {
  setSeverity(severity: number): void;
  setMessage(message: string): void;
  setUrn(urn: string): void;
  setStreamid(id: number): void;
  setEphemeral(ephemeral: boolean): void;
}

/** The error that grpc passes to a callback. */
export interface CallError {
  /** gRPC's status code; 14 is UNAVAILABLE. */
  code?: number;
  details?: string;
}
type Callback = (error: CallError | null) => void;

export interface EngineClient {
  log(request: LogRequest, callback: Callback): void;
  getRootResource(request: object, options: { deadline: number }, callback: Callback): void;
}

export interface Message {
  prototype: Record<string, unknown>;
}

export interface Sdk {
  /** The engine's `host:port`. */
  address: string;
  grpc: {
    credentials: { createInsecure(): unknown };
    Server: Message;
  };
  engineService: { EngineClient: new (address: string, credentials: unknown, options: object) => EngineClient };
  engine: {
    LogRequest: new () => LogRequest;
    LogSeverity: Record<"DEBUG" | "INFO" | "WARNING" | "ERROR", number>;
    GetRootResourceRequest: new () => object;
  };
  provider: Record<string, Message | undefined>;
}

const DYNAMIC_PROVIDER = /[\\/]cmd[\\/]dynamic-provider[\\/]index\.js$/;

/** Undefined outside a dynamic provider process: in unit tests, in the program itself, in a REPL. */
export function findSdk(main = require.main?.filename, argv = process.argv): Sdk | undefined {
  // Some versions of the engine put flags before its address.
  const address = argv.slice(2).findLast((argument) => /^[\w.-]+:\d+$/.test(argument));
  if (main === undefined || address === undefined || !DYNAMIC_PROVIDER.test(main)) return undefined;
  try {
    const fromSdk = createRequire(main);
    return {
      address,
      grpc: fromSdk("@grpc/grpc-js"),
      engineService: fromSdk("../../proto/engine_grpc_pb"),
      engine: fromSdk("../../proto/engine_pb"),
      provider: fromSdk("../../proto/provider_pb"),
    };
  } catch {
    // The SDK has another layout: better no status lines than no ingestions.
    return undefined;
  }
}
